import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const signed = opamFile('foo, as its owner signed it');
const twin = opamFile('foo, with the same id and other bytes');
const files = { [opamPath('foo.1.1')]: signed };

/** A store that has other bytes under an id, as after a collision of SHA-1: no check of ids can find that out. */
const lying =
  (oid: Oid) =>
  (store: ObjectStore): ObjectStore => ({
    format: store.format,
    read: (asked) =>
      asked === oid ? Promise.resolve({ type: 'blob', content: Buffer.from(twin) }) : store.read(asked),
    changes: (before, after) => store.changes(before, after),
    ancestry: (tips) => store.ancestry(tips),
    resolve: (revision) => store.resolve(revision),
    references: (prefix) => store.references(prefix),
    shallow: () => store.shallow(),
    write: (type, content) => store.write(type, content),
    updateReference: (name, to, expected) => store.updateReference(name, to, expected),
    close: () => store.close(),
  });

async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files });
  const tag = await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(signed),
  });
  const blob = (await scenario.repository.git('rev-parse', `${head}:${opamPath('foo.1.1')}`)) as Oid;
  return { scenario, head, tag, through: lying(blob) };
}

describe('sha1-twin: a blob with the same git id and other content', () => {
  test('verify-repo rejects a squashed submission: the statement binds its content with SHA-256', async () => {
    const { scenario, tag, through } = await story();
    const squashed = await scenario.commit(scenario.anchor, { files });
    const found = expectRejected(await scenario.verifyRepo(squashed, { through }), 'statement.digest', tag);
    expect(found.message).toContain(scenario.digest(twin));
  });

  test('verify-pr rejects the submission by its tag, although git sees the tree that was signed', async () => {
    const { scenario, head, through } = await story();
    const report = await scenario.verifyPr(scenario.anchor, head, { through });
    expectRejected(report, 'release.digest', 'foo.1.1');
  });

  test('both verbs verify the same with the bytes that were signed', async () => {
    const { scenario, head } = await story();
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
    expectVerified(await scenario.verifyRepo(await scenario.commit(scenario.anchor, { files })));
  });

  test('a signature of a commit alone binds no more than SHA-1 does, and is verified', async () => {
    const { scenario, through } = await story();
    const owned = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, owned), { through }));
  });
});
