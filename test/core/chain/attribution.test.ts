import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attribution,
  attribute,
  dependsOnSide,
  type StepEvidence,
} from '../../../src/core/chain/attribution.ts';
import type { Evidence, EvidenceKind } from '../../../src/core/chain/evidence.ts';
import type { SideCommit, SideMaterial } from '../../../src/core/chain/side-material.ts';
import { type Oid, oidOf } from '../../../src/core/git/oid.ts';
import { type Fingerprint, parseFingerprint } from '../../../src/core/openpgp/certificate.ts';
import type { PathChange, TreeEntry } from '../../../src/core/ports.ts';
import type { Authority } from '../../../src/core/trust/authority.ts';
import type { Contributor } from '../../../src/core/trust/keyring.ts';

const oid = (text: string): Oid => oidOf('blob', Buffer.from(text), 'sha1');
const entry = (text: string): TreeEntry => ({ mode: '100644', oid: oid(text) });
const path = 'packages/foo/foo.1/opam';
const old = entry('old');
const change: PathChange = { path, before: old, after: entry('new') };

function fingerprint(): Fingerprint {
  const parsed = parseFingerprint('A'.repeat(40));
  if (parsed === undefined) throw new Error('unreachable: forty digits');
  return parsed;
}

function person(id: string, role: 'contributor' | 'maintainer' = 'contributor'): Contributor {
  return { id, name: id.toUpperCase(), roles: new Set([role]), packages: [], fingerprints: [fingerprint()] };
}

const owned: Authority = {
  kind: 'package',
  name: 'foo',
  enrolled: true,
  owners: ['alice'],
  openToAnyContributor: false,
};
const alice = person('alice');
const bob = person('bob');
const mia = person('mia', 'maintainer');

function evidence(object: string, contributor?: Contributor, kind: EvidenceKind = 'commit'): Evidence {
  const reason = contributor === undefined ? 'absent' : 'good';
  return {
    kind,
    object: oid(object),
    verdict: {
      verdict: reason,
      reason,
      message: '',
      fingerprint: contributor && fingerprint(),
      certificate: contributor && fingerprint(),
      made: undefined,
    },
    contributor,
  };
}

/** A side of commits in a row, the last one its head; each says whether it changed the path, and what M made of it. */
interface Row {
  readonly changes: boolean;
  readonly signer?: Contributor | undefined;
  readonly overtaken?: boolean;
}

function sideOf(rows: readonly Row[], changes: readonly PathChange[], fromHead?: readonly PathChange[]) {
  const byPath = (list: readonly PathChange[]) => new Map(list.map((one) => [one.path, one]));
  const commits = new Map<Oid, SideCommit>();
  const judged = new Map<Oid, Evidence>();
  rows.forEach(({ changes: does, signer, overtaken }, index) => {
    const at = oid(`side ${index}`);
    commits.set(at, {
      oid: at,
      parents: [{ oid: oid(`side ${index - 1}`), changes: byPath(does ? [change] : []) }],
      meanwhile: new Set(overtaken === true ? [path] : []),
    });
    judged.set(at, evidence(`side ${index}`, signer));
  });
  const head = oid(`side ${rows.length - 1}`);
  const material: SideMaterial = {
    side: { head, base: oid('side -1'), commits: [...commits.keys()], leftAt: new Map() },
    commits,
    changes: byPath(changes),
    fromHead: fromHead && byPath(fromHead),
  };
  return { material, commits: judged, tags: [] as readonly Evidence[] };
}

const nothing: StepEvidence = {
  step: oid('merge'),
  own: undefined,
  side: undefined,
  statements: [],
  withdrawnAt: () => undefined,
  unfit: [],
};
const by = (known: Partial<StepEvidence>, authority: Authority = owned): Attribution =>
  attribute(change, authority, { ...nothing, ...known });
const codes = ({ findings }: Attribution): readonly string[] => findings.map(({ code }) => code);
const statement = (signer: Contributor, covered = path) => ({
  key: 'x foo.1',
  evidence: evidence('tag', signer, 'submission-tag'),
  covers: (one: string) => one === covered,
});

