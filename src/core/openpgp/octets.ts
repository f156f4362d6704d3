/** A reader that moves through bytes from the front; asking for more than there is yields undefined. */
export class Octets {
  readonly #data: Uint8Array;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#data.length - this.#position;
  }

  take(count: number): Uint8Array | undefined {
    if (count > this.remaining) return undefined;
    this.#position += count;
    return this.#data.subarray(this.#position - count, this.#position);
  }

  /** An unsigned big-endian number of one to four octets. */
  number(width: 1 | 2 | 4): number | undefined {
    const octets = this.take(width);
    if (octets === undefined) return undefined;
    let value = 0;
    for (const octet of octets) value = value * 256 + octet;
    return value;
  }

  rest(): Uint8Array {
    return this.#data.subarray(this.#position);
  }
}

/** A number as two or four big-endian octets. */
export function octetsOf(value: number, width: 2 | 4): Uint8Array {
  const octets = new Uint8Array(width);
  const view = new DataView(octets.buffer);
  if (width === 2) view.setUint16(0, value);
  else view.setUint32(0, value);
  return octets;
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Upper-case hexadecimal, as OpenPGP writes fingerprints and key ids. */
export function hexadecimal({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex').toUpperCase();
}
