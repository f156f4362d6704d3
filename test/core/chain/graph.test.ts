import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommitGraph } from '../../../src/core/chain/graph.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { CommitLink, ObjectStore } from '../../../src/core/ports.ts';
import { TestRepository } from '../../support/repository.ts';

/** Short names stand for commits: the graph looks at links only. */
const id = (name: string): Oid => name as Oid;

type Links = Readonly<Record<string, readonly string[]>>;

/** Children before parents, as the port promises. The links are written parents first. */
const graphOf = (links: Links, shallow: readonly string[] = []): Promise<CommitGraph> => {
  const order = Object.entries(links).toReversed();
  const store: Pick<ObjectStore, 'ancestry' | 'shallow'> = {
    async *ancestry(): AsyncGenerator<CommitLink> {
      for (const [oid, parents] of order)
        yield await Promise.resolve({ oid: id(oid), parents: parents.map(id) });
    },
    shallow: () => Promise.resolve(new Set(shallow.map(id))),
  };
  return CommitGraph.load(store, []);
};

describe('the mainline', () => {
  const links: Links = { a: [], b: ['a'], s: ['a'], m: ['b', 's'], c: ['m'] };

  test('is the chain of first parents from the anchor to the head', async () => {
    const graph = await graphOf(links);
    expect(graph.mainline(id('a'), id('c'))).toEqual({ kind: 'mainline', commits: ['a', 'b', 'm', 'c'] });
  });

  test('does not pass through an anchor that was merged as a side', async () => {
    const graph = await graphOf(links);
    expect(graph.mainline(id('s'), id('c'))).toEqual({ kind: 'not-first-parent' });
  });

  test('was rewound if the head does not descend from the anchor at all', async () => {
    const graph = await graphOf({ ...links, x: [] });
    expect(graph.mainline(id('x'), id('c'))).toEqual({ kind: 'rewound' });
  });

  test('is cut off where the repository is shallow', async () => {
    const graph = await graphOf({ b: ['a'], c: ['b'] }, ['b']);
    expect(graph.mainline(id('a'), id('c'))).toEqual({ kind: 'cut-off', at: 'b' });
  });

  test('may begin at the boundary of a shallow repository', async () => {
    const graph = await graphOf({ b: ['a'], c: ['b'] }, ['b']);
    expect(graph.mainline(id('b'), id('c'))).toEqual({ kind: 'mainline', commits: ['b', 'c'] });
  });

  test('of an anchor that is the head is that commit alone', async () => {
    const graph = await graphOf(links);
    expect(graph.mainline(id('c'), id('c'))).toEqual({ kind: 'mainline', commits: ['c'] });
  });
});

