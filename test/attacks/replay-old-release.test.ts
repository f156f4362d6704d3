import { describe, expect, test } from 'vitest';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import { judging } from '../support/judging.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.1');
const flawed = opamFile('foo, with a hole');
const mended = opamFile('foo, with the hole mended');

/** Alice publishes foo.1.1, finds a hole in it and mends it; both submissions are tagged and merged. */
async function story() {
  const scenario = await Scenario.create();
  const first = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: flawed } });
  const tag = await scenario.submissionTag(first, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(flawed),
  });
  const published = await scenario.merge(scenario.anchor, first);
  const mend = await scenario.commit(published, { by: 'alice', files: { [path]: mended } });
  return { scenario, tag, published, mainline: await scenario.merge(published, mend) };
}

describe('replay-old-release: content that was signed once is put back over its mend', () => {
  test('verify-repo rejects a squashed commit with the old content, whose tag stands', async () => {
    const { scenario, tag, mainline } = await story();
    const replayed = await scenario.commit(mainline, {
      files: { [path]: flawed },
      message: 'foo.1.1 (#1)\n',
    });
    const found = expectRejected(await scenario.verifyRepo(replayed), 'statement.digest', tag);
    expect(found.message).toContain(`to ${scenario.digest(flawed)}`);
    expect(found.message).toContain(`from ${scenario.digest(mended)}`);
  });

  test('verify-repo rejects a merge of the old signed commit over the mainline', async () => {
    const { scenario, tag, mainline } = await story();
    const old = (await scenario.repository.git('rev-parse', `${tag}^{commit}`)) as typeof mainline;
    const replayed = await scenario.merge(mainline, old, { files: { [path]: flawed } });
    expectRejected(await scenario.verifyRepo(replayed), 'attribution.rolled-back', path);
  });

  test('verify-pr rejects the old content on top of the mainline', async () => {
    const { scenario, tag, mainline } = await story();
    const head = await scenario.commit(mainline, { files: { [path]: flawed } });
    expectRejected(await scenario.verifyPr(mainline, head), 'statement.digest', tag);
  });

  test('both verbs reject it again after its owner took it out: a statement holds once', async () => {
    const { scenario, tag, published } = await story();
    const withdrawn = await scenario.commit(published, { by: 'alice', files: { [path]: null } });
    const base = await scenario.merge(published, withdrawn);
    const replayed = await scenario.commit(base, { by: 'mallory', files: { [path]: flawed } });
    expectRejected(await scenario.verifyPr(base, replayed), 'statement.spent', tag);
    expectRejected(await scenario.verifyRepo(await scenario.merge(base, replayed)), 'statement.spent', tag);
    expectRejected(await scenario.verifyRepo(replayed), 'statement.spent', tag);
  });

  test('a statement is spent whatever armor its signature comes in', async () => {
    const { scenario, tag, published } = await story();
    const { people, repository, anchor, now } = scenario;
    const spent = await judging(
      { people, folder: repository.folder, from: anchor, now },
      {},
      async (common) => {
        const before = (await verifyRepo({ ...common, head: published })).ledger?.ownership.spentStatements;
        const text = Buffer.from(await repository.read(tag)).toString('latin1');
        const begin = '-----BEGIN PGP SIGNATURE-----\n';
        const content = text.replace(begin, `${begin}Comment: the same signature\n`);
        const twin = await repository.writeObject('tag', Buffer.from(content, 'latin1'));
        await repository.ref('refs/tags/signet/foo.1.1', twin);
        const after = (await verifyRepo({ ...common, head: published })).ledger?.ownership.spentStatements;
        expect(twin).not.toBe(tag);
        return [before, after].map((one) => [...(one ?? [])]);
      },
    );
    expect(spent[0]).toHaveLength(1);
    expect(spent[1]).toEqual(spent[0]);
  });

  test('one tag for two packages may come in two squashed commits, one for each', async () => {
    const scenario = await Scenario.create();
    const other = { [opamPath('foo-lwt.1.1')]: opamFile('foo-lwt') };
    const head = await scenario.commit(scenario.anchor, { files: { [path]: flawed, ...other } });
    const more = [`Signet-Package: foo-lwt.1.1 none ${scenario.digest(opamFile('foo-lwt'))}`];
    const after = scenario.digest(flawed);
    await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after, more });
    const first = await scenario.commit(scenario.anchor, { files: { [path]: flawed } });
    expectVerified(await scenario.verifyRepo(await scenario.commit(first, { files: other })));
  });

  test('the same squashed commit is verified where the tag belongs: on what stood before it', async () => {
    const { scenario } = await story();
    const squashed = await scenario.commit(scenario.anchor, { files: { [path]: flawed } });
    expectVerified(await scenario.verifyRepo(squashed));
  });

  test('the owner may go back to the old content by signing that', async () => {
    const { scenario, mainline } = await story();
    const back = await scenario.commit(mainline, { by: 'alice', files: { [path]: flawed } });
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, back)));
  });
});

/** Alice's signed release is squashed by a forge, so that her own commit never is a part of the mainline; then she takes it out. */
async function squashed() {
  const scenario = await Scenario.create();
  const signed = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: flawed } });
  const after = scenario.digest(flawed);
  const tag = await scenario.submissionTag(signed, { by: 'alice', nameVersion: 'foo.1.1', after });
  const published = await scenario.commit(scenario.anchor, { files: { [path]: flawed } });
  const base = await scenario.commit(published, { by: 'alice', files: { [path]: null } });
  expectVerified(await scenario.verifyRepo(base));
  return { scenario, signed, tag, base };
}

describe('replay-old-release: a version that was squashed and taken out comes back by what its author signed before', () => {
  test.each(verbs)('%s rejects her own commit, whose signature is as good as ever', async (verb) => {
    const { scenario, signed, base } = await squashed();
    const report = await scenario.judge(verb, signed, base);
    const found = expectRejected(report, 'attribution.withdrawn', signed);
    expect(found.at.path).toBe(path);
  });

  test.each(verbs)('%s rejects it by her tag on an unsigned head', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files: { [path]: flawed } });
    const after = scenario.digest(flawed);
    const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after });
    const published = await scenario.commit(scenario.anchor, { files: { [path]: flawed } });
    const base = await scenario.commit(published, { by: 'alice', files: { [path]: null } });
    expectRejected(await scenario.judge(verb, head, base), 'attribution.withdrawn', tag);
  });

  test.each(verbs)('%s verifies it where she signs it anew, on the old commit too', async (verb) => {
    const { scenario, base } = await squashed();
    const again = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: flawed } });
    expectVerified(await scenario.judge(verb, again, base));
  });

  test.each(verbs)('%s verifies another version that she signed before', async (verb) => {
    const scenario = await Scenario.create();
    const files = { [opamPath('foo.1.2')]: opamFile('foo, the next') };
    const other = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const published = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: flawed } });
    const base = await scenario.commit(published, { by: 'alice', files: { [path]: null } });
    expectVerified(await scenario.judge(verb, other, base));
  });
});
