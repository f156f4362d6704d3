import { describe, expect, test } from 'vitest';
import { type FileContent } from '../support/repository.ts';
import { keyringFiles, opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

type Files = Readonly<Record<string, FileContent>>;

const deleted = (files: Files): Files => Object.fromEntries(Object.keys(files).map((path) => [path, null]));

const removals: readonly (readonly [string, (keyring: Files, scenario: Scenario) => Files])[] = [
  ['deleted as a folder', deleted],
  ['deleted alone', () => ({ 'keyring/keyring.toml': null })],
  ['emptied', () => ({ 'keyring/keyring.toml': '' })],
  ['replaced by a link', () => ({ 'keyring/keyring.toml': { mode: '120000', content: '../repo' } })],
  [
    'replaced by a folder of its name',
    () => ({ 'keyring/keyring.toml': null, 'keyring/keyring.toml/keyring.toml': '' }),
  ],
  [
    'replaced as a folder by a link',
    (all) => ({ ...deleted(all), keyring: { mode: '120000', content: 'packages' } }),
  ],
  [
    'replaced as a folder by a submodule',
    (all, { anchor }) => ({ ...deleted(all), keyring: { mode: '160000', oid: anchor } }),
  ],
  [
    'renamed as a folder',
    (all) => ({
      ...deleted(all),
      ...Object.fromEntries(
        Object.entries(all).map(([path, content]) => [path.replace('keyring/', 'Keyring/'), content]),
      ),
    }),
  ],
];

describe('keyring-removed: the keyring file is gone, so that there seems to be nothing to check', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(removals)('rejects a keyring %s', async (_title, remove) => {
      const scenario = await Scenario.create();
      const files = remove(keyringFiles(scenario.keyring), scenario);
      const head = await scenario.commit(scenario.anchor, { by: 'ada', files });
      const found = expectRejected(await scenario.judge(verb, head), 'keyring.removed', 'keyring');
      expect(found.mend).toMatch(/keyring\.toml|git checkout .* -- keyring/);
    });
  });

  test('verify-repo goes on to judge by the last keyring that was accepted', async () => {
    const scenario = await Scenario.create();
    const bare = await scenario.commit(scenario.anchor, { files: deleted(keyringFiles(scenario.keyring)) });
    const files = { [opamPath('foo.1.1')]: opamFile('foo, where nobody seems to own it') };
    expectRejected(
      await scenario.verifyRepo(await scenario.commit(bare, { files })),
      'attribution.unsigned',
      'alice',
    );
  });

  test.each(verbs)('%s verifies a change beside a keyring that stays', async (verb) => {
    const scenario = await Scenario.create();
    const files = { [opamPath('foo.1.1')]: opamFile('foo') };
    expectVerified(
      await scenario.judge(verb, await scenario.commit(scenario.anchor, { by: 'alice', files })),
    );
  });
});
