import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { opamLint } from '../support/opam-lint.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.1');
const sum = (digit: string): string => `sha256=${digit.repeat(64)}`;
const url = (host: string, digit: string): string =>
  `url {\n  src: "https://${host}/foo-1.1.tbz"\n  checksum: "${sum(digit)}"\n}\n`;
const honest = `${opamFile('foo')}${url('example.org', '0')}`;

describe('duplicate-field: a field that stands twice, of which opam takes the first', () => {
  test.each([
    ['a second synopsis', `${honest}synopsis: "what a reader sees last"\n`, 'synopsis', 8],
    ['a second url section', `${url('evil.example', '1')}${honest}`, 'url', 8],
    [
      'a second checksum in the url section',
      honest.replace('}\n', `  checksum: "${sum('1')}"\n}\n`),
      'url.checksum',
      7,
    ],
    ['a second build field', `${honest}build: ["make"]\nbuild: ["make" "evil"]\n`, 'build', 9],
  ])('verify-pr rejects %s and names its line', async (_what, content, field, line) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: content } });
    const found = expectRejected(
      await scenario.verifyPr(scenario.anchor, head),
      'opam.duplicate-field',
      path,
    );
    expect(found.message).toContain(`${field} stands here again`);
    expect(found.at.line).toBe(line);
  });

  test('verify-pr verifies the file with each field once', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: honest } });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('verify-pr verifies sections of one name with different labels', async () => {
    const scenario = await Scenario.create();
    const extra = (name: string): string => url('example.org', '2').replace('url', `extra-source "${name}"`);
    const files = { [path]: `${honest}${extra('a.patch')}${extra('b.patch')}` };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test.skipIf(!installed('opam'))(
    'opam lint calls it a file format error, number 3 (needs opam)',
    async () => {
      expect(await opamLint(`${honest}synopsis: "again"\n`)).toContain(3);
      expect(await opamLint(honest)).not.toContain(3);
    },
  );
});
