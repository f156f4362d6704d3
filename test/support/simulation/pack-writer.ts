import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import type { ObjectType, Oid } from '../../../src/core/git/oid.ts';
import { deltaBetween } from './delta.ts';

/** An object that a later one may be written as a difference from. */
export interface Packed {
  readonly oid: Oid;
  readonly content: Buffer;
  /** Where it stands in the pack. */
  readonly offset: number;
  /** How many differences have to be applied to get at it. */
  readonly depth: number;
}

const typeNumbers: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const offsetDelta = 6;

/** Git's own bound on chains of differences (git pack-objects, --depth). */
const deepestChain = 50;

/**
 * Writes one pack (git gitformat-pack) straight to a file, which is many times faster than loose objects or a git
 * process for each. `git index-pack` has to be run on it, and checks it as a whole.
 */
export class PackWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #standing = new Map<Oid, Pick<Packed, 'offset' | 'depth'>>();
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #offset = 12;
  #count = 0;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async create(path: string): Promise<PackWriter> {
    const file = await open(path, 'wx+');
    await file.write(Buffer.alloc(12), 0, 12, 0);
    return new PackWriter(file, path);
  }

  /** Stores an object once, as its difference from `against` where that is given and no chain grows too long. */
  async add(type: ObjectType, content: Uint8Array, against?: Packed): Promise<Packed> {
    const bytes = Buffer.from(content);
    const oid = createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex') as Oid;
    const standing = this.#standing.get(oid);
    if (standing !== undefined) return { oid, content: bytes, ...standing };
    const packed = { oid, content: bytes, offset: this.#offset };
    const depth = against === undefined || against.depth >= deepestChain ? 0 : against.depth + 1;
    this.#standing.set(oid, { offset: packed.offset, depth });
    if (against === undefined || depth === 0) {
      await this.#append(entryHead(typeNumbers[type], bytes.length), deflateSync(bytes, { level: 1 }));
      return { ...packed, depth };
    }
    const delta = deltaBetween(against.content, bytes);
    await this.#append(
      entryHead(offsetDelta, delta.length),
      backwards(this.#offset - against.offset),
      deflateSync(delta, { level: 1 }),
    );
    return { ...packed, depth };
  }

  /** Writes what is still waiting, the number of objects, and the checksum. */
  async close(): Promise<void> {
    await this.#flush();
    const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
    head.writeUInt32BE(this.#count, 8);
    await this.#file.write(head, 0, 12, 0);
    const whole = createHash('sha1');
    for await (const chunk of createReadStream(this.#path)) whole.update(chunk as Buffer);
    await this.#file.write(whole.digest(), 0, 20, this.#offset);
    await this.#file.close();
  }

  async #append(...parts: readonly Buffer[]): Promise<void> {
    this.#count += 1;
    for (const part of parts) {
      this.#waiting.push(part);
      this.#waitingBytes += part.length;
      this.#offset += part.length;
    }
    if (this.#waitingBytes > 4_000_000) await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#file.write(
      Buffer.concat(this.#waiting),
      0,
      this.#waitingBytes,
      this.#offset - this.#waitingBytes,
    );
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** Type and size: four bits of the size beside the type, then seven a byte, the lowest first. */
function entryHead(type: number, size: number): Buffer {
  const out = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    out[out.length - 1] = (out.at(-1) ?? 0) | 0x80;
    out.push(rest & 127);
  }
  return Buffer.from(out);
}

/** How far back the base stands: seven bits a byte, the highest first, each further byte adding one. */
function backwards(distance: number): Buffer {
  const out = [distance & 127];
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest -= 1;
    out.unshift(0x80 | (rest & 127));
  }
  return Buffer.from(out);
}
