import { createHash } from 'node:crypto';
import { describe, test } from 'vitest';
import type { FindingCode } from '../../src/core/report/catalogue.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.1');
const patch = 'let () = ()\n';
const sum = `sha256=${createHash('sha256').update(patch).digest('hex')}`;
const beside = 'packages/foo/foo.1.1/files/fix.patch';

const layouts: readonly (readonly [string, Record<string, string>, FindingCode, string])[] = [
  [
    'an opam file that names another package',
    { [path]: `${opamFile('x')}name: "bar"\n` },
    'opam.name-mismatch',
    path,
  ],
  [
    'an opam file that names another version',
    { [path]: `${opamFile('x')}version: "1.0"\n` },
    'opam.version-mismatch',
    path,
  ],
  ['a folder of another package', { 'packages/foo/bar.1.1/opam': opamFile('x') }, 'path.layout', 'bar.1.1'],
  [
    'a folder without a version',
    { 'packages/foo/foo/opam': opamFile('x') },
    'path.layout',
    'packages/foo/foo/opam',
  ],
  [
    'another file than opam',
    { [path]: opamFile('x'), 'packages/foo/foo.1.1/README.md': 'x' },
    'path.layout',
    'README.md',
  ],
  ['a file deeper in files/', { [path]: opamFile('x'), [`${beside}/deeper`]: 'x' }, 'path.layout', 'deeper'],
  ['an extra file that is not listed', { [path]: opamFile('x'), [beside]: patch }, 'opam.extra-file', beside],
  [
    'an extra file with another checksum',
    { [path]: `${opamFile('x')}extra-files: ["fix.patch" "${sum}"]\n`, [beside]: 'let () = exit 1\n' },
    'opam.extra-file',
    beside,
  ],
  [
    'an extra file that leads elsewhere',
    { [path]: `${opamFile('x')}extra-files: ["../x" "${sum}"]\n` },
    'opam.file-name',
    path,
  ],
  [
    'an opam file that cannot be read',
    { [path]: 'opam-version: "2.0" synopsis: "\n' },
    'opam.unreadable',
    path,
  ],
  ['a package without an opam file', { [beside]: patch }, 'opam.unreadable', 'foo.1.1/opam'],
];

describe('wrong-layout: package directories that say one thing and hold another', () => {
  test.each(layouts)(
    'verify-pr rejects %s, although its owner signed it',
    async (_what, files, code, names) => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
      expectRejected(await scenario.verifyPr(scenario.anchor, head), code, names);
    },
  );

  test('verify-pr rejects an extra file added to a package that stood before', async () => {
    const scenario = await Scenario.create();
    const added = 'packages/foo/foo.1.0/files/fix.patch';
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { [added]: patch } });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'opam.extra-file', added);
  });

  test('verify-pr verifies a directory with its own name, its own version and a listed extra file', async () => {
    const scenario = await Scenario.create();
    const fields = `name: "foo"\nversion: "1.1"\nextra-files: ["fix.patch" "${sum}"]\n`;
    const files = { [path]: `${opamFile('foo')}${fields}`, [beside]: patch };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('verify-pr verifies the removal of a whole directory', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.0')]: null },
    });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });
});
