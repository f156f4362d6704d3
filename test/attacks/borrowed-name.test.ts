import { describe, expect, test } from 'vitest';
import { askGit } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };
const author = 'Alice <alice@example.org>';

describe('borrowed-name: author and committer name the owner, somebody else signed', () => {
  describe.each(verbs)('%s', (verb) => {
    test('rejects it by the key of the stranger who signed', async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'mallory', author, files });
      const found = expectRejected(await scenario.judge(verb, head), 'signature.unknown-key', head);
      expect(found.message).toContain(scenario.people.mallory.fingerprint);
    });

    test('rejects it by the rights of the contributor who signed, and warns of the names', async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'bob', author, files });
      const report = await scenario.judge(verb, head);
      expect(expectRejected(report, 'attribution.no-authority', head).message).toContain('bob');
      expect(report.findings.find(({ code }) => code === 'attribution.borrowed-name')).toMatchObject({
        severity: 'warning',
        at: { object: head },
        message: expect.stringContaining(scenario.people.bob.fingerprint) as string,
      });
    });

    test("verifies what the owner signed in somebody else's name, and warns of it", async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, {
        by: 'alice',
        author: 'Bob <bob@example.org>',
        files,
      });
      const report = await scenario.judge(verb, head);
      expectVerified(report);
      expect(report.findings.map(({ code }) => code)).toContain('attribution.borrowed-name');
    });

    test('verifies it without a warning where names and key belong together', async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'alice', author, files });
      const report = await scenario.judge(verb, head);
      expectVerified(report);
      expect(report.findings.filter(({ code }) => !code.startsWith('lint.'))).toEqual([]);
    });
  });

  test.skipIf(!installed('gpg'))('git verify-commit compares no names (needs gpg)', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', author, files });
    const { mallory } = scenario.people;
    expect((await askGit(scenario.repository, head, [mallory], scenario.now)).accepted).toBe(true);
  });
});