describe('a path is attributed', () => {
  it("to the step's own signer", () => {
    expect(by({ own: evidence('merge', alice) })).toEqual({
      path,
      kind: 'own',
      contributor: 'alice',
      fingerprint: fingerprint(),
      evidence: { kind: 'commit', object: oid('merge') },
      findings: [],
    });
  });

  it('to the commit of the side that gave it its content, not to a later one', () => {
    const side = sideOf(
      [
        { changes: true, signer: alice },
        { changes: false, signer: bob },
      ],
      [change],
    );
    expect(by({ side })).toMatchObject({
      kind: 'side',
      contributor: 'alice',
      evidence: { object: oid('side 0') },
    });
  });

  it("to a tag on the side's head, where no commit is signed by an owner", () => {
    const side = {
      ...sideOf([{ changes: true }], [change]),
      tags: [evidence('tag', alice, 'endorsement-tag')],
    };
    expect(by({ side })).toMatchObject({
      kind: 'tag',
      contributor: 'alice',
      evidence: { kind: 'endorsement-tag', object: oid('tag') },
    });
  });

  it('to a content statement that covers it', () => {
    expect(by({ statements: [statement(alice)] })).toMatchObject({ kind: 'statement', contributor: 'alice' });
    expect(by({ statements: [statement(alice, 'packages/foo/foo.2/opam')] }).kind).toBe('none');
    expect(by({ statements: [statement(bob), statement(mia)] })).toMatchObject({ contributor: 'mia' });
  });

  it('to nobody, and may be unsigned, where the package has no owner', () => {
    const free: Authority = { ...owned, enrolled: false, owners: [] };
    expect(by({}, free)).toMatchObject({ kind: 'unsigned', contributor: undefined, findings: [] });
    expect(by({}, { kind: 'repository' }).kind).toBe('none');
  });

  it('to nobody by any signature where it belongs to the keyring', () => {
    expect(by({ own: evidence('merge', mia) }, { kind: 'keyring' }).kind).toBe('none');
  });
});

