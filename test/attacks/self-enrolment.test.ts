import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import type { Person } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const opam = opamFile('bar');
const own = { by: 'bob', files: { [opamPath('bar.1.1')]: opam } } as const;
const grab = { [opamPath('legacy.1.1')]: opamFile('legacy, by its new owner') };

const create = () => Scenario.create({ keyring: () => ({ policy: { unsigned: 'refuse' } }) });

const ignored = (report: Report) => report.findings.filter(({ code }) => code === 'owner.ignored');

describe("self-enrolment: a contributor's own tag gives a standing package to its signer", () => {
  test.each(verbs)('%s verifies the change, ignores the enrolment and reports it', async (verb) => {
    const scenario = await create();
    const head = await scenario.commit(scenario.anchor, own);
    const tag = await scenario.submissionTag(head, {
      by: 'bob',
      nameVersion: 'bar.1.1',
      after: scenario.digest(opam),
      more: ['Signet-Owner: legacy bob'],
    });
    const report = await scenario.judge(verb, head);
    expectVerified(report);
    expect(ignored(report)).toMatchObject([{ severity: 'warning', at: { object: tag } }]);
  });

  test.each(verbs)(
    '%s ignores and reports it in an endorsement that is not by a maintainer',
    async (verb) => {
      const scenario = await create();
      const head = await scenario.commit(scenario.anchor, own);
      const tag = await scenario.endorsementTag(head, { by: 'bob', owners: ['legacy bob'] });
      const report = await scenario.judge(verb, head);
      expectVerified(report);
      expect(ignored(report)).toMatchObject([{ at: { object: tag } }]);
    },
  );

  test.each(verbs)('%s ignores it for a package that has an owner, even from a maintainer', async (verb) => {
    const scenario = await create();
    const head = await scenario.commit(scenario.anchor, own);
    await scenario.endorsementTag(head, { by: 'mia', owners: ['foo bob'] });
    expect(ignored(await scenario.judge(verb, head))).toMatchObject([
      { message: expect.stringContaining('alice owns it') as string },
    ]);
  });

  /** Bob's change with an enrolment by somebody is merged; then he changes the package. */
  async function grabbed(by: Person) {
    const scenario = await create();
    const head = await scenario.commit(scenario.anchor, own);
    await scenario.endorsementTag(head, { by, owners: ['legacy bob'] });
    const base = await scenario.merge(scenario.anchor, head);
    return { scenario, base, head: await scenario.commit(base, { by: 'bob', files: grab }) };
  }

  test.each(verbs)('%s rejects what he signs for the package afterwards', async (verb) => {
    const { scenario, base, head } = await grabbed('bob');
    expectRejected(await scenario.judge(verb, head, base), 'attribution.unsigned', opamPath('legacy.1.1'));
  });

  test.each(verbs)('%s verifies it where a maintainer had enrolled him', async (verb) => {
    const { scenario, base, head } = await grabbed('mia');
    expectVerified(await scenario.judge(verb, head, base));
  });
});
