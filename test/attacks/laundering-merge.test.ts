import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo, by nobody who may') };

describe("laundering-merge: a maintainer's ordinary signed merge of what nobody with authority signed", () => {
  test.each([
    ['unsigned', {}, 'attribution.unsigned'],
    ['signed by a stranger', { by: 'mallory' }, 'signature.unknown-key'],
    ['signed by the owner of another package', { by: 'bob' }, 'attribution.no-authority'],
  ] as const)('verify-repo rejects it where the side is %s', async (_what, signer, code) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { ...signer, files });
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia' });
    const found = expectRejected(await scenario.verifyRepo(merge), code, head);
    expect(found.at.path).toBe(opamPath('foo.1.1'));
  });

  test('verify-pr rejects a pull request on top of such a merge, by its base', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files });
    const base = await scenario.merge(scenario.anchor, head, { by: 'mia' });
    const next = await scenario.commit(base, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    expectRejected(await scenario.verifyPr(base, next), 'attribution.unsigned', head);
  });

  test('verify-pr rejects a pull request in which a maintainer merged it, signed and nothing else', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files });
    const apart = await scenario.commit(scenario.anchor, {
      by: 'mia',
      files: { repo: 'opam-version: "2.1"\n' },
    });
    const merged = await scenario.merge(apart, head, { by: 'mia' });
    expectRejected(await scenario.verifyPr(scenario.anchor, merged), 'attribution.unsigned', head);
  });

  test.each([
    ['endorses and submits', 'Endorse foo.1.1\n\nSignet-Kind: submission\nSignet-Kind: endorsement\n'],
    ['has the words in its subject', 'Signet-Kind: endorsement\n'],
    ['has the words in a paragraph before the last', 'Endorse\n\nSignet-Kind: endorsement\n\nThe rest.\n'],
    ['has the words indented, as a list of commits has them', 'Endorse\n\n  Signet-Kind: endorsement\n'],
    [
      'has the words after a line that ends the message for git',
      'Endorse\n\n---\n\nSignet-Kind: endorsement\n',
    ],
    [
      'has them below a subject that a forge wrote',
      'Merge pull request #7 from mallory/x\n\nSignet-Kind: endorsement\n',
    ],
    ['has them below a subject in other case', '\nMERGE tag v1\n\nSignet-Kind: endorsement\n'],
    ['has other words for it', 'Endorse\n\nSignet-Kind: Endorsement\n'],
  ])('verify-repo rejects one that %s', async (_what, message) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files });
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', message });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.unsigned', head);
  });

  test("verify-repo rejects git's own merge of a tag whose message has the words", async () => {
    const scenario = await Scenario.create();
    const { repository, anchor, now } = scenario;
    const head = await scenario.commit(anchor, { files });
    const text = 'Release\n\nSignet-Kind: endorsement\n';
    const tag = await repository.tag({ name: 'v1.1', object: head, message: text, date: now });
    const said = await repository.tryGit(['fmt-merge-msg'], { input: `${tag}\t\ttag 'v1.1'\n` });
    const message = said.stdout.toString();
    expect(message).toContain(text);
    const merge = await scenario.merge(anchor, head, { by: 'mia', message });
    const report = await scenario.verifyRepo(merge);
    expectRejected(report, 'attribution.unsigned', head);
    expect(report.findings.map(({ code }) => code)).toContain('attribution.borrowed-words');
  });

  test('it is verified where the merge says that the maintainer endorses it', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', files });
    const message = 'Endorse foo.1.1\n\nSignet-Kind: endorsement\n';
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', message });
    expectVerified(await scenario.verifyRepo(merge));
  });

  test('it is verified by both verbs where a maintainer endorsed the head by a tag', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', files });
    await scenario.endorsementTag(head, { by: 'mia' });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)));
  });

  test('an endorsement of an earlier head does not reach what was pushed after it', async () => {
    const scenario = await Scenario.create();
    const seen = await scenario.commit(scenario.anchor, { by: 'mallory', files });
    await scenario.endorsementTag(seen, { by: 'mia' });
    const head = await scenario.commit(seen, { files: { [opamPath('foo.1.1')]: opamFile('foo, later') } });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'attribution.unsigned', head);
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts the merge and does not look at its side (needs gpg)',
    async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { files });
      const merge = await scenario.merge(scenario.anchor, head, { by: 'mia' });
      const { mia } = scenario.people;
      expect((await askGit(scenario.repository, merge, [mia], scenario.now)).accepted).toBe(true);
      expect((await askGit(scenario.repository, head, [mia], scenario.now)).accepted).toBe(false);
    },
  );
});
