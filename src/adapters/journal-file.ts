import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/fault.ts';

/** A file of JSON lines that only grows. Every line is on the disk before anything else happens. */
export class JournalFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  append(entry: object): Promise<void> {
    return this.#write(this.path, 'a', Buffer.from(`${JSON.stringify(entry)}\n`));
  }

  /** Keeps the archive that was made for the release beside the journal. */
  keepArchive(bytes: Uint8Array): Promise<void> {
    return this.#write(this.archivePath, 'w', bytes);
  }

  get archivePath(): string {
    return join(dirname(this.path), 'archive');
  }

  /** The archive that was kept; undefined if there is none. */
  archive(): Promise<Uint8Array | undefined> {
    return readFile(this.archivePath).catch(() => undefined);
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
