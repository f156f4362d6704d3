import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoredFactsMemory } from '../../src/adapters/facts-memory.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { checkKeyring } from '../../src/workflows/change-keyring-check.ts';
import { showKeyring } from '../../src/workflows/change-keyring-show.ts';
import type { FactsMemory } from '../../src/core/trust/certificate-memory.ts';
import { day, makeKeyring, MemoryFolder } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { temporaryFolder } from '../support/scratch.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const now = start + 30 * day;

const crowd = await Promise.all(
  Array.from({ length: 70 }, (_, number) =>
    makeKey({ name: `p${number}`, email: `p${number}@example.org`, created: start, signingSubkey: true }),
  ),
);
const [admin, retired, lost, fleeting] = crowd;
if (admin === undefined || retired === undefined || lost === undefined || fleeting === undefined)
  throw new Error('no crowd');

/** Among those who are well, one of each who is not. */
const files: KeyringFiles = (() => {
  const keys = [
    ...crowd,
    retired.revoked(start + day, 'retired'),
    lost.subkeyRevoked(start + day, 'compromised'),
    fleeting.extended(start + day, start + 60 * day),
  ];
  const distinct = [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
  const contributors = Object.fromEntries(
    distinct.map((key, number) => [
      `p${number}`,
      { keys: [key], roles: number === 0 ? (['admin', 'contributor'] as const) : (['contributor'] as const) },
    ]),
  );
  return makeKeyring({ repository: 'https://example.org', threshold: 1, contributors }, [admin], start);
})();

/** A memory in a folder, and the SHA-256 of which files went in and out. */
async function memoryIn(folders: { readonly folder: string; readonly repository: string }) {
  const tell = (why: string): never => {
    throw new Error(why);
  };
  const stored = new StoredFactsMemory({ ...folders, user: process.getuid?.(), rules: 'these rules', tell });
  const recalled: string[] = [];
  const kept: string[] = [];
  const memory: FactsMemory = {
    recall: async (setting) => {
      const facts = await stored.recall(setting);
      recalled.push(...facts.keys());
      return facts;
    },
    keep: (setting, facts) => {
      kept.push(...facts.keys());
      return stored.keep(setting, facts);
    },
  };
  return Promise.resolve({ memory, recalled, kept });
}

const newFolders = async () => ({
  folder: join(await temporaryFolder(), 'facts'),
  repository: await temporaryFolder(),
});

describe('what many certificates say', () => {
  const work = { folder: new MemoryFolder(files), inForce: undefined, now };

  it('is shown and checked from memory as it is without, at whatever moment', async () => {
    const folders = await newFolders();
    const first = await memoryIn(folders);
    await showKeyring(files, now, [], first);
    expect(first.recalled).toEqual([]);
    expect(first.kept).toHaveLength(crowd.length);
    for (const moment of [start, now, start + 90 * day]) {
      const again = await memoryIn(folders);
      expect(await showKeyring(files, moment, [], again)).toEqual(await showKeyring(files, moment));
      const at = { ...work, now: moment };
      const check = await checkKeyring(at, 30 * day, [], again);
      expect(check).toEqual(await checkKeyring(at, 30 * day));
      expect(again.recalled).toHaveLength(2 * crowd.length);
      expect(again.kept).toEqual([]);
    }
    const codes = (await checkKeyring({ ...work, now: start + 90 * day }, 0)).findings.map(
      ({ code }) => code,
    );
    expect(codes).toContain('keyring.no-signing-key');
  });

  it('tells how far it is where they have to be verified', async () => {
    const told: string[] = [];
    const progress = {
      stage: (title: string, total?: number) => void told.push(`${title} ${total ?? 0}`),
      advance: () => void told.push('one'),
      end: () => void told.push('end'),
    };
    await checkKeyring(work, 30 * day, [], { progress });
    expect(told[0]).toBe(`Verifying certificates ${crowd.length}`);
    expect(told.filter((one) => one === 'one')).toHaveLength(crowd.length);
  });

  it('is not remembered for a few: they are verified sooner', async () => {
    const { memory, kept, recalled } = await memoryIn(await newFolders());
    await showKeyring(files, now, ['p1', 'p2'], { memory });
    expect([...kept, ...recalled]).toEqual([]);
  });
});
