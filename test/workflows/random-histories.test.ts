import { describe, expect, test } from 'vitest';
import type { Attribution } from '../../src/core/chain/attribution.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import type { Person } from '../support/cast.ts';
import { judging } from '../support/judging.ts';
import { randomHistory, type RandomHistory } from '../support/random-history.ts';
import { expectVerified } from '../support/verdicts.ts';

const seeds = [1, 2, 3];
const steps = 14;

/** Who may sign for a path of the story. */
function mayChange(path: string): readonly Person[] {
  const name = path.split('/')[1] ?? '';
  if (name === 'foo' || name === 'foo-lwt') return ['alice', 'mia', 'ada'];
  return name === 'bar' ? ['bob', 'mia', 'ada'] : ['mia', 'ada'];
}

type Files = ReadonlyMap<string, string>;

/** A commit as the oracle sees it: what stands in it and in its parents, by git itself. */
interface Seen {
  readonly signer: Person | undefined;
  readonly files: Files;
  readonly parents: readonly Files[];
}

async function filesOf({ scenario }: RandomHistory, commit: string): Promise<Files> {
  const lines = (await scenario.repository.git('ls-tree', '-r', commit)).split('\n');
  return new Map(lines.map((line) => line.split('\t')).map(([entry = '', path = '']) => [path, entry]));
}

const linesOf = async ({ scenario }: RandomHistory, ...args: readonly string[]): Promise<readonly Oid[]> =>
  (await scenario.repository.git(...args)).split('\n').filter((line) => line !== '') as Oid[];

async function see(history: RandomHistory, commit: Oid): Promise<Seen> {
  const parents = await linesOf(history, 'rev-parse', `${commit}^@`);
  return {
    signer: history.signers.get(commit),
    files: await filesOf(history, commit),
    parents: await Promise.all(parents.map((parent) => filesOf(history, parent))),
  };
}

/** Whether somebody who may change the path gave it this entry. */
const gave = ({ signer, files, parents }: Seen, path: string, entry: string | undefined): boolean =>
  signer !== undefined &&
  mayChange(path).includes(signer) &&
  files.get(path) === entry &&
  parents.every((parent) => parent.get(path) !== entry);

/**
 * The changes that nobody who may make them has signed, by a rule that is simpler than the trust model's and never
 * stricter: who gave the path this entry, in the step or in a commit that it brings, signed.
 */
async function unauthorised(history: RandomHistory): Promise<readonly string[]> {
  const found: string[] = [];
  for (const commit of history.mainline.slice(1)) {
    const { files, parents } = await see(history, commit);
    const [before = files] = parents;
    const side =
      parents.length > 1 ? await linesOf(history, 'rev-list', `${commit}^2`, `^${commit}^1`) : [commit];
    const brought = await Promise.all(side.map((one) => see(history, one)));
    const paths = new Set([...before.keys(), ...files.keys()]);
    for (const path of paths) {
      const entry = files.get(path);
      if (before.get(path) !== entry && !brought.some((one) => gave(one, path, entry))) found.push(path);
    }
  }
  return found;
}

/** What verify-repo attributes in each step. */
async function attributions({
  scenario,
  head,
}: RandomHistory): Promise<ReadonlyMap<Oid, readonly Attribution[]>> {
  const { people, repository, anchor, now } = scenario;
  const found = new Map<Oid, readonly Attribution[]>();
  await judging({ people, folder: repository.folder, from: anchor, now }, {}, (common) =>
    verifyRepo({
      ...common,
      head,
      onStep: (event) => {
        if (event.kind === 'step') found.set(event.judgement.step.oid, event.judgement.attributions);
      },
    }),
  );
  return found;
}

const others: readonly (Person | undefined)[] = [undefined, 'mallory', 'ben', 'alice', 'bob'];

describe.each(seeds)('a random history of signed branches, number %i', (seed) => {
  test(
    'is verified by both verbs, which attribute each path to the same signer',
    { timeout: 120_000 },
    async () => {
      const history = await randomHistory(seed, steps);
      expect(await unauthorised(history)).toEqual([]);
      expectVerified(await history.scenario.verifyRepo(history.head));
      const merged = await attributions(history);
      for (const { base, head, merge } of history.landings) {
        const report = await history.scenario.verifyPr(base, head);
        if (report.paths.length === 0) continue;
        expectVerified(report);
        expect(report.paths).toEqual(merged.get(merge));
      }
    },
  );

  test('is never verified where a change has no signer who may make it', { timeout: 120_000 }, async () => {
    const { authors } = await randomHistory(seed, steps);
    for (const [commit, author] of authors.entries()) {
      const by = others.filter((one) => one !== author)[(commit + seed) % 4];
      const history = await randomHistory(seed, steps, { kind: 'signer', commit, by });
      const isAllowed = (await unauthorised(history)).length === 0;
      const report = await history.scenario.verifyRepo(history.head);
      expect([commit, by, report.conclusion]).toEqual([commit, by, isAllowed ? 'verified' : 'rejected']);
    }
  });

  test(
    'is never verified where a merge has something that nobody who may signed for',
    { timeout: 120_000 },
    async () => {
      const { landings } = await randomHistory(seed, steps);
      for (const [landing] of landings.entries()) {
        const history = await randomHistory(seed, steps, { kind: 'merge', landing });
        const report = await history.scenario.verifyRepo(history.head);
        if (report.conclusion === 'verified')
          expect([landing, ...(await unauthorised(history))]).toEqual([landing]);
      }
    },
  );
});
