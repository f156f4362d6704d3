import { execFile } from 'node:child_process';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore, type StoreChoice } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import { Fault } from '../../src/core/fault.ts';
import { type RepoReport, verifyRepo } from '../../src/workflows/verify-repo.ts';
import { start as now } from '../support/cast.ts';
import { damage } from '../support/damage.ts';
import { silent } from '../support/judging.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { simulateHistory, type Simulation } from '../support/simulation/simulated-history.ts';

const run = promisify(execFile);
const git = (folder: string, ...args: readonly string[]) => run('git', ['-C', folder, ...args]);

let origin: string;
let made: Simulation;

beforeAll(async () => {
  origin = join(await temporaryFolder(), 'origin');
  made = await simulateHistory(origin, { commits: 160, contributors: 6, packages: 20, seed: 7 });
}, 120_000);

async function copy(): Promise<string> {
  const folder = join(await temporaryFolder(), 'copy');
  await cp(origin, folder, { recursive: true });
  return folder;
}

/** Verifies a repository to which something happens when a third of it was read, which is after so many objects. */
async function verifiedWhile(
  folder: string,
  happening: () => Promise<unknown>,
  kind: StoreChoice['kind'],
  { from = made.anchor, third = 250 }: { readonly from?: Oid; readonly third?: number } = {},
): Promise<RepoReport> {
  const store = await openStore(folder, { kind, environment: process.env });
  let reads = 0;
  let happened: Promise<unknown> | undefined;
  const meanwhile = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'read') return member.bind(target) as unknown;
      return async (...args: Parameters<ObjectStore['read']>) => {
        reads += 1;
        if (reads === third) happened = happening();
        if (reads > third && reads < third + 10) await happened;
        return target.read(...args);
      };
    },
  });
  try {
    const { fingerprints } = made;
    const trust = { kind: 'anchor', anchor: { quorum: 2, fingerprints, from } } as const;
    const { report } = await verifyRepo({ store: meanwhile, head: made.head, trust, now, progress: silent });
    expect(happened).toBeDefined();
    await happened;
    return report;
  } finally {
    await store.close();
  }
}

/** Right, or undetermined with a place; never anything else. */
function expectRightOrOpen(report: RepoReport): void {
  expect(['verified', 'undetermined']).toContain(report.conclusion);
  if (report.conclusion === 'verified') return;
  const [found] = report.findings.filter(({ severity }) => severity === 'error');
  expect(found?.code).toMatch(/^object\.(missing|corrupt)$/);
  expect(found?.at.object).toBeDefined();
}

describe.each(['git', 'embedded'] as const)(
  'a repository read by %s that moves while it is verified',
  (kind) => {
    test('is verified during git gc', async () => {
      const folder = await copy();
      const report = await verifiedWhile(folder, () => git(folder, 'gc', '--quiet', '--prune=now'), kind);
      if (kind === 'git') expect(report.conclusion).toBe('verified');
      expectRightOrOpen(report);
    });

    test('is verified while every object leaves its pack for a file of its own, and back', async () => {
      const folder = await copy();
      const repack = async (): Promise<void> => {
        await git(folder, 'repack', '-A', '-d', '--unpack-unreachable=now', '--quiet', '--window=0', '-f');
        await git(folder, 'repack', '-a', '-d', '--quiet', '--max-pack-size=1m');
      };
      expectRightOrOpen(await verifiedWhile(folder, repack, kind));
    });

    test('is verified up to the head that was asked for, while a fetch moves its branch', async () => {
      const folder = await copy();
      const fetch = async (): Promise<void> => {
        await git(folder, 'update-ref', 'refs/heads/master', `${made.head}~5`);
        await git(
          folder,
          'fetch',
          '--quiet',
          origin,
          '+refs/heads/*:refs/heads/*',
          '+refs/tags/*:refs/tags/*',
        );
      };
      expect((await verifiedWhile(folder, fetch, kind)).conclusion).toBe('verified');
    });

    test('is verified or left open while a fetch brings what a shallow clone lacked', async () => {
      const folder = join(await temporaryFolder(), 'shallow');
      await run('git', ['clone', '--quiet', '--bare', '--depth=40', `file://${origin}`, folder]);
      const deepen = () => git(folder, 'fetch', '--quiet', '--unshallow', 'origin');
      const from = (await git(origin, 'rev-parse', `${made.head}~30`)).stdout.trim() as Oid;
      expectRightOrOpen(await verifiedWhile(folder, deepen, kind, { from, third: 80 }));
    });

    test('is verified or left open while its pack is damaged', async () => {
      const folder = await copy();
      const packs = join(folder, 'objects', 'pack');
      const spoil = async (): Promise<void> => {
        for (const name of await readdir(packs)) {
          if (!name.endsWith('.pack')) continue;
          await damage(join(packs, name), (bytes) => {
            const middle = Math.floor(bytes.length / 2);
            return Buffer.from(bytes.fill(0x55, middle, middle + 4096));
          });
        }
      };
      try {
        expectRightOrOpen(await verifiedWhile(folder, spoil, kind));
      } catch (error) {
        // Where not even the walk over commits goes through, there is no report at all.
        expect(error).toBeInstanceOf(Fault);
      }
    });

    test('is verified or left open while its pack goes away', async () => {
      const folder = await copy();
      const packs = join(folder, 'objects', 'pack');
      const remove = (): Promise<void> => rm(packs, { recursive: true });
      try {
        expectRightOrOpen(await verifiedWhile(folder, remove, kind));
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    });

    test('is judged by its own objects, whatever grafts and replace refs say', async () => {
      const folder = await copy();
      await git(folder, 'replace', made.head, `${made.head}~3`);
      const disguise = (): Promise<void> => writeFile(join(folder, 'info', 'grafts'), `${made.head}\n`);
      expect((await verifiedWhile(folder, disguise, kind)).conclusion).toBe('verified');
    });
  },
);
