import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { StoredCertificateMemory } from '../../src/adapters/certificate-memory.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import type { CertificateMemory } from '../../src/core/trust/certificate-memory.ts';
import { rememberCertificates } from '../../src/core/trust/load-keyring.ts';
import { firstKeyring, start } from '../support/cast.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';

/** More certificates than are read anew as fast as they are remembered. */
const crowd = await Promise.all(
  Array.from({ length: 70 }, (_, number) =>
    makeKey({ name: `p${number}`, email: `p${number}@example.org`, created: start - day }),
  ),
);

const everybody = Object.fromEntries(crowd.map((key, number) => [`p${number}`, { keys: [key] }]));

const tell = (why: string): never => {
  throw new Error(why);
};

interface Folders {
  readonly folder: string;
  readonly repository: string;
}

const newFolders = async (): Promise<Folders> => ({
  folder: join(await temporaryFolder(), 'certificates'),
  repository: await temporaryFolder(),
});

const opened = (folders: Folders, rules = 'these rules'): StoredCertificateMemory =>
  new StoredCertificateMemory({ ...folders, user: process.getuid?.(), rules, tell });

describe('what certificate files hold is remembered', () => {
  let scenario: Scenario;
  let head: Oid;

  beforeAll(async () => {
    scenario = await Scenario.create({
      keyring: (people) => ({ contributors: { ...firstKeyring(people).contributors, ...everybody } }),
    });
    const files = { [opamPath('foo.1.1')]: opamFile('foo') };
    head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  });

  /** The report on a pull request, and which files of the keyring folder were read for it. */
  async function judged(memory: CertificateMemory | undefined, to = head) {
    const listing = await scenario.repository.git('ls-tree', '-r', '--format=%(objectname) %(path)', to);
    const paths = new Map(listing.split('\n').map((line) => [line.split(' ')[0], line.split(' ')[1] ?? '']));
    const read = new Set<string>();
    const through = (store: ObjectStore): ObjectStore => {
      const watched = watching(store, (oid) => {
        const path = paths.get(oid);
        if (path?.startsWith('keyring/') === true) read.add(path);
      });
      if (memory !== undefined) rememberCertificates(watched, memory);
      return watched;
    };
    const report = await scenario.verifyPr(scenario.anchor, to, { through });
    return { report: JSON.stringify(report), conclusion: report.conclusion, read: [...read].sort() };
  }

  const pathsOf = (...keys: readonly TestKey[]): readonly string[] =>
    keys.map(({ fingerprint }) => `keyring/${fingerprint}.asc`);

  /** What is read of a keyring whatever is remembered: the keyring file, who signed it, and whoever else is asked for. */
  const little = (asked: TestKey): readonly string[] => {
    const { ada, ben } = scenario.people;
    return ['keyring/keyring.toml', 'keyring/keyring.toml.asc', ...pathsOf(ada, ben, asked)].sort();
  };

  test('so that the next run reads the certificates of those who signed, and says the same', async () => {
    const folders = await newFolders();
    const alone = await judged(undefined);
    expect(alone.conclusion).toBe('verified');
    expect(alone.read.length).toBeGreaterThan(crowd.length);
    expect(await judged(opened(folders))).toEqual(alone);
    expect(await judged(opened(folders))).toEqual({ ...alone, read: little(scenario.people.alice) });
  });

  test('of files that stayed the same, when others changed', async () => {
    const folders = await newFolders();
    await judged(opened(folders));
    const [first] = crowd;
    if (first === undefined) throw new Error('no crowd');
    const grown = first.withUserId(start + day, 'p0 again', 'again@example.org');
    const to = await scenario.grow(scenario.anchor, grown);
    const alone = await judged(undefined, to);
    expect(alone.conclusion).toBe('verified');
    expect(await judged(opened(folders), to)).toEqual({ ...alone, read: little(first) });
  });

  test('and no change of them passes by it: a certificate that shrank is refused as without', async () => {
    const folders = await newFolders();
    await judged(opened(folders));
    const [first] = crowd;
    if (first === undefined) throw new Error('no crowd');
    const to = await scenario.grow(scenario.anchor, first.withoutUserIds());
    const alone = await judged(undefined, to);
    expect(alone.report).toContain('keyring.certificate-shrunk');
    expect(await judged(opened(folders), to)).toEqual({ ...alone, read: little(first) });
  });

  test('by the rules that found it, and by a memory that is whole', async () => {
    const folders = await newFolders();
    const alone = await judged(opened(folders));
    expect(await judged(opened(folders, 'other rules'))).toEqual(alone);
    for (const name of await readdir(folders.folder, { recursive: true })) {
      const path = join(folders.folder, name);
      if ((await stat(path)).isFile()) await truncate(path, Math.floor((await stat(path)).size / 2));
    }
    expect(await judged(opened(folders))).toEqual(alone);
    expect(await judged(opened(folders))).toEqual({ ...alone, read: little(scenario.people.alice) });
  });

  test('and compared with what is read in the end', async () => {
    const folders = await newFolders();
    await judged(opened(folders));
    const remembered = await opened(folders).recall();
    const digest = '0'.repeat(64);
    const lying: CertificateMemory = {
      recall: () => Promise.resolve(new Map([...remembered].map(([oid, one]) => [oid, { ...one, digest }]))),
      keep: () => Promise.resolve(),
    };
    await expect(judged(lying)).rejects.toMatchObject({ code: 'object.corrupt' });
  });
});

/** A store that tells which objects are read from it. */
const watching = (store: ObjectStore, tell: (oid: Oid) => void): ObjectStore =>
  new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'read') {
        return (oid: Oid) => {
          tell(oid);
          return target.read(oid);
        };
      }
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
