import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { opamLint } from '../support/opam-lint.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.1');
const source = 'src: "https://example.org/foo-1.1.tbz"';
const md5 = `md5=${'0'.repeat(32)}`;
const sha256 = `sha256=${'0'.repeat(64)}`;
const sha512 = `sha512=${'0'.repeat(128)}`;
const heritage = `https://swhid.opam.ocaml.org/swh:1:dir:${'0'.repeat(40)}`;

async function judged(sections: string) {
  const scenario = await Scenario.create();
  const files = { [path]: `${opamFile('foo')}${sections}\n` };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  return scenario.verifyPr(scenario.anchor, head);
}

describe('weak-checksum: nothing that matters binds what opam downloads', () => {
  test.each([
    ['no checksum', `url { ${source} }`, 'has no checksum'],
    ['an empty list of checksums', `url { ${source} checksum: [] }`, 'has no checksum'],
    ['MD5 alone', `url { ${source} checksum: "${md5}" }`, 'MD5 alone'],
    [
      'MD5 alone, in the form without its name',
      `url { ${source} checksum: "${'0'.repeat(32)}" }`,
      'MD5 alone',
    ],
    ['MD5 twice', `url { ${source} checksum: ["${md5}" "${md5}"] }`, 'MD5 alone'],
    [
      'an extra source without one',
      `extra-source "fix.patch" { ${source} }`,
      'extra-source "fix.patch" has no checksum',
    ],
    [
      'a git URL, which no checksum binds',
      `url { src: "git+https://example.org/foo.git" checksum: "${sha256}" }`,
      'git+https',
    ],
    ['a path of the builder', `url { src: "/etc/passwd" checksum: "${sha256}" }`, '/etc/passwd'],
    [
      'a mirror that opam takes a tree from, and no archive',
      `url { ${source} checksum: "${sha256}" mirrors: [ "https://example.org/m.tbz" "${heritage}" ] }`,
      'Software Heritage',
    ],
    ['such a tree alone', `url { src: "${heritage}" checksum: "${sha256}" }`, 'Software Heritage'],
    [
      'two sources',
      `url { ${source} archive: "https://example.com/x.tgz" checksum: "${sha256}" }`,
      'in one way',
    ],
    [
      'a url with a label, which opam passes over',
      `url "x" { ${source} checksum: "${sha256}" }`,
      'has a label',
    ],
    [
      'an extra source without a label, which opam passes over',
      `extra-source { ${source} checksum: "${sha256}" }`,
      'lacks a label',
    ],
  ])('verify-pr rejects %s, although the owner signed it', async (_what, sections, words) => {
    const found = expectRejected(await judged(sections), 'release.checksum', path);
    expect(found.message).toContain(words);
    expect(found.mend).toContain('sha512');
  });

  test.each([
    ['SHA-256', `url { ${source} checksum: "${sha256}" }`],
    ['SHA-512', `url { ${source} checksum: "${sha512}" }`],
    ['a mirror of the archive', `url { ${source} checksum: "${sha256}" mirrors: "https://x.org/m.tbz" }`],
    ['both, and MD5 beside them', `url { ${source} checksum: ["${md5}" "${sha256}" "${sha512}"] }`],
    ['no source at all, as virtual packages have it', ''],
  ])('verify-pr verifies %s', async (_what, sections) => {
    expectVerified(await judged(sections));
  });

  test.skipIf(!installed('opam'))(
    'opam lint says the same of MD5 as of SHA-256: nothing (needs opam)',
    async () => {
      const url = (checksum: string): string =>
        `${opamFile('Foo')}url { ${source} checksum: "${checksum}" }\n`;
      expect(await opamLint(url(md5))).toEqual(await opamLint(url(sha256)));
    },
  );
});
