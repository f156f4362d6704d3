import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.ts';

/** A file of JSON lines that only grows. Every line is on the disk before anything else happens. */
export class JournalFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async append(entry: object): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      const file = await open(this.path, 'a', 0o600);
      try {
        await file.appendFile(`${JSON.stringify(entry)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new Fault(
        'file.failed',
        `The journal ${this.path} cannot be written.`,
        'Make room on the disk, or keep it elsewhere: XDG_STATE_HOME.',
        error,
      );
    }
  }
}
