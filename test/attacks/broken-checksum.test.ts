import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { opamLint } from '../support/opam-lint.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.1');
const sha256 = `sha256=${'0'.repeat(64)}`;

async function judged(checksum: string) {
  const scenario = await Scenario.create();
  const url = `url {\n  src: "https://example.org/foo-1.1.tbz"\n  checksum: ${checksum}\n}\n`;
  const files = { [path]: `${opamFile('foo')}${url}` };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  return scenario.verifyPr(scenario.anchor, head);
}

describe('broken-checksum: checksums that opam drops, and then loads the package without', () => {
  test.each([
    ['a word for MD5', '"md5=xyz"', 'md5=xyz'],
    ['SHA-1', `"sha1=${'0'.repeat(40)}"`, 'sha1='],
    ['a digit too few', `"sha256=${'0'.repeat(63)}"`, 'sha256='],
    ['a digit too many', `"sha512=${'0'.repeat(129)}"`, 'sha512='],
    ['a space inside', `"sha256= ${'0'.repeat(64)}"`, 'sha256= '],
    ['a good one beside a broken one', `["${sha256}" "md5=xyz"]`, 'md5=xyz'],
    ['an identifier instead of a string', '[sha256]', 'checksum'],
  ])('verify-pr rejects %s', async (_what, checksum, words) => {
    const found = expectRejected(await judged(checksum), 'release.checksum', path);
    expect(found.message).toContain(words);
    expect(found.message).toContain('opam drops it');
  });

  test.each([
    ['a whole one', `"${sha256}"`],
    ['a whole one in capitals', `"SHA256=${'A'.repeat(64)}"`],
  ])('verify-pr verifies %s', async (_what, checksum) => {
    expectVerified(await judged(checksum));
  });

  test.skipIf(!installed('opam'))(
    'opam lint calls it a file format error, number 3 (needs opam)',
    async () => {
      const url = (checksum: string): string =>
        `url { src: "https://example.org/x.tbz" checksum: "${checksum}" }\n`;
      expect(await opamLint(opamFile('Foo') + url('md5=xyz'))).toContain(3);
      expect(await opamLint(opamFile('Foo') + url(sha256))).not.toContain(3);
    },
  );
});
