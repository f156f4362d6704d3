import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('unsigned-legacy: an unsigned change to a package that nobody enrolled', () => {
  const path = opamPath('legacy.1.1');
  const files = { [path]: opamFile('legacy, by whoever may push') };
  const withFloor = (unsigned: 'allow' | 'warn' | 'refuse') =>
    Scenario.create({ keyring: () => ({ policy: { unsigned } }) });

  describe.each(verbs)('%s', (verb) => {
    test.each([
      ['allow', 'note'],
      ['warn', 'warning'],
    ] as const)('verifies it with the floor %s, and tells of it in a %s', async (floor, severity) => {
      const scenario = await withFloor(floor);
      const report = await scenario.judge(verb, await scenario.commit(scenario.anchor, { files }));
      expectVerified(report);
      const told = report.findings.filter(({ code }) => code === 'attribution.legacy-unsigned');
      expect(told).toMatchObject([{ severity, at: { path } }]);
    });

    test('rejects it with the floor refuse', async () => {
      const scenario = await withFloor('refuse');
      const head = await scenario.commit(scenario.anchor, { files });
      expectRejected(await scenario.judge(verb, head), 'attribution.unsigned', path);
    });

    test.each(['mallory', 'alice'] as const)(
      'rejects it with the floor refuse also where %s, who has no authority, signed it',
      async (by) => {
        const scenario = await withFloor('refuse');
        const head = await scenario.commit(scenario.anchor, { by, files });
        expectRejected(await scenario.judge(verb, head), 'attribution.unsigned', path);
      },
    );

    test('verifies it with the floor refuse when a maintainer signed it', async () => {
      const scenario = await withFloor('refuse');
      const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
      expectVerified(await scenario.judge(verb, head));
    });
  });
});
