import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Fault } from '../core/fault.ts';
import { parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import { isReferenceName, referenceMoved } from '../core/git/reference.ts';
import type { Reference } from '../core/ports.ts';
import { readText } from './repository-folder.ts';

/** As many symbolic references are followed as git follows (git refs.c, SYMREF_MAXDEPTH). */
const maximumDepth = 5;

/** The references of a repository as files: one a file, or a line of `packed-refs` (gitrepository-layout(5)). */
export class ReferenceFiles {
  private readonly gitFolder: string;
  private readonly format: ObjectFormat;

  constructor(gitFolder: string, format: ObjectFormat) {
    this.gitFolder = gitFolder;
    this.format = format;
  }

  /** What a reference or HEAD points at, symbolic ones followed; undefined if nothing. */
  async read(name: string): Promise<Oid | undefined> {
    return this.follow(name, await this.packed());
  }

  /** The first of what git fetched last (git-fetch(1), FETCH_HEAD: an id and a tab begin each line). */
  async fetched(): Promise<Oid | undefined> {
    const [id = ''] = ((await readText(join(this.gitFolder, 'FETCH_HEAD'))) ?? '').split('\t', 1);
    return parseOid(id, this.format);
  }

  /** All references under `refs/` that point at something, sorted by name. */
  async all(): Promise<readonly Reference[]> {
    const packed = await this.packed();
    const names = new Set([...packed.keys(), ...(await this.looseNames())]);
    const references: Reference[] = [];
    for (const name of [...names].sort()) {
      const oid = await this.follow(name, packed);
      if (oid !== undefined) references.push({ name, oid });
    }
    return references;
  }

  /** Moves a reference under the lock that git itself takes, so that neither overlooks the other. */
  async update(name: string, oid: Oid, expected: Oid | undefined): Promise<void> {
    const path = join(this.gitFolder, name);
    const lock = `${path}.lock`;
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(lock, 'wx');
      try {
        if ((await this.read(name)) !== expected) throw referenceMoved(name, expected);
        await file.writeFile(`${oid}\n`);
        await file.sync();
        await rename(lock, path);
      } finally {
        await file.close();
        await rm(lock, { force: true });
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault(
        'file.failed',
        `${path} can't be written.`,
        `If no other git runs, remove ${lock}.`,
        error,
      );
    }
  }

  private async follow(name: string, packed: ReadonlyMap<string, Oid>): Promise<Oid | undefined> {
    let at = name;
    for (let depth = 0; depth < maximumDepth; depth += 1) {
      const text = (await readText(join(this.gitFolder, at)))?.trimEnd();
      const target = /^ref: *(refs\/.+)$/.exec(text ?? '')?.[1];
      if (target === undefined) return text === undefined ? packed.get(at) : parseOid(text, this.format);
      if (!isReferenceName(target)) return undefined;
      at = target;
    }
    return undefined;
  }

  private async packed(): Promise<ReadonlyMap<string, Oid>> {
    const lines = ((await readText(join(this.gitFolder, 'packed-refs'))) ?? '').split('\n');
    return new Map(
      lines.flatMap((line): readonly [string, Oid][] => {
        const [id = '', name = ''] = line.split(' ');
        const oid = parseOid(id, this.format);
        return oid === undefined || !isReferenceName(name) ? [] : [[name, oid]];
      }),
    );
  }

  private async looseNames(): Promise<readonly string[]> {
    const entries = await readdir(join(this.gitFolder, 'refs'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const names = files.map(({ parentPath, name }) => relative(this.gitFolder, join(parentPath, name)));
    return names.map((name) => name.split(sep).join('/')).filter(isReferenceName);
  }
}
