import type { Oid } from '../git/oid.ts';
import type { ObjectStore, Reference } from '../ports.ts';
import { readTag, type SignetTag, signetTags, type TagReading, type TagsAtHand } from './tags.ts';

/** State tags are about the mainline, not about a submission; they have their own reader. */
const stateTags = `${signetTags}state/`;

/** The submission and endorsement tags that a repository keeps under `refs/tags/signet/`. */
export async function signetReferences(store: ObjectStore): Promise<readonly Reference[]> {
  return (await store.references(signetTags)).filter(({ name }) => !name.startsWith(stateTags));
}

/** Reads all of these tags; those that the repository keeps unless told otherwise. */
export async function readTags(
  store: ObjectStore,
  references?: readonly Reference[],
): Promise<readonly TagReading[]> {
  const all = references ?? (await signetReferences(store));
  return Promise.all(all.map((reference) => readTag(store, reference)));
}

/** Tags found by the commit that they point at and by the package versions that they speak of. */
export function indexTags(readings: readonly TagReading[]): TagsAtHand {
  const byTarget = new Map<Oid, TagReading[]>();
  const byPackage = new Map<string, SignetTag[]>();
  for (const reading of readings) {
    const target = reading.ok ? reading.signet.tag.object : reading.target;
    if (target !== undefined) append(byTarget, target, reading);
    if (!reading.ok) continue;
    for (const { nameVersion } of reading.signet.statement.packages)
      append(byPackage, nameVersion, reading.signet);
  }
  return {
    on: (commit) => byTarget.get(commit) ?? [],
    about: (nameVersion) => byPackage.get(nameVersion) ?? [],
  };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
