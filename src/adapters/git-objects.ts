import { Fault } from '../core/fault.ts';
import { oversizedObject } from '../core/git/object-faults.ts';
import type { ObjectType } from '../core/git/oid.ts';
import type { StoredObject } from '../core/ports.ts';
import type { AnswerReader, Reading } from './git-conversation.ts';

const objectTypes: ReadonlyMap<string, ObjectType> = new Map(
  (['commit', 'tree', 'blob', 'tag'] as const).map((type) => [type, type]),
);

const answerLine = /^([0-9a-f]+) (missing|commit|tree|blob|tag)(?: (\d+))?$/;

/** The longest line that git starts an answer with: two SHA-256 ids and their separators, and some. */
const maximumLine = 200;

interface Body {
  readonly oid: string;
  readonly type: ObjectType;
  readonly size: number;
  /** Undefined: larger than the limit. */
  readonly content: Uint8Array | undefined;
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

  take(chunk: Buffer): Reading<ObjectAnswer> {
    return this.body === undefined ? this.takeLine(chunk) : this.takeBody(chunk, this.body);
  }

  private takeLine(chunk: Buffer): Reading<ObjectAnswer> {
    const end = chunk.indexOf('\n');
    this.line += chunk.toString('latin1', 0, end < 0 ? Math.min(chunk.length, maximumLine) : end);
    if (end < 0 && this.line.length < maximumLine) return { used: chunk.length };
    const [, oid = '', word = '', size] = answerLine.exec(this.line) ?? [];
    const type = objectTypes.get(word);
    if (word !== 'missing' && (type === undefined || size === undefined)) {
      return { used: chunk.length, answer: misunderstood(this.line), abandon: true };
    }
    this.line = '';
    if (type === undefined) return { used: end + 1, answer: 'missing' };
    const bytes = Number(size);
    const content = bytes > this.maximumBytes ? undefined : new Uint8Array(bytes);
    this.body = { oid, type, size: bytes, content };
    this.filled = 0;
    return { used: end + 1 };
  }

  private takeBody(chunk: Buffer, body: Body): Reading<ObjectAnswer> {
    const used = Math.min(chunk.length, body.size + 1 - this.filled);
    body.content?.set(chunk.subarray(0, Math.min(used, body.size - this.filled)), this.filled);
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
