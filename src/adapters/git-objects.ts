import { Fault } from '../core/fault.ts';
import { oversizedObject } from '../core/git/object-faults.ts';
import type { ObjectType } from '../core/git/oid.ts';
import type { StoredObject } from '../core/ports.ts';
import type { AnswerReader, Reading } from './git-conversation.ts';

const objectTypes: ReadonlyMap<string, ObjectType> = new Map(
  (['commit', 'tree', 'blob', 'tag'] as const).map((type) => [type, type]),
);

const lineFeed = 0x0a;
const answerLine = /^([0-9a-f]+) (missing|commit|tree|blob|tag)(?: (\d+))?$/;

/** The longest line that git starts an answer with: two SHA-256 ids and their separators, and some. */
const maximumLine = 200;

interface Body {
  readonly oid: string;
  readonly type: ObjectType;
  readonly size: number;
  /** Undefined: larger than the limit. */
  readonly content: Buffer | undefined;
}

export type ObjectAnswer = StoredObject | 'missing';

/**
 * Reads the answers of `git cat-file --batch` (git-cat-file(1), "BATCH OUTPUT"). An object over the limit is passed
 * over without being kept.
 */
export class ObjectReader implements AnswerReader<ObjectAnswer> {
  private readonly maximumBytes: number;
  private line = '';
  private body: Body | undefined;
  private filled = 0;

  constructor(maximumBytes: number) {
    this.maximumBytes = maximumBytes;
  }

  take(chunk: Buffer, from: number): Reading<ObjectAnswer> {
    return this.body === undefined ? this.takeLine(chunk, from) : this.takeBody(chunk, from, this.body);
  }

  private takeLine(chunk: Buffer, from: number): Reading<ObjectAnswer> {
    const end = chunk.indexOf(lineFeed, from);
    const left = chunk.length - from;
    this.line += chunk.toString('latin1', from, end < 0 ? from + Math.min(left, maximumLine) : end);
    if (end < 0 && this.line.length < maximumLine) return { used: left };
    const [, oid = '', word = '', size] = answerLine.exec(this.line) ?? [];
    const type = objectTypes.get(word);
    if (word !== 'missing' && (type === undefined || size === undefined)) {
      return { used: left, answer: misunderstood(this.line), abandon: true };
    }
    this.line = '';
    const used = end + 1 - from;
    if (type === undefined) return { used, answer: 'missing' };
    const bytes = Number(size);
    // Every byte of it is written before anybody sees it.
    const content = bytes > this.maximumBytes ? undefined : Buffer.allocUnsafe(bytes);
    this.body = { oid, type, size: bytes, content };
    this.filled = 0;
    return { used };
  }

  private takeBody(chunk: Buffer, from: number, body: Body): Reading<ObjectAnswer> {
    const used = Math.min(chunk.length - from, body.size + 1 - this.filled);
    if (body.content !== undefined) {
      chunk.copy(body.content, this.filled, from, from + Math.min(used, body.size - this.filled));
    }
    this.filled += used;
    if (this.filled <= body.size) return { used };
    this.body = undefined;
    const { oid, type, content } = body;
    return {
      used,
      answer: content === undefined ? oversizedObject(oid, this.maximumBytes) : { type, content },
    };
  }
}

/** Git said what it never says; nothing that follows can be understood either. */
function misunderstood(text: string): Fault {
  return new Fault(
    'git.failed',
    `git cat-file gave an answer that is not understood: ${JSON.stringify(text.slice(0, maximumLine))}.`,
    'Use a current version of git, or --store embedded.',
  );
}
