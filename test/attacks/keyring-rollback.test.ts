import { describe, test } from 'vitest';
import type { Policy } from '../../src/core/trust/policy.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { keyringFiles, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

async function story() {
  const scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  const after = (previous: KeyringFiles, source: Policy['source-tag'], version?: number): KeyringFiles =>
    scenario.nextKeyring(
      { policy: { 'source-tag': source }, ...(version === undefined ? {} : { version }) },
      [ada, ben],
      previous,
    );
  const second = after(scenario.keyring, 'require');
  const base = await scenario.commit(scenario.anchor, { files: keyringFiles(second) });
  return { scenario, after, second, base };
}

describe('keyring-rollback: a properly signed keyring that does not follow the one in force', () => {
  describe.each(verbs)('%s', (verb) => {
    test('rejects the version before, with its own signatures', async () => {
      const { scenario, base } = await story();
      const head = await scenario.commit(base, { by: 'ada', files: keyringFiles(scenario.keyring) });
      expectRejected(await scenario.judge(verb, head, base), 'keyring.version', 'version 1');
    });

    test('rejects a version that skips one', async () => {
      const { scenario, after, second, base } = await story();
      const head = await scenario.commit(base, { files: keyringFiles(after(second, 'report', 4)) });
      expectRejected(await scenario.judge(verb, head, base), 'keyring.version', 'version 4');
    });

    test('rejects another version of the same number', async () => {
      const { scenario, after, base } = await story();
      const head = await scenario.commit(base, { files: keyringFiles(after(scenario.keyring, 'report')) });
      expectRejected(await scenario.judge(verb, head, base), 'keyring.version', 'version 2');
    });

    test('rejects the next version after a fork of the one in force', async () => {
      const { scenario, after, base } = await story();
      const fork = after(scenario.keyring, 'report');
      const head = await scenario.commit(base, { files: keyringFiles(after(fork, 'require')) });
      expectRejected(await scenario.judge(verb, head, base), 'keyring.previous', 'Version 3');
    });

    test('verifies the next version, with the content of the first', async () => {
      const { scenario, after, second, base } = await story();
      const head = await scenario.commit(base, { files: keyringFiles(after(second, 'report')) });
      expectVerified(await scenario.judge(verb, head, base));
    });
  });
});
