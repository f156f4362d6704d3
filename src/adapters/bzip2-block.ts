import type { BitReader } from './bit-reader.ts';

/** A block before its last two steps: the sorted bytes and where the original starts. */
export interface Block {
  readonly transformed: Uint8Array;
  readonly origin: number;
}

/** Symbols after which another code may be chosen, and the longest code word. */
const groupLength = 50;
const longestWord = 20;

/** Reads a block of at most `size` bytes; undefined if it is damaged, or randomised as bzip2 before 0.9.5 did. */
export function readBlock(reader: BitReader, size: number): Block | undefined {
  const randomised = reader.bits(1) === 1;
  const origin = reader.bits(24);
  const alphabet = readAlphabet(reader);
  const codeCount = reader.bits(3);
  const selectors = readSelectors(reader, codeCount);
  if (randomised || alphabet.length === 0 || selectors === undefined) return undefined;
  const codes: Code[] = [];
  while (codes.length < codeCount) {
    const code = readCode(reader, alphabet.length + 2);
    if (code === undefined) return undefined;
    codes.push(code);
  }
  const transformed = readSymbols(reader, alphabet, new SymbolReader(reader, selectors, codes), size);
  return transformed === undefined || origin >= transformed.length ? undefined : { transformed, origin };
}

/** The byte values that occur: sixteen bits for the groups that have any, then sixteen for each of those. */
function readAlphabet(reader: BitReader): Uint8Array {
  const groups = bitsSet(reader.bits(16));
  return Uint8Array.from(
    groups.flatMap((group) => bitsSet(reader.bits(16)).map((member) => group * 16 + member)),
  );
}

/** The places of the bits that are set among sixteen, the most significant being 0. */
const bitsSet = (word: number): number[] =>
  [...Array(16).keys()].filter((place) => ((word >> (15 - place)) & 1) === 1);

function readSelectors(reader: BitReader, codeCount: number): Uint8Array | undefined {
  const selectors = new Uint8Array(reader.bits(15));
  if (codeCount < 2 || codeCount > 6 || selectors.length === 0) return undefined;
  const recent = Uint8Array.from({ length: codeCount }, (_, index) => index);
  for (let index = 0; index < selectors.length; index++) {
    let place = 0;
    while (reader.bits(1) === 1) if (++place >= codeCount) return undefined;
    selectors[index] = moveToFront(recent, place);
  }
  return selectors;
}

function moveToFront(recent: Uint8Array, place: number): number {
  const value = recent[place] ?? 0;
  recent.copyWithin(1, 0, place);
  recent[0] = value;
  return value;
}

/** A canonical code: for each length its highest word, and what to add to a word to find its symbol. */
interface Code {
  readonly highest: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Uint16Array;
}

/** The lengths are written one after the other, as steps up and down. */
function readCode(reader: BitReader, symbolCount: number): Code | undefined {
  const lengths = new Uint8Array(symbolCount);
  let length = reader.bits(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (length >= 1 && length <= longestWord && reader.bits(1) === 1)
      length += reader.bits(1) === 0 ? 1 : -1;
    if (length < 1 || length > longestWord) return undefined;
    lengths[symbol] = length;
  }
  return canonical(lengths);
}

function canonical(lengths: Uint8Array): Code {
  const symbols = new Uint16Array(lengths.length);
  const highest = new Int32Array(longestWord + 1);
  const offset = new Int32Array(longestWord + 1);
  let filled = 0;
  for (let length = 1, word = 0; length <= longestWord; length++, word *= 2) {
    offset[length] = filled - word;
    for (const [symbol, its] of lengths.entries()) {
      if (its !== length) continue;
      symbols[filled++] = symbol;
      word++;
    }
    highest[length] = word - 1;
  }
  return { highest, offset, symbols };
}

/** Reads symbols, with the code that the selectors choose for every fifty. */
class SymbolReader {
  readonly #reader: BitReader;
  readonly #selectors: Uint8Array;
  readonly #codes: readonly Code[];
  #count = 0;

  constructor(reader: BitReader, selectors: Uint8Array, codes: readonly Code[]) {
    this.#reader = reader;
    this.#selectors = selectors;
    this.#codes = codes;
  }

  /** Undefined where the data end, or no code has these bits. */
  next(): number | undefined {
    const code = this.#codes[this.#selectors[Math.floor(this.#count++ / groupLength)] ?? Infinity];
    if (code === undefined || this.#reader.exhausted) return undefined;
    for (let length = 1, word = 0; length <= longestWord; length++) {
      word = word * 2 + this.#reader.bits(1);
      if (word <= (code.highest[length] ?? 0)) return code.symbols[word + (code.offset[length] ?? 0)];
    }
    return undefined;
  }
}

/** Undoes the moving to front and the runs of its zeros, which symbols 0 and 1 count in a binary of their own. */
function readSymbols(
  reader: BitReader,
  alphabet: Uint8Array,
  symbols: SymbolReader,
  size: number,
): Uint8Array | undefined {
  const recent = alphabet.slice();
  const bytes = new Uint8Array(size);
  let length = 0;
  for (let run = 0, weight = 1; ;) {
    const symbol = symbols.next();
    if (symbol === undefined) return undefined;
    if (symbol <= 1) {
      run += (symbol + 1) * weight;
      weight *= 2;
      if (run > size) return undefined;
      continue;
    }
    if (length + run > size) return undefined;
    bytes.fill(recent[0] ?? 0, length, length + run);
    length += run;
    run = 0;
    weight = 1;
    if (symbol === alphabet.length + 1) return reader.exhausted ? undefined : bytes.subarray(0, length);
    if (length === size) return undefined;
    bytes[length++] = moveToFront(recent, symbol - 1);
  }
}
