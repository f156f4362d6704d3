import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const released = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
const endorsement = 'Endorse, with a mend of my own\n\nSignet-Kind: endorsement\n';

async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files: released });
  return { scenario, head };
}

describe('evil-merge: a merge commit that brings a change of its own', () => {
  test.each([
    ['adds a file to an enrolled package', 'bar.1.1', 'bar, slipped in'],
    ['changes a file that the side left alone', 'bar.1.0', 'bar, slipped in'],
    ['gives a file of the side another content', 'foo.1.1', 'foo, not as Alice wrote it'],
  ])(
    'verify-repo rejects one that %s, although a maintainer signed it',
    async (_what, nameVersion, synopsis) => {
      const { scenario, head } = await story();
      const files = { ...released, [opamPath(nameVersion)]: opamFile(synopsis) };
      const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', files });
      const report = await scenario.verifyRepo(merge);
      const found = expectRejected(report, 'attribution.evil-merge', opamPath(nameVersion));
      expect(found.at.object).toBe(merge);
    },
  );

  test('verify-repo rejects one that deletes what the side left alone', async () => {
    const { scenario, head } = await story();
    const files = { ...released, [opamPath('bar.1.0')]: null };
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', files });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.evil-merge', opamPath('bar.1.0'));
  });

  test('verify-repo rejects a change in the merge of what was merged before', async () => {
    const { scenario } = await story();
    const files = { [opamPath('bar.1.1')]: opamFile('bar, slipped in') };
    const next = await scenario.commit(scenario.anchor, {
      by: 'bob',
      files: { [opamPath('bar.1.2')]: opamFile('bar') },
    });
    const merge = await scenario.merge(next, scenario.anchor, { by: 'mia', files });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.evil-merge', opamPath('bar.1.1'));
  });

  test('the clean merge of the same side is verified, by whomever it was made', async () => {
    const { scenario, head } = await story();
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head, { by: 'mallory' })));
  });

  test('the same addition is verified where a maintainer takes it on her own authority', async () => {
    const { scenario, head } = await story();
    const files = { ...released, [opamPath('bar.1.1')]: opamFile('bar, mended while merging') };
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', files, message: endorsement });
    expectVerified(await scenario.verifyRepo(merge));
  });

  test('the same words by somebody who is no maintainer attribute nothing', async () => {
    const { scenario, head } = await story();
    const files = { ...released, [opamPath('bar.1.1')]: opamFile('bar, slipped in') };
    const merge = await scenario.merge(scenario.anchor, head, { by: 'alice', files, message: endorsement });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.evil-merge', opamPath('bar.1.1'));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts the evil merge: its signature is good (needs gpg)',
    async () => {
      const { scenario, head } = await story();
      const files = { ...released, [opamPath('bar.1.1')]: opamFile('bar, slipped in') };
      const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', files });
      const git = await askGit(scenario.repository, merge, [scenario.people.mia], scenario.now);
      expect(git.accepted).toBe(true);
      expect(git.keywords).toContain('GOODSIG');
    },
  );
});