describe('the side of a merge', () => {
  const sideOf = async (
    links: Links,
    mainline: readonly string[],
    head: string,
    shallow: readonly string[] = [],
  ) => {
    const graph = await graphOf(links, shallow);
    graph.follow(mainline.map(id));
    return graph.side(id(head), mainline.length - 1);
  };

  test('is what the second parent reaches and the first does not', async () => {
    const reading = await sideOf(
      { a: [], b: ['a'], s: ['a'], t: ['s'], m: ['b', 't'] },
      ['a', 'b', 'm'],
      't',
    );
    expect(reading).toMatchObject({ kind: 'side', side: { head: 't', base: 'a', commits: ['t', 's'] } });
  });

  test('that merged the mainline has the newest mainline commit as its base', async () => {
    const reading = await sideOf(
      { a: [], b: ['a'], c: ['b'], s: ['a'], t: ['s', 'b'], m: ['c', 't'] },
      ['a', 'b', 'c', 'm'],
      't',
    );
    expect(reading).toMatchObject({ kind: 'side', side: { head: 't', base: 'b', commits: ['t', 's'] } });
  });

  test('tells for each commit where it left the mainline by itself', async () => {
    const reading = await sideOf(
      { a: [], b: ['a'], c: ['b'], s: ['a'], t: ['s', 'b'], m: ['c', 't'] },
      ['a', 'b', 'c', 'm'],
      't',
    );
    const leftAt = reading.kind === 'side' ? reading.side.leftAt : new Map();
    expect(leftAt).toEqual(
      new Map([
        ['s', ['a']],
        ['t', ['b']],
      ]),
    );
  });

  test('that merged two branches of the mainline’s past has several bases', async () => {
    const reading = await sideOf(
      { r: [], x: ['r'], y: ['r'], p: ['x', 'y'], s: ['x', 'y'], m: ['p', 's'] },
      ['r', 'x', 'p', 'm'],
      's',
    );
    expect(reading).toMatchObject({ kind: 'several-bases' });
  });

  test('without a common commit is unrelated', async () => {
    expect(await sideOf({ a: [], x: [], y: ['x'], m: ['a', 'y'] }, ['a', 'm'], 'y')).toEqual({
      kind: 'unrelated',
    });
  });

  test('that brings in a root of its own beside a common commit is unrelated', async () => {
    const reading = await sideOf({ a: [], x: [], y: ['a', 'x'], m: ['a', 'y'] }, ['a', 'm'], 'y');
    expect(reading).toEqual({ kind: 'unrelated' });
  });

  test('that the mainline has already is empty', async () => {
    const reading = await sideOf({ a: [], b: ['a'], m: ['b', 'a'] }, ['a', 'b', 'm'], 'a');
    expect(reading).toMatchObject({ kind: 'side', side: { head: 'a', base: 'a', commits: [] } });
  });

  test('is cut off where the repository is shallow before the base', async () => {
    const reading = await sideOf({ a: [], t: ['s'], m: ['a', 't'] }, ['a', 'm'], 't', ['t']);
    expect(reading).toEqual({ kind: 'cut-off', at: 't' });
  });
});

describe('against git', () => {
  test('sides and merge bases of random histories are those that git finds, whatever the dates', async () => {
    const repository = await TestRepository.create({ bare: true });
    const tree = await repository.writeTree({});
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ first: fc.nat(), second: fc.option(fc.nat()), date: fc.integer({ min: 1, max: 50 }) }),
          {
            minLength: 4,
            maxLength: 12,
          },
        ),
        async (plan) => {
          const commits = [await repository.commitFiles({ tree, date: 20, message: 'root\n' })];
          for (const [index, { first, second, date }] of plan.entries()) {
            const parents = [
              ...new Set(
                [first, ...(second === null ? [] : [second])].map(
                  (n) => commits[n % commits.length] ?? id(''),
                ),
              ),
            ];
            commits.push(await repository.commitFiles({ tree, parents, date, message: `${index}\n` }));
          }
          const [base = id(''), head = id('')] = commits.slice(-2);
          await expectLikeGit(repository, base, head);
        },
      ),
      { numRuns: 25 },
    );
  });

  async function expectLikeGit(repository: TestRepository, base: Oid, head: Oid): Promise<void> {
    const lines = (await repository.git('rev-list', '--topo-order', '--parents', base, head)).split('\n');
    const links = lines
      .map((line) => line.split(' '))
      .map(([oid = '', ...parents]) => [oid, parents] as const);
    const graph = await graphOf(Object.fromEntries(links.toReversed()));
    graph.follow([base]);
    const reading = graph.side(head, 1);
    const bases = (await repository.git('merge-base', '--all', base, head)).split('\n').sort();
    if (reading.kind === 'several-bases') expect([...reading.bases].sort()).toEqual(bases);
    else {
      const commits = await repository.git('rev-list', head, `^${base}`);
      expect(reading).toMatchObject({ kind: 'side', side: { base: bases[0] } });
      const found = reading.kind === 'side' ? [...reading.side.commits].sort() : [];
      expect(found).toEqual(commits === '' ? [] : commits.split('\n').sort());
      for (const [commit, places] of reading.kind === 'side' ? reading.side.leftAt : []) {
        const byItself = (await repository.git('merge-base', '--all', base, commit)).split('\n').sort();
        expect([...places].sort()).toEqual(byItself);
      }
    }
  }
});
