import { Chalk } from 'chalk';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import type { StepEvent } from '../../src/core/chain/history.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ProvenanceChain } from '../../src/core/report/provenance.ts';
import { chainMermaid, chainText } from '../../src/render/provenance.ts';
import { Explanation } from '../../src/workflows/explain.ts';
import { traceFiles } from '../../src/workflows/trace.ts';
import { judging } from '../support/judging.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';

let scenario: Scenario;
let side: Oid, tag: Oid, squashed: Oid, merged: Oid, state: Oid, endorsement: Oid, head: Oid;

const sourceTag = 'a'.repeat(40);
const source = `Signet-Source: https://example.org/foo v1.1 ${sourceTag} ${'b'.repeat(40)}`;
const archive = `Signet-Archive: https://example.org/foo-1.1.tar.gz sha256=${'1'.repeat(64)} sha512=${'2'.repeat(128)}`;

beforeAll(async () => {
  scenario = await Scenario.create();
  const { anchor } = scenario;
  const foo = { files: { [opamPath('foo.1.1')]: opamFile('foo') } };
  const submitted = await scenario.commit(anchor, foo);
  const after = scenario.digest(opamFile('foo'));
  const plan = { by: 'alice', nameVersion: 'foo.1.1', after, more: [source, archive] } as const;
  tag = await scenario.submissionTag(submitted, plan);
  squashed = await scenario.commit(anchor, foo);
  side = await scenario.commit(squashed, {
    by: 'alice',
    files: { [opamPath('foo.1.2')]: opamFile('newer') },
  });
  merged = await scenario.merge(squashed, side);
  state = await scenario.stateTag(merged, { by: 'ada' });
  const unsigned = await scenario.commit(merged, { files: { [opamPath('legacy.1.1')]: opamFile('legacy') } });
  const improved = await scenario.commit(unsigned, { files: { [opamPath('bar.1.0')]: opamFile('better') } });
  const digests = `${scenario.digest(opamFile('bar'))} ${scenario.digest(opamFile('better'))}`;
  endorsement = await scenario.endorsementTag(improved, { by: 'mia', packages: [`bar.1.0 ${digests}`] });
  head = await scenario.merge(unsigned, improved);
});

async function chainsOf(target: string): Promise<readonly ProvenanceChain[]> {
  const usual = {
    people: scenario.people,
    folder: scenario.repository.folder,
    from: scenario.anchor,
    now: scenario.now + 3600,
  };
  return judging(usual, {}, async (common) => {
    const explanation = new Explanation(target);
    const onStep = explanation.add.bind(explanation);
    const { ledger } = await verifyRepo({ ...common, head, onStep });
    if (ledger === undefined) throw new Error('There is no ledger.');
    const store = await openStore(usual.folder, { kind: 'auto', environment: process.env });
    try {
      return await traceFiles(explanation, store, ledger.keyrings.tip, common.now);
    } finally {
      await store.close();
    }
  });
}

const kinds = ({ links }: ProvenanceChain): readonly unknown[] =>
  links.map(({ kind, object }) => (object === undefined ? kind : [kind, object]));

describe('the path that is asked about', () => {
  const changed = (path: string): StepEvent =>
    ({
      kind: 'step',
      index: 1,
      judgement: {
        step: { oid: head, changes: [{ path, before: undefined, after: { mode: '100644', oid: head } }] },
        attributions: [{ path, kind: 'unsigned' }],
        tags: [],
      },
      ledger: { keyrings: { inForce: scenario.opened() } },
    }) as unknown as StepEvent;
  const covers = (target: string, path: string): boolean => {
    const explanation = new Explanation(target);
    explanation.add(changed(Buffer.from(path).toString('latin1')));
    return explanation.changes.length === 1;
  };

  test.each([
    ['foo', 'packages/foo/foo.1.1/opam', true],
    ['foo', 'packages/foo-bar/foo-bar.1/opam', false],
    ['foo', 'packages/foo.1/opam', false],
    ['foo@1', 'packages/foo/foo.1/opam', true],
    ['foo@1', 'packages/foo/foo.1.1/opam', false],
    ['packages/foo/foo.1/opam', 'packages/foo/foo.1/opam', true],
    ['packages/foo/', 'packages/foo/foo.1/files/x@y', true],
    ['repo/', 'repo', true],
    ['repo/', 'repository', false],
    ['docs/é.md', 'docs/é.md', true],
  ])('%s means %s: %s', (target, path, expected) => {
    expect(covers(target, path)).toBe(expected);
  });
});

describe('the way of a file', () => {
  test('leads from the source that the tag states over tag, step and keyring to the state', async () => {
    const [chain, ...others] = await chainsOf('foo@1.1');
    expect(others).toEqual([]);
    expect(chain?.path).toBe(opamPath('foo.1.1'));
    expect(chain && kinds(chain)).toEqual([
      ['source', sourceTag],
      'archive',
      ['tag', tag],
      ['commit', squashed],
      ['step', squashed],
      'keyring',
      ['state', state],
    ]);
    const words = chain?.links.map((link) => link.words).join('\n');
    expect(words).toContain('v1.1 of https://example.org/foo');
    expect(words).toContain(
      `signet/foo.1.1 (submission), signed by alice with key ${scenario.people.alice.fingerprint}`,
    );
    expect(words).toContain('attributed to alice (statement)');
    expect(words).toContain('version 1 in force');
    expect(words).toContain('1, signed by ada');
  });

  test('says what is missing: nothing stated, no state tag, nobody', async () => {
    const [signed] = await chainsOf(`packages/foo/foo.1.2/opam`);
    expect(signed && kinds(signed)).toEqual([
      'source',
      'archive',
      ['commit', side],
      ['step', merged],
      'keyring',
      ['state', state],
    ]);
    const [unsigned] = await chainsOf('legacy@1.1');
    const words = unsigned?.links.map((link) => link.words).join('\n');
    expect(words).toContain('nobody has stated a source');
    expect(words).toContain('signed by nobody, and nobody has to: the package has no owner');
    expect(words).toContain('no state tag covers it yet');
  });

  test('names the maintainer who endorsed what nobody else had signed for', async () => {
    const [chain] = await chainsOf('bar');
    expect(chain && kinds(chain)).toContainEqual(['tag', endorsement]);
    const words = chain?.links.map((link) => link.words).join('\n');
    expect(words).toContain(`(endorsement), signed by mia with key ${scenario.people.mia.fingerprint}`);
    expect(words).toContain('the head of what was merged; the tag signed for its content');
    expect(words).toContain('changed on 2026');
  });

  test('is a diagram for a terminal and for Markdown, in which nothing from outside is markup', async () => {
    const [chain] = await chainsOf('foo@1.1');
    if (chain === undefined) throw new Error('There is no chain.');
    const lines = chainText(chain, { paint: new Chalk({ level: 0 }), symbols: true });
    expect(lines[0]).toBe('packages/foo/foo.1.1/opam');
    expect(lines.filter((line) => line.includes('↓'))).toHaveLength(6);
    const hostile = {
      ...chain,
      links: [{ kind: 'source', object: undefined, words: '"]; click n0 "x"\n```' }],
    } as const;
    const mermaid = chainMermaid(hostile);
    expect(mermaid.split('\n')[2]).toBe(
      '  n0["source tag: #34;#93;#59; click n0 #34;x#34;#10;#96;#96;#96;"]',
    );
    expect(mermaid.match(/```/g)).toHaveLength(2);
  });
});
