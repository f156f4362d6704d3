import { parseOid, type ObjectFormat } from '../core/git/oid.ts';
import type { PathChange } from '../core/ports.ts';
import type { AnswerReader, Reading } from './git-conversation.ts';

/** What git said, or that it can't be used. */
export type DifferencesAnswer = readonly PathChange[] | 'unusable';

/** What follows each question: git copies a line that is no id, and so tells that it has answered. */
export const endOfAnswer = '.\n';

const dot = 0x2e;
const lineFeed = 0x0a;

/** More than any step may change: a tree can hold itself ten times over, ten levels deep. */
const maximumRecords = 20_000;

/** In bytes. Between two NULs stands at most a path. */
const longestPart = 64 * 1024;

const recordForm = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [AMDT]$/;

/** The mode of what is not there. */
const absent = '000000';

/**
 * Reads the answers of `git diff-tree --stdin -t -r --raw -z` (git-diff-tree(1), "RAW OUTPUT FORMAT"): a commit's id, then
 * a record and a path for every entry, folders too, each ended by NUL; nothing at all where nothing differs.
 */
export class DifferencesReader implements AnswerReader<DifferencesAnswer> {
  private readonly format: ObjectFormat;
  /** What was read of the part that comes now. */
  private part = '';
  private expected: 'commit' | 'record' | 'path' = 'commit';
  private record: Omit<PathChange, 'path'> | undefined;
  private changes: PathChange[] = [];

  constructor(format: ObjectFormat) {
    this.format = format;
  }

  take(chunk: Buffer, from: number): Reading<DifferencesAnswer> {
    // A path may begin with a dot, too.
    const isEnd = this.expected !== 'path' && (this.part === '' ? chunk[from] === dot : this.part === '.');
    if (isEnd) return this.takeEnd(chunk, from);
    const end = chunk.indexOf(0, from);
    const stop = end < 0 ? chunk.length : end;
    this.part += chunk.toString('latin1', from, Math.min(stop, from + longestPart));
    if (this.part.length >= longestPart) return unusable(chunk, from);
    if (end < 0) return { used: chunk.length - from };
    const isUnderstood = this.takePart(this.part);
    this.part = '';
    return isUnderstood ? { used: end + 1 - from } : unusable(chunk, from);
  }

  private takeEnd(chunk: Buffer, from: number): Reading<DifferencesAnswer> {
    const at = this.part === '.' ? from : from + 1;
    this.part = '.';
    if (at === chunk.length) return { used: at - from };
    if (chunk[at] !== lineFeed) return unusable(chunk, from);
    const answer = this.changes;
    this.part = '';
    this.expected = 'commit';
    this.changes = [];
    return { used: at + 1 - from, answer };
  }

  /** Whether this part may stand where it does. */
  private takePart(part: string): boolean {
    switch (this.expected) {
      case 'commit':
        this.expected = 'record';
        return parseOid(part, this.format) !== undefined;
      case 'record':
        this.expected = 'path';
        this.record = this.recordIn(part);
        return this.record !== undefined;
      case 'path':
        this.expected = 'record';
        if (this.record !== undefined) this.changes.push({ path: part, ...this.record });
        return this.changes.length <= maximumRecords;
      default:
        return this.expected satisfies never;
    }
  }

  private recordIn(part: string): Omit<PathChange, 'path'> | undefined {
    const [, oldMode, newMode, oldId = '', newId = ''] = recordForm.exec(part) ?? [];
    const [old, fresh] = [parseOid(oldId, this.format), parseOid(newId, this.format)];
    if (oldMode === undefined || newMode === undefined || old === undefined || fresh === undefined) {
      return undefined;
    }
    return {
      before: oldMode === absent ? undefined : { mode: oldMode, oid: old },
      after: newMode === absent ? undefined : { mode: newMode, oid: fresh },
    };
  }
}

const unusable = (chunk: Buffer, from: number): Reading<DifferencesAnswer> => ({
  used: chunk.length - from,
  answer: 'unusable',
  abandon: true,
});
