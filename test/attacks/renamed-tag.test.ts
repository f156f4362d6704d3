import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');

/** A head that nobody signed, with Alice's submission tag signet/foo.1.1 under some reference. */
async function story(reference: string) {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files: { [opamPath('foo.1.1')]: content } });
  const tag = await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(content),
    ref: reference,
  });
  return { scenario, head, tag };
}

describe('renamed-tag: a signed tag under a reference that its signer did not write', () => {
  test.each(verbs)('%s rejects what rests on it', async (verb) => {
    const { scenario, head } = await story('refs/tags/signet/foo.2.0');
    const found = expectRejected(await scenario.judge(verb, head), 'tag.name-mismatch', 'signet/foo.2.0');
    expect(found.message).toContain('signet/foo.1.1');
  });

  test('verify-pr rejects the tag itself where it is named', async () => {
    const { scenario, head } = await story('refs/tags/signet/foo.2.0');
    const report = await scenario.verifyPr(scenario.anchor, head, { tag: 'refs/tags/signet/foo.2.0' });
    expectRejected(report, 'tag.name-mismatch', 'signet/foo.2.0');
    expect(report.claims.find(({ id }) => id === 'tag')?.status).toBe('refuted');
  });

  test('verify-repo finds no content statement in it', async () => {
    const { scenario } = await story('refs/tags/signet/foo.2.0');
    const squashed = await scenario.commit(scenario.anchor, { files: { [opamPath('foo.1.1')]: content } });
    expectRejected(await scenario.verifyRepo(squashed), 'attribution.unsigned', squashed);
  });

  test.each(verbs)('%s verifies the same tag under its own name', async (verb) => {
    const { scenario, head } = await story('refs/tags/signet/foo.1.1');
    expectVerified(await scenario.judge(verb, head));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-tag accepts it: it does not compare the names (needs gpg)',
    async () => {
      const { scenario, tag } = await story('refs/tags/signet/foo.2.0');
      expect((await askGit(scenario.repository, tag, [scenario.people.alice], scenario.now)).accepted).toBe(
        true,
      );
    },
  );
});
