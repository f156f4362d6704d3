import { describe, expect, test } from 'vitest';
import type { TestKey } from '../support/keys.ts';
import { type Cast, firstKeyring } from '../support/cast.ts';
import { keyringFiles, opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('widen-own-rights: a contributor adds packages to her own entry', () => {
  async function story(signers: (people: Cast) => readonly TestKey[]) {
    const scenario = await Scenario.create();
    const { contributors } = firstKeyring(scenario.people);
    const alice = { keys: [scenario.people.alice], packages: ['foo', 'foo-*', 'bar'] };
    const next = scenario.nextKeyring({ contributors: { ...contributors, alice } }, signers(scenario.people));
    return { scenario, next };
  }

  test.each(verbs)('%s rejects it with her own signature on it, and names the admins', async (verb) => {
    const { scenario, next } = await story(({ alice }) => [alice]);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: keyringFiles(next) });
    const report = await scenario.judge(verb, head);
    const { ada, ben } = scenario.people;
    const found = expectRejected(report, 'keyring.threshold', ada.fingerprint);
    expect(found.message).toContain(ben.fingerprint);
    expect(report.findings.map(({ code }) => code)).toContain('keyring.signature');
  });

  test.each(verbs)("%s rejects it under the admins' signatures over the version before", async (verb) => {
    const { scenario, next } = await story(() => []);
    const files = keyringFiles({ ...next, signatures: scenario.keyring.signatures });
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectRejected(await scenario.judge(verb, head), 'keyring.threshold', 'ada');
  });

  test('verify-repo gives her no right to the package although the change was merged', async () => {
    const { scenario, next } = await story(({ alice }) => [alice]);
    const base = await scenario.commit(scenario.anchor, { by: 'alice', files: keyringFiles(next) });
    const head = await scenario.commit(base, {
      by: 'alice',
      files: { [opamPath('bar.1.1')]: opamFile('bar, by the owner of foo') },
    });
    expectRejected(await scenario.verifyRepo(head), 'attribution.no-authority', head);
  });

  test.each(verbs)('%s verifies it with the signatures of two admins', async (verb) => {
    const { scenario, next } = await story(({ ada, ben }) => [ada, ben]);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: keyringFiles(next) });
    expectVerified(await scenario.judge(verb, head));
  });
});
