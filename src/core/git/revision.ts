import { Fault } from '../fault.ts';
import type { Reference } from '../ports.ts';
import { parseOid, type ObjectFormat, type Oid } from './oid.ts';

/** What a store can be asked to find out what a user's word means. It never sees the word itself. */
export interface RevisionSource {
  readonly format: ObjectFormat;
  has(oid: Oid): Promise<boolean>;
  head(): Promise<Oid | undefined>;
  /** What `git fetch` brought last: the first line of FETCH_HEAD. */
  fetched(): Promise<Oid | undefined>;
  references(prefix: string): Promise<readonly Reference[]>;
  /** Objects whose id starts with these four or more hexadecimal digits. */
  startingWith(digits: string): Promise<readonly Oid[]>;
}

/**
 * The object that a whole id, HEAD, FETCH_HEAD, a reference's full or short name, or an unambiguous prefix of an id means, in
 * this order. No other expression of gitrevisions(7). A short name that could be two things is refused, so that
 * nobody is led from a branch to a tag of the same name.
 */
export async function resolveRevision(source: RevisionSource, revision: string): Promise<Oid | undefined> {
  const whole = parseOid(revision, source.format);
  if (whole !== undefined) return (await source.has(whole)) ? whole : undefined;
  if (revision === 'HEAD') return source.head();
  if (revision === 'FETCH_HEAD') return source.fetched();
  const [reference] = oneOf(revision, await referencesNamed(source, revision));
  if (reference !== undefined) return reference.oid;
  if (!/^[0-9a-f]{4,}$/.test(revision)) return undefined;
  const [oid] = oneOf(revision, await source.startingWith(revision));
  return oid;
}

/** References that the name may mean (gitrevisions(7), "<refname>"). */
async function referencesNamed(source: RevisionSource, name: string): Promise<readonly Reference[]> {
  const names = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'].map(
    (prefix) => `${prefix}${name}`,
  );
  const references = await source.references('refs/');
  return references.filter((reference) => names.includes(reference.name));
}

/** The only one of several meanings, or none. */
function oneOf<T extends Reference | Oid>(revision: string, meanings: readonly T[]): readonly T[] {
  if (meanings.length < 2) return meanings;
  const list = meanings.slice(0, 5).map((meaning) => (typeof meaning === 'string' ? meaning : meaning.name));
  throw new Fault(
    'revision.not-found',
    `${JSON.stringify(revision)} may mean more than one thing: ${list.join(', ')}.`,
    'Write out which one you mean.',
  );
}
