import { printMoment } from './keyring-rules.ts';
import type { Contributor, KeyringContent } from './keyring.ts';
import { fieldName } from './keyring-source.ts';
import { policyFields, strictness } from './policy.ts';

/** One field that two versions of the keyring file have otherwise. */
export interface FieldChange {
  /** For example `contributors.alice.roles`. */
  readonly field: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Whether anybody may do more afterwards, or less is refused: what whoever signs must look at first. */
  readonly widens: boolean;
}

/** What a version changes against the one before, field by field; against nothing, everything it says. */
export function differenceOf(
  before: KeyringContent | undefined,
  after: KeyringContent,
): readonly FieldChange[] {
  const old = new Map((before === undefined ? [] : rowsOf(before)).map((row) => [row.field, row]));
  const now = new Map(rowsOf(after).map((row) => [row.field, row]));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((field) => {
    const [one, other] = [old.get(field), now.get(field)];
    const removed = (one?.values ?? []).filter((value) => other?.values.includes(value) !== true);
    const added = (other?.values ?? []).filter((value) => one?.values.includes(value) !== true);
    if (removed.length === 0 && added.length === 0) return [];
    return [{ field, removed, added, widens: widens(one, other, removed, added) }];
  });
}

/** When a change of a field widens what is allowed. */
type Power =
  | { readonly by: 'nothing' }
  /** More values grant more. Without the field, something weaker may rule: owners fall back to grants and claims. */
  | { readonly by: 'adding' }
  | { readonly by: 'adding-or-dropping-all' }
  | { readonly by: 'removing' }
  | { readonly by: 'lowering'; readonly level: number };

interface Row {
  readonly field: string;
  readonly values: readonly string[];
  readonly power: Power;
}

function widens(
  old: Row | undefined,
  now: Row | undefined,
  removed: readonly string[],
  added: readonly string[],
): boolean {
  const power = (now ?? old)?.power;
  switch (power?.by) {
    case 'adding':
      return added.length > 0;
    case 'adding-or-dropping-all':
      return added.length > 0 || now === undefined;
    case 'removing':
      return removed.length > 0;
    case 'lowering':
      return old?.power.by === 'lowering' && power.level < old.power.level;
    case 'nothing':
    case undefined:
      return false;
    default:
      return power satisfies never;
  }
}

function rowsOf(content: KeyringContent): readonly Row[] {
  const { repository, version, expires, threshold, policy, contributors, packages, compromised, reattested } =
    content;
  return [
    row(['repository'], [repository], { by: 'removing' }),
    row(['version'], [String(version)], { by: 'nothing' }),
    row(['expires'], [printMoment(expires)], { by: 'nothing' }),
    row(['threshold'], [String(threshold)], { by: 'lowering', level: threshold }),
    ...policyFields.map((field) =>
      row(['policy', field], [policy[field]], { by: 'lowering', level: strictness(field, policy) }),
    ),
    ...[...contributors.values()].flatMap(contributorRows),
    ...[...packages].map(([name, { owners }]) =>
      row(['packages', name, 'owners'], owners, { by: 'adding-or-dropping-all' }),
    ),
    row(
      ['compromised'],
      compromised.map(({ fingerprint, reason }) => `${fingerprint}: ${reason}`),
      { by: 'removing' },
    ),
    row(['reattested'], reattested, { by: 'adding' }),
  ];
}

function contributorRows({ id, name, github, roles, packages, fingerprints }: Contributor): readonly Row[] {
  const of = (field: string, values: readonly string[], by: 'nothing' | 'adding'): Row =>
    row(['contributors', id, field], values, { by });
  return [
    of('name', [name], 'nothing'),
    of('github', github === undefined ? [] : [github], 'nothing'),
    of('roles', [...roles], 'adding'),
    of('packages', packages, 'adding'),
    of('fingerprints', fingerprints, 'adding'),
  ];
}

const row = (path: readonly string[], values: readonly string[], power: Power): Row => ({
  field: fieldName(path),
  values,
  power,
});
