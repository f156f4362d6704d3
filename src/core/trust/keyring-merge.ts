import { printMoment } from './keyring-rules.ts';
import type { Contributor, KeyringContent } from './keyring.ts';
import { policyFields, type Policy } from './policy.ts';

export type KeyringMerging =
  | { readonly ok: true; readonly content: KeyringContent }
  /** Fields that both changed, each in another way, in words. */
  | { readonly ok: false; readonly conflicts: readonly string[] };

/**
 * Brings two changes of one keyring together, field by field. Lines are not enough for that: `version`, `previous` and
 * `created` differ wherever two admins worked at once, and the signatures on each of the two fit only its own bytes.
 * Number, date and predecessor of the result are for whoever proposes it.
 */
export function mergeKeyrings(
  base: KeyringContent,
  ours: KeyringContent,
  theirs: KeyringContent,
): KeyringMerging {
  const conflicts: string[] = [];
  const scalar = <Value extends string | number | undefined>(
    field: string,
    [was, one, other]: readonly [Value, Value, Value],
    show: (value: Value) => string = String,
  ): Value => {
    if (one === other || other === was) return one;
    if (one === was) return other;
    conflicts.push(`${field} is ${show(one)} in one and ${show(other)} in the other`);
    return one;
  };
  const policy = Object.fromEntries(
    policyFields.map((field) => [
      field,
      scalar<string>(`policy.${field}`, [base.policy[field], ours.policy[field], theirs.policy[field]]),
    ]),
  ) as unknown as Policy;
  const person = (
    id: string,
    was: Contributor | undefined,
    one: Contributor,
    other: Contributor,
  ): Contributor => {
    const github = scalar(`contributors.${id}.github`, [was?.github, one.github, other.github]);
    const entry = {
      id,
      name: scalar(`contributors.${id}.name`, [was?.name ?? '', one.name, other.name]),
      roles: new Set(mergeSets(was?.roles, one.roles, other.roles)),
      packages: mergeSets(was?.packages, one.packages, other.packages),
      fingerprints: mergeSets(was?.fingerprints, one.fingerprints, other.fingerprints),
    };
    return github === undefined ? entry : { ...entry, github };
  };
  const content: KeyringContent = {
    ...ours,
    repository: scalar('repository', [base.repository, ours.repository, theirs.repository]),
    expires: scalar('expires', [base.expires, ours.expires, theirs.expires], printMoment),
    threshold: scalar('threshold', [base.threshold, ours.threshold, theirs.threshold]),
    policy,
    contributors: mergeMaps(
      'contributors',
      [base, ours, theirs].map((one) => one.contributors),
      person,
      conflicts,
    ),
    packages: mergeMaps(
      'packages',
      [base, ours, theirs].map((one) => one.packages),
      (_, was, one, other) => ({ owners: mergeSets(was?.owners, one.owners, other.owners) }),
      conflicts,
    ),
    // Neither is ever forgotten.
    compromised: [
      ...ours.compromised,
      ...theirs.compromised.filter((one) =>
        ours.compromised.every((known) => known.fingerprint !== one.fingerprint),
      ),
    ],
    reattested: [...new Set([...ours.reattested, ...theirs.reattested])],
  };
  return conflicts.length > 0 ? { ok: false, conflicts } : { ok: true, content };
}

/** What one of the two added is in, and what one of them took out is out. */
function mergeSets<Element>(
  base: Iterable<Element> = [],
  ours: Iterable<Element>,
  theirs: Iterable<Element>,
): readonly Element[] {
  const [was, one, other] = [new Set(base), new Set(ours), new Set(theirs)];
  return [...new Set([...one, ...other])].filter((element) =>
    was.has(element) ? one.has(element) && other.has(element) : true,
  );
}

type Entries<Value> = ReadonlyMap<string, Value>;

/** An entry that one of the two removed is gone, unless the other changed it. */
function mergeMaps<Value extends object>(
  field: string,
  [base = new Map(), ours = new Map(), theirs = new Map()]: readonly Entries<Value>[],
  merge: (id: string, was: Value | undefined, one: Value, other: Value) => Value,
  conflicts: string[],
): Entries<Value> {
  const merged = new Map<string, Value>();
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const [was, one, other] = [base.get(id), ours.get(id), theirs.get(id)];
    if (one !== undefined && other !== undefined) {
      merged.set(id, merge(id, was, one, other));
      continue;
    }
    const kept = one ?? other;
    if (kept === undefined) continue;
    if (was === undefined) merged.set(id, kept);
    else if (!same(was, kept)) {
      conflicts.push(`${field}.${id} was removed in one and changed in the other`);
    }
  }
  return merged;
}

const same = (one: object, other: object): boolean => text(one) === text(other);

const text = (value: object): string =>
  JSON.stringify(value, (_, part: unknown) => (part instanceof Set ? [...part].sort() : part));
