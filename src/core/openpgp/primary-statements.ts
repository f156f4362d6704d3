import type { Seconds } from '../ports.ts';
import type { Statement } from './validity.ts';

/** What one self-signature says of the primary key; undefined is what it does not speak of. */
export interface Words {
  readonly made: Seconds;
  /** When the signature itself expires; Infinity if never. */
  readonly ends: Seconds;
  /** When the key does; Infinity if it is said that it never does. */
  readonly keyEnds: Seconds | undefined;
  readonly maySign: boolean | undefined;
}

/**
 * What holds from each moment on at which something was said, in direct-key signatures or in certifications of user
 * ids. The newest of each kind hold together: where the newer of the two does not speak of something, the older has the
 * word (RFC 9580, section 5.2.3.10). Within one kind, what the newest leaves out is taken back.
 */
export function statementsOf(direct: readonly Words[], certifications: readonly Words[]): Statement[] {
  const kinds = [direct, certifications].map(speaking).filter((words) => words.length > 0);
  const all = kinds.length > 0 ? kinds : [[...direct, ...certifications]];
  const moments = new Set(all.flat().map(({ made }) => made));
  return [...moments].map((moment) => {
    const { ends, keyEnds = Infinity, maySign = false } = together(all, moment);
    return { made: moment, expires: Math.min(ends, keyEnds), maySign };
  });
}

const speaking = (words: readonly Words[]): readonly Words[] =>
  words.filter(({ keyEnds, maySign }) => keyEnds !== undefined || maySign !== undefined);

/** Neither kind has said anything that this could spoil. */
const silence: Words = { made: -Infinity, ends: Infinity, keyEnds: undefined, maySign: undefined };

function together(kinds: readonly (readonly Words[])[], moment: Seconds): Words {
  const [one = silence, other = silence] = kinds.map((words) => newest(words, moment));
  if (one.made === other.made)
    return { ...strictest(one, other), maySign: bothSay(one.maySign, other.maySign) };
  return one.made > other.made ? completed(one, other) : completed(other, one);
}

/** The newest words until that moment; of several of one second the strictest. */
function newest(words: readonly Words[], moment: Seconds): Words {
  const until = words.filter(({ made }) => made <= moment);
  const made = Math.max(...until.map((one) => one.made));
  const [first = silence, ...others] = until.filter((one) => one.made === made);
  return others.reduce(strictest, first);
}

/** A permission that only one of them gives is none. */
const strictest = (one: Words, other: Words): Words => ({
  made: one.made,
  ends: Math.min(one.ends, other.ends),
  keyEnds: earlier(one.keyEnds, other.keyEnds),
  maySign: one.maySign === other.maySign ? one.maySign : false,
});

const earlier = (one: Seconds | undefined, other: Seconds | undefined): Seconds | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

const bothSay = (one: boolean | undefined, other: boolean | undefined): boolean | undefined =>
  one === undefined || other === undefined ? (one ?? other) : one && other;

/** Words that are needed hold no longer than the signature that says them. */
function completed(newer: Words, older: Words): Words {
  const keyEnds = newer.keyEnds ?? older.keyEnds;
  const maySign = newer.maySign ?? older.maySign;
  const isNeeded = keyEnds !== newer.keyEnds || maySign !== newer.maySign;
  return {
    made: newer.made,
    ends: isNeeded ? Math.min(newer.ends, older.ends) : newer.ends,
    keyEnds,
    maySign,
  };
}
