import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import cacache from 'cacache';
import * as v from 'valibot';
import { sha256Hex } from '../core/digest.ts';

/** The largest entry that is kept. */
const mostBytes = 32 * 1024 * 1024;

export interface MemoryPlace {
  /** Where entries are kept. It is made if it does not exist. */
  readonly folder: string;
  /** The folder of the repository that is judged: whoever can write there must not be believed. */
  readonly repository: string;
  /** The user; undefined where the system has none. */
  readonly user: number | undefined;
  /** Stands for the rules: with others, nothing that was kept means anything. */
  readonly rules: string;
  /** Told why nothing is remembered, in a sentence. */
  readonly tell: (why: string) => void;
}

/**
 * What one run tells later ones, in a folder that only the user can read and write, in a content-addressed store: cacache
 * compares the digest of everything that it reads, so that a file that was cut off or damaged is one that is not there.
 */
export class KeptEntries {
  private readonly place: MemoryPlace;
  private readonly most: number;
  private usable: Promise<boolean> | undefined;

  /** At most so many entries are kept; the oldest go first. */
  constructor(place: MemoryPlace, most: number) {
    this.place = place;
    this.most = most;
  }

  /** What was kept under the same conditions and fits the schema, newest first. What does not is removed. */
  async *recall<T>(conditions: string, schema: EntrySchema<T>): AsyncGenerator<T> {
    const prefix = this.prefixOf(conditions);
    const entries = (await this.entries()).filter(({ key }) => key.startsWith(prefix));
    for (const entry of entries) {
      const value = await this.read(entry, schema);
      if (value !== undefined) yield value;
    }
  }

  /** Keeps plain data; what was kept under the same conditions and name gives way. */
  async keep(conditions: string, name: string, value: object): Promise<void> {
    const key = this.prefixOf(conditions) + name;
    if (!(await this.isUsable())) return;
    try {
      const data = JSON.stringify({ format: 1, key, value });
      if (data.length > mostBytes) return;
      await this.put(key, data);
      await this.forgetOldest();
      await restrict(this.place.folder);
    } catch (error) {
      this.place.tell(`What was found out can't be kept in ${this.place.folder}: ${String(error)}`);
    }
  }

  /**
   * cacache leaves damaged bytes in the place of the right ones, as they have the same name; and what gave way where it
   * was, as nothing points at it any more.
   */
  private async put(key: string, data: string): Promise<void> {
    const { folder } = this.place;
    const before = await cacache.get.info(folder, key);
    const integrity = await cacache.put(folder, key, data);
    try {
      await cacache.get(folder, key);
    } catch {
      await cacache.rm.content(folder, integrity);
      await cacache.put(folder, key, data);
    }
    const after = await cacache.get.info(folder, key);
    if (before !== null && before.integrity !== after?.integrity) {
      await cacache.rm.content(folder, before.integrity);
    }
  }

  /** Newest first. */
  private async entries(): Promise<readonly Entry[]> {
    if (!(await this.isUsable())) return [];
    try {
      return Object.values(await cacache.ls(this.place.folder)).sort((one, other) => other.time - one.time);
    } catch {
      return [];
    }
  }

  private async read<T>(entry: Entry, schema: EntrySchema<T>): Promise<T | undefined> {
    try {
      const { data } = await cacache.get(this.place.folder, entry.key);
      const envelope = v.strictObject({ format: v.literal(1), key: v.literal(entry.key), value: schema });
      const reading = v.safeParse(envelope, JSON.parse(data.toString()));
      if (reading.success) return reading.output.value;
    } catch {
      // Cut off, damaged, or gone: it goes, so that the next one can take its place.
    }
    await this.forget(entry).catch(() => undefined);
    return undefined;
  }

  private async forget({ key, integrity }: Entry): Promise<void> {
    await cacache.rm.content(this.place.folder, integrity);
    await remover.entry(this.place.folder, key, { removeFully: true });
  }

  private async forgetOldest(): Promise<void> {
    for (const entry of (await this.entries()).slice(this.most)) await this.forget(entry);
  }

  private prefixOf(conditions: string): string {
    return `${sha256Hex(Buffer.from(JSON.stringify([this.place.rules, conditions])))} `;
  }

  private isUsable(): Promise<boolean> {
    this.usable ??= this.prepare();
    return this.usable;
  }

  private async prepare(): Promise<boolean> {
    const { folder, repository, user, tell } = this.place;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const [inside, outside] = [await realpath(folder), await realpath(repository)];
      if (inside === outside || inside.startsWith(outside + sep)) {
        tell(`Nothing is remembered in ${folder}: it is inside the repository.`);
        return false;
      }
      const { uid, mode } = await stat(folder);
      if (user === undefined || (uid === user && (mode & 0o022) === 0)) return true;
      tell(`Nothing is remembered in ${folder}: others may write there. Run chmod 700 ${folder}.`);
      return false;
    } catch (error) {
      tell(`Nothing is remembered: ${folder} can't be used (${String(error)}).`);
      return false;
    }
  }
}

/** An option that the types of cacache leave out: nothing stays behind of an entry. */
interface Remover {
  entry(folder: string, key: string, options: { readonly removeFully: true }): Promise<unknown>;
}

const remover: Remover = cacache.rm;

/** Reads an entry's value. */
type EntrySchema<T> = v.GenericSchema<unknown, T>;

type Entry = Awaited<ReturnType<typeof cacache.ls>>[string];

/** Takes every right on the files below a folder from everybody else. */
async function restrict(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await chmod(path, entry.isDirectory() ? 0o700 : 0o600);
    if (entry.isDirectory()) await restrict(path);
  }
}
