import { beforeAll, describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import type { FileContent } from '../support/repository.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { armor, bytes, packet, packetType } from '../support/openpgp-packets.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const extra = 'packages/foo/foo.1.1/files';

/** One blob under many names: cheap to make and to send, and as much work to look at as many. */
async function manyFiles(scenario: Scenario, count: number, path: (index: number) => string) {
  const entry = {
    mode: '100644',
    oid: await scenario.repository.writeObject('blob', opamFile('one of many')),
  };
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [path(index), entry]));
}

/** Neither before nor after the merge is it judged, and each time the commit is named. */
async function expectTooManyChanges(scenario: Scenario, head: Oid): Promise<void> {
  expectRejected(await scenario.verifyPr(scenario.anchor, head), 'limit.changes', head);
  const merge = await scenario.merge(scenario.anchor, head, { tree: await scenario.treeOf(head) });
  expectRejected(await scenario.verifyRepo(merge), 'limit.changes', merge);
}

describe('endless-data: data that is made to be too much', () => {
  /** Each attack stands on the anchor commit, beside the others. */
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await Scenario.create();
  });

  test('verify-pr rejects an opam file of 65 MiB', async () => {
    const huge = Buffer.alloc(65 * 1024 * 1024, '# endless\n');
    const head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.1')]: huge },
    });
    const found = expectRejected(await scenario.verifyPr(scenario.anchor, head), 'limit.object-size', head);
    expect(found.message).toContain(
      await scenario.repository.git('rev-parse', `${head}:${opamPath('foo.1.1')}`),
    );
  });

  test('both verbs reject files that are too large only together', async () => {
    const large = {
      mode: '100644',
      oid: await scenario.repository.writeObject('blob', Buffer.alloc(24 * 1024 * 1024)),
    };
    const files = {
      [opamPath('foo.1.1')]: opamFile('foo'),
      [`${extra}/a`]: large,
      [`${extra}/b`]: large,
      [`${extra}/c`]: large,
    };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'limit.object-size', large.oid);
    await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after: scenario.digest('x') });
    expectRejected(
      await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)),
      'limit.object-size',
      large.oid,
    );
  });

  test('both verbs reject a .gitattributes file of 65 MiB', async () => {
    const files = { '.gitattributes': Buffer.alloc(65 * 1024 * 1024, '* text\n') };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'limit.object-size', '');
  });

  test('both verbs reject 100,000 files in one pull request', async () => {
    const files = await manyFiles(scenario, 100_000, (index) => `${extra}/${index}`);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    await expectTooManyChanges(scenario, head);
  });

  test('verify-repo tells of other steps in spite of one that is too much', async () => {
    const files = await manyFiles(scenario, 30_000, (index) => `${extra}/${index}`);
    const endless = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const next = await scenario.commit(endless, { by: 'mallory', files: { repo: 'opam-version: "2.1"\n' } });
    const report = await scenario.verifyRepo(next);
    expectRejected(report, 'limit.changes', endless);
    expectRejected(report, 'signature.unknown-key', next);
  });

  test('both verbs reject a tree that holds itself ten times over, twelve levels deep', async () => {
    let oid = await scenario.repository.writeTree({ opam: opamFile('foo') });
    for (let level = 0; level < 12; level++) {
      const folders = Array.from(
        { length: 10 },
        (_, index) => [String(index), { mode: '40000', oid }] as const,
      );
      oid = await scenario.repository.writeTree(Object.fromEntries(folders));
    }
    const files: Record<string, FileContent> = { 'packages/foo/foo.1.1': { mode: '40000', oid } };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    await expectTooManyChanges(scenario, head);
  });

  test('verify-pr rejects twenty commits that each change 15,000 files back and forth', async () => {
    const [one, other] = [opamFile('one'), opamFile('other')];
    const trees: Oid[] = [];
    for (const content of [one, other]) {
      const entry = { mode: '100644', oid: await scenario.repository.writeObject('blob', content) };
      const files = Array.from({ length: 15_000 }, (_, index) => [`${extra}/${index}`, entry] as const);
      trees.push(await scenario.repository.writeTree(Object.fromEntries(files)));
    }
    let head = scenario.anchor;
    for (let index = 0; index < 20; index++) {
      const [tree] = index % 2 === 0 ? trees : trees.toReversed();
      head = await scenario.repository.commitFiles({
        parents: [head],
        date: scenario.now,
        ...(tree && { tree }),
      });
    }
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'limit.changes', head);
  });

  test('verify-pr judges a thousand new packages in one pull request, and their names against each other', async () => {
    const files = await manyFiles(scenario, 1000, (index) => opamPath(`x${index.toString(26)}x.1.0`));
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files });
    expect((await scenario.verifyPr(scenario.anchor, head)).paths).toHaveLength(1000);
  });

  test('verify-pr rejects a side that merges five hundred old commits of the mainline at once', async () => {
    const tree = await scenario.treeOf(scenario.anchor);
    const commit = (parents: readonly Oid[], message: string): Promise<Oid> =>
      scenario.repository.commitFiles({ parents, tree, date: scenario.now, message });
    const old: Oid[] = [];
    for (let index = 0; index < 500; index++) old.push(await commit([scenario.anchor], `old ${index}\n`));
    let base = scenario.anchor;
    for (let at = 0; at < old.length; at += 50)
      base = await commit([base, ...old.slice(at, at + 50)], 'bring in\n');
    const octopus = await commit(old, 'octopus\n');
    const report = await scenario.verifyPr(base, octopus, { from: base });
    expectRejected(report, 'step.shape', octopus);
  });

  test('both verbs reject five thousand packets in a signature', async () => {
    const { alice } = scenario.people;
    const head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.1')]: opamFile('foo') },
      sign: (payload) => {
        const one = alice.signaturePacket(payload, scenario.now);
        return armor('SIGNATURE', bytes(...Array.from({ length: 5000 }, () => one)));
      },
    });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
  });

  test.each([
    ['five thousand user ids that nobody signed', 5000, 'keyring.certificate-file'],
    ['thirty thousand packets', 30_000, 'keyring.certificate-file'],
  ] as const)('both verbs reject %s in a certificate', async (_what, count, code) => {
    const { alice } = scenario.people;
    const junk = Array.from({ length: count }, (_, index) =>
      packet(packetType.userId, Buffer.from(`Junk ${index}`)),
    );
    const grown = armor('PUBLIC KEY BLOCK', bytes(alice.certificate, ...junk));
    const path = `keyring/${alice.fingerprint}.asc`;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: grown } });
    for (const verb of verbs) {
      const found = expectRejected(await scenario.judge(verb, head), code, path);
      expect(found.message.length).toBeLessThan(1000);
    }
  });

  test('both verbs verify a certificate that grew by a few user ids of its own', async () => {
    const grown = Array.from({ length: 20 }).reduce<typeof scenario.people.alice>(
      (key, _, index) => key.withUserId(scenario.now, `Alice ${index}`, `alice${index}@example.org`),
      scenario.people.alice,
    );
    const head = await scenario.grow(scenario.anchor, grown);
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
  });
});
