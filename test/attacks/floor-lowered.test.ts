import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/core/trust/policy.ts';
import { keyringFiles, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

async function story(before: Policy['unsigned'], after: Policy['unsigned']) {
  const scenario = await Scenario.create({ keyring: () => ({ policy: { unsigned: before } }) });
  const { ada, ben } = scenario.people;
  const next = scenario.nextKeyring({ policy: { unsigned: after } }, [ada, ben]);
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'ada', files: keyringFiles(next) }) };
}

describe('floor-lowered: all admins agree to let unsigned changes in again', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each([
      ['refuse', 'warn'],
      ['refuse', 'allow'],
      ['warn', 'allow'],
    ] as const)('rejects %s to %s', async (before, after) => {
      const { scenario, head } = await story(before, after);
      const found = expectRejected(
        await scenario.judge(verb, head),
        'keyring.policy-lowered',
        'keyring.toml',
      );
      expect(found.message).toContain(`from "${before}" to "${after}"`);
    });

    test.each([
      ['allow', 'warn'],
      ['warn', 'refuse'],
    ] as const)('verifies %s to %s', async (before, after) => {
      const { scenario, head } = await story(before, after);
      expectVerified(await scenario.judge(verb, head));
    });
  });
});