describe('a path is left without attribution, and the report says why', () => {
  it('where nobody signed it', () => {
    const found = by({});
    expect(codes(found)).toEqual(['attribution.unsigned']);
    expect(found.findings[0]).toMatchObject({
      at: { object: nothing.step, path },
      message: `Nobody signed the change of ${path}.`,
    });
  });

  it('where its signer has no authority, with the owners and the object', () => {
    const found = by({ own: evidence('merge', bob) });
    expect(codes(found)).toEqual(['attribution.no-authority']);
    expect(found.findings[0]?.message).toBe(
      `BOB (bob) signed ${path} in ${oid('merge')}, but only its owners (alice) and maintainers may change it.`,
    );
  });

  it('where the commit that changed it is not signed, whoever signed the ones around it', () => {
    const side = sideOf(
      [{ changes: false, signer: alice }, { changes: true }, { changes: false, signer: alice }],
      [change],
    );
    expect(codes(by({ side }))).toEqual(['attribution.unsigned']);
    expect(by({ side }).findings[0]?.at.object).toBe(oid('side 1'));
  });

  it('where the merge gives it a content that the side does not have, even if all of the side is signed', () => {
    const other = { ...change, after: entry('other') };
    const side = sideOf([{ changes: true, signer: alice }], [other]);
    expect(codes(by({ side }))).toEqual(['attribution.evil-merge']);
    expect(by({ side }).findings[0]?.message).toBe(
      `Merge ${nothing.step} changes ${path}, which no commit of its side gave this content.`,
    );
    expect(codes(by({ side: sideOf([{ changes: true, signer: alice }], [], [change]) }))).toEqual([
      'attribution.evil-merge',
    ]);
  });

  it('where the merge puts back what the side never touched', () => {
    const found = by({ side: sideOf([{ changes: true, signer: alice }], [], []) });
    expect(codes(found)).toEqual(['attribution.rolled-back']);
    expect(found.findings[0]?.message).toBe(
      `Merge ${nothing.step} puts ${path} back to what it was before the mainline changed it.`,
    );
  });

  it("where the merge's content is not the side's, although an owner's tag is on the side's head", () => {
    for (const changes of [
      [],
      [{ ...change, after: entry('other') }],
      [{ ...change, before: entry('older') }],
    ]) {
      const side = { ...sideOf([{ changes: true }], changes, []), tags: [evidence('tag', alice)] };
      expect(by({ side }).kind).toBe('none');
    }
  });

  it('where the signature is no good one, and says what is wrong with it', () => {
    const weak = evidence('merge');
    const verdict = {
      ...weak.verdict,
      verdict: 'weak',
      reason: 'weak',
      message: 'It uses MD5.',
    } as const;
    const found = by({ own: { ...weak, verdict } });
    expect(codes(found)).toEqual(['signature.weak']);
    expect(found.findings[0]?.message).toBe(
      `The signature of ${oid('merge')}, which changes ${path}, does not count: It uses MD5.`,
    );
  });

  it('where a good signature is by a key that the keyring in force does not list, with the whole fingerprint', () => {
    const good = evidence('merge', alice);
    const found = by({ own: { ...good, contributor: undefined } });
    expect(codes(found)).toEqual(['attribution.no-authority']);
    expect(found.findings[0]?.message).toContain(`Key ${fingerprint()} signed ${path}`);
  });

  it.each([
    ['the keyring file', { kind: 'keyring' }, 'the keyring file changes only by its own rule'],
    ['the repository', { kind: 'repository' }, 'only maintainers may change it'],
    ['a package whose owners have left', { ...owned, owners: [] }, 'only maintainers may change it'],
    [
      'a package of two',
      { ...owned, owners: ['alice', 'carol'] },
      'only its owners (alice, carol) and maintainers may change it',
    ],
  ] as const)('and says who may change %s', (_what, over, who) => {
    expect(by({ own: evidence('merge') }, over).findings.map(({ message }) => message)).toEqual([
      `${oid('merge')} changes ${path} and is not signed; ${who}.`,
    ]);
  });

  it('where the mainline changed it meanwhile', () => {
    const stale = { ...change, before: entry('older') };
    expect(codes(by({ side: sideOf([{ changes: true, signer: alice }], [stale]) }))).toEqual([
      'attribution.conflict',
    ]);
    const overtaken = by({ side: sideOf([{ changes: true, signer: alice, overtaken: true }], [change]) });
    expect(codes(overtaken)).toEqual(['attribution.conflict']);
    expect(overtaken.findings[0]?.message).toBe(
      `${path} was changed on the mainline after the side had left it, and on the side too.`,
    );
  });

  it('where a tag is by someone without authority', () => {
    const side = { ...sideOf([{ changes: true }], [change]), tags: [evidence('tag', bob, 'submission-tag')] };
    expect(codes(by({ side }))).toEqual(['attribution.unsigned', 'attribution.no-authority']);
  });

  it('and what was wrong with tags at hand comes first', () => {
    const unfit = {
      code: 'statement.expired',
      severity: 'error',
      at: {},
      message: 'late',
      mend: '',
    } as const;
    expect(codes(by({ unfit: [unfit] }))).toEqual(['statement.expired']);
  });
});

const signer = fc.constantFrom(undefined, alice, bob, mia);
const row: fc.Arbitrary<Row> = fc.record({ changes: fc.boolean(), signer, overtaken: fc.boolean() });
const onSide = fc.constantFrom<readonly PathChange[]>(
  [change],
  [{ ...change, before: entry('older') }],
  [{ ...change, after: entry('other') }],
  [],
);
const authority = fc.constantFrom<Authority>(
  owned,
  { ...owned, enrolled: false, owners: [] },
  { ...owned, enrolled: false, owners: [], openToAnyContributor: true },
  { kind: 'repository' },
  { kind: 'keyring' },
);

