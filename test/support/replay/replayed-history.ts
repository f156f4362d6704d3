import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Oid } from '../../../src/core/git/oid.ts';
import { rsaMaterial } from '../key-material.ts';
import { day } from '../keyring.ts';
import { makeKey, type TestKey } from '../keys.ts';
import { PackWriter } from '../simulation/pack-writer.ts';
import { gitText } from './git-run.ts';
import { isSignedOnWeb, retold } from './replayed-commits.ts';
import { parentPlaces, type Pass, passesOf } from './replayed-passes.ts';
import { readSource, type Source } from './replayed-source.ts';
import { replayTrees } from './replayed-trees.ts';
import { seededRsa } from './seeded-rsa.ts';

export interface ReplayPlan {
  /** The repository whose history is told again and again. */
  readonly source: string;
  /** The history has so many, or as many more as its last step merges. */
  readonly commits: number;
  /** The size of the RSA key that signs what was signed on the web. */
  readonly keyBits: number;
  readonly progress: (line: string) => void;
}

export interface Replay {
  readonly head: Oid;
  readonly commits: number;
  readonly steps: number;
  readonly passes: number;
  readonly signedOnWeb: number;
  readonly webKey: TestKey;
}

/**
 * Makes a bare repository with a longer history out of a real one, by telling that again and again. Every pass goes on
 * where the one before ended. It opens with a commit that lets removed files stand again, removes added ones, and adds
 * a package that all later commits have; and what its commits write is found in no other pass. So no tree stands
 * twice that did not do so in the real history. The same source gives the same ids.
 */
export async function replayHistory(place: string, plan: ReplayPlan): Promise<Replay> {
  const folder = resolve(place);
  await mkdir(folder, { recursive: true });
  await gitText(folder, ['init', '--quiet', '--bare', '--initial-branch=master']);
  const source = await readSource(plan.source);
  const passes = passesOf(source, plan.commits);
  const webKey = await makeWebKey(passes, plan.keyBits);
  const packs: string[] = [];
  let head: Oid | undefined;
  for (const pass of passes) {
    const next = await tell(folder, pass, source, webKey, head);
    await gitText(folder, ['update-ref', 'refs/heads/master', next]);
    packs.push(await packWhatIsNew(folder, next, head, packs));
    plan.progress(`pass ${pass.number + 1} of ${passes.length}: ${next}`);
    head = next;
  }
  if (head === undefined) throw new Error('A replayed history has at least one commit.');
  await gitText(folder, ['-c', 'repack.writeBitmaps=false', 'repack', '-a', '-d', '-q']);
  const commits = passes.flatMap((pass) => pass.commits);
  return {
    head,
    commits: commits.length,
    steps: passes.reduce((sum, { steps }) => sum + steps + 1, -1),
    passes: passes.length,
    signedOnWeb: commits.filter(({ commit }) => isSignedOnWeb(commit)).length,
    webKey,
  };
}

async function makeWebKey(passes: readonly Pass[], bits: number): Promise<TestKey> {
  const times = passes.flatMap(({ commits, shift }) =>
    commits.map(({ commit }) => commit.committer.time + shift),
  );
  const created = times.reduce((one, other) => Math.min(one, other)) - day;
  const material = rsaMaterial(seededRsa('replayed web key', bits), created);
  return makeKey({ name: 'Replayed', email: 'noreply@example.org', created, material });
}

/** Writes the commits of a pass on top of what came before, and says which one is the last. */
async function tell(
  folder: string,
  pass: Pass,
  source: Source,
  webKey: TestKey,
  before: Oid | undefined,
): Promise<Oid> {
  const families = parentPlaces(pass, source);
  const planned = pass.commits.map(({ changes }, place) => ({
    from: families[place]?.[0] ?? before,
    changes,
  }));
  const trees = await replayTrees(folder, planned, source.blobs, pass.number);
  const packFile = join(packFolderOf(folder), `pack-replayed-${pass.number}.pack`);
  const pack = await PackWriter.create(packFile);
  const written: Oid[] = [];
  for (const [place, { commit }] of pass.commits.entries()) {
    const tree = trees[place];
    if (tree === undefined) throw new Error('git fast-import made fewer commits than it was told to.');
    const standing = place === 0 && before !== undefined ? [before] : [];
    const parents = [...standing, ...(families[place] ?? []).flatMap((parent) => written[parent] ?? [])];
    const content = await retold(commit, { tree, parents, shift: pass.shift, webKey });
    written.push((await pack.add('commit', content)).oid);
  }
  await pack.close();
  await gitText(folder, ['index-pack', packFile]);
  const last = written.at(-1);
  if (last === undefined) throw new Error('A pass has at least one commit.');
  return last;
}

const packFolderOf = (folder: string): string => join(folder, 'objects', 'pack');

/** As a server packs now and then what was pushed since the last time. What was needed only until then is dropped. */
async function packWhatIsNew(
  folder: string,
  head: Oid,
  before: Oid | undefined,
  kept: readonly string[],
): Promise<string> {
  const packFolder = packFolderOf(folder);
  const wanted = `${head}\n${before === undefined ? '' : `^${before}\n`}`;
  const options = ['--revs', '--no-reuse-delta', '-q', join(packFolder, 'pack')];
  const packed = `pack-${(await gitText(folder, ['pack-objects', ...options], wanted)).trim()}`;
  await gitText(folder, ['update-ref', '-d', 'refs/replay']);
  for (const name of await readdir(packFolder)) {
    if (![...kept, packed].some((pack) => name.startsWith(pack))) await rm(join(packFolder, name));
  }
  return packed;
}
