import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/fault.ts';

const keptNames = ['archive', 'signature'] as const;

type KeptFiles = Readonly<Record<(typeof keptNames)[number], Uint8Array | undefined>>;

/** A file of JSON lines that only grows. Every line is on the disk before anything else happens. */
export class JournalFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  append(entry: object): Promise<void> {
    return this.#write(this.path, 'a', Buffer.from(`${JSON.stringify(entry)}\n`));
  }

  /** Keeps beside the journal what was made for the release. */
  async keep(files: KeptFiles): Promise<void> {
    for (const name of keptNames) {
      const bytes = files[name];
      if (bytes !== undefined) await this.#write(this.#beside(name), 'w', bytes);
    }
  }

  /** What was kept. */
  async kept(): Promise<KeptFiles> {
    const [archive, signature] = await Promise.all(
      keptNames.map((name): Promise<Uint8Array | undefined> =>
        readFile(this.#beside(name)).catch(() => undefined),
      ),
    );
    return { archive, signature };
  }

  /** Removes what was kept; the journal stays. */
  async forget(): Promise<void> {
    for (const name of keptNames) await rm(this.#beside(name), { force: true });
  }

  #beside(name: string): string {
    return join(dirname(this.path), name);
  }

  async #write(path: string, flags: 'a' | 'w', bytes: Uint8Array): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, flags, 0o600);
      try {
        await file.appendFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new Fault(
        'file.failed',
        `The journal's file ${path} cannot be written.`,
        'Make room on the disk, or keep it elsewhere: XDG_STATE_HOME.',
        error,
      );
    }
  }
}