const known: fc.Arbitrary<StepEvidence> = fc
  .record({
    own: fc.option(signer, { nil: undefined }),
    rows: fc.option(fc.array(row, { minLength: 1, maxLength: 4 }), { nil: undefined }),
    changes: onSide,
    tags: fc.array(signer, { maxLength: 2 }),
    statements: fc.array(fc.constantFrom(alice, bob, mia), { maxLength: 2 }),
  })
  .map(({ own, rows, changes, tags, statements }) => ({
    ...nothing,
    own: own && evidence('merge', own),
    side: rows && {
      ...sideOf(rows, changes, []),
      tags: tags.map((one, index) => evidence(`tag ${index}`, one, 'submission-tag')),
    },
    statements: statements.map((one) => statement(one)),
  }));

/** The same step with one piece of evidence less. */
function* withLess(all: StepEvidence): Iterable<StepEvidence> {
  const { side } = all;
  if (all.own !== undefined) yield { ...all, own: undefined };
  for (const at of all.statements.keys()) yield { ...all, statements: all.statements.toSpliced(at, 1) };
  if (side === undefined) return;
  for (const at of side.tags.keys()) yield { ...all, side: { ...side, tags: side.tags.toSpliced(at, 1) } };
  for (const at of side.commits.keys()) {
    const commits = new Map(side.commits).set(at, { ...evidence('x'), object: at });
    yield { ...all, side: { ...side, commits } };
  }
}

const isAttributed = ({ kind }: Attribution): boolean => kind !== 'none' && kind !== 'unsigned';
const entitled = (id: string | undefined, over: Authority): boolean => {
  if (over.kind === 'keyring') return false;
  if (id === 'mia') return true;
  return over.kind === 'package' && (over.openToAnyContributor ? id !== undefined : id === 'alice');
};

describe('what the side changed is read', () => {
  const free: Authority = { ...owned, enrolled: false, owners: [], openToAnyContributor: true };
  const of = (...signers: readonly (Contributor | undefined)[]): readonly Evidence[] =>
    signers.map((one, index) => evidence(`side ${index}`, one));

  it('where somebody of the side may have signed for a path that nobody owns', () => {
    expect(dependsOnSide(free, undefined, of(undefined, alice))).toBe(true);
  });

  it('where nobody who may signed for a path that has an owner, to say why', () => {
    expect(dependsOnSide(owned, undefined, of(undefined, bob))).toBe(true);
    expect(dependsOnSide(owned, evidence('own', bob), of())).toBe(true);
    expect(dependsOnSide({ kind: 'repository' }, undefined, of())).toBe(true);
  });

  it('not where nobody of the side signed for a path that nobody owns', () => {
    expect(dependsOnSide(free, undefined, of(undefined, undefined))).toBe(false);
  });

  it("not where the step's own signature settles it", () => {
    expect(dependsOnSide(owned, evidence('own', alice), of(bob, alice))).toBe(false);
  });
});

describe('whatever the evidence is', () => {
  it('an attribution names somebody with authority, and none has no error without a reason', () => {
    fc.assert(
      fc.property(known, authority, (all, over) => {
        const found = attribute(change, over, all);
        if (isAttributed(found)) expect(entitled(found.contributor, over)).toBe(true);
        else expect(found.contributor).toBeUndefined();
        expect(found.kind === 'none').toBe(found.findings.length > 0);
        if (found.kind === 'unsigned') expect(over).toMatchObject({ kind: 'package', enrolled: false });
      }),
    );
  });

  it('a side that nothing depends on makes no difference, so that it need not be read', () => {
    fc.assert(
      fc.property(known, authority, (all, over) => {
        const ofSide = [...(all.side?.commits.values() ?? []), ...(all.side?.tags ?? [])];
        if (dependsOnSide(over, all.own, ofSide)) return;
        expect(attribute(change, over, all)).toEqual(attribute(change, over, { ...all, side: undefined }));
      }),
      { numRuns: 1000 },
    );
  });

  it('less of it never attributes a path that more of it left alone', () => {
    fc.assert(
      fc.property(known, authority, (all, over) => {
        if (isAttributed(attribute(change, over, all))) return;
        for (const less of withLess(all)) expect(isAttributed(attribute(change, over, less))).toBe(false);
      }),
    );
  });
});
