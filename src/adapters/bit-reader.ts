/** Reads bits, the most significant of each byte first. After the end it gives zeros and is `exhausted`. */
export class BitReader {
  exhausted = false;
  readonly #bytes: Uint8Array;
  #at = 0;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next bits as a number, at most 24. */
  bits(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) this.exhausted = true;
      this.#buffer = (this.#buffer << 8) | (byte ?? 0);
      this.#count += 8;
    }
    this.#count -= count;
    const value = this.#buffer >>> this.#count;
    this.#buffer &= (1 << this.#count) - 1;
    return value;
  }

  /** Passes over the rest of a byte that was begun. */
  align(): void {
    this.#count = 0;
    this.#buffer = 0;
  }

  /** Whether every byte was read. */
  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }
}
