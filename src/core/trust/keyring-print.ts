import type { CompromisedKey, Contributor, KeyringContent } from './keyring.ts';
import { printMoment } from './keyring-rules.ts';
import { policyFields, roles } from './policy.ts';

/** A list that would make a longer line is written one element a line. */
const maximumLine = 110;

/**
 * The one canonical text of a keyring file: fields in the order of the trust model, section 3, tables sorted
 * by id, lists sorted, nothing said that is empty. So two admins' changes to different entries merge as text.
 */
export function printKeyring(content: KeyringContent): string {
  const { policy, contributors, packages, compromised, reattested } = content;
  return [
    header(content),
    table(
      '[policy]',
      'sha1-bindings',
      policyFields.map((field) => [field, quote(policy[field])]),
    ),
    ...sorted([...contributors.values()], ({ id }) => id).map(contributorTable),
    ...sorted([...packages], ([name]) => name).map(([name, { owners }]) =>
      table(`[packages.${key(name)}]`, 'owners', [['owners', set(owners)]]),
    ),
    ...sorted(compromised, ({ fingerprint }) => fingerprint).map(compromisedTable),
    ...[...reattested].sort().map((state) => table('[[reattested]]', 'state', [['state', quote(state)]])),
  ].join('\n');
}

/** What stands behind the equals sign: a number, date or string, or the elements of a list. */
type Value = string | readonly string[];

type Field = readonly [name: string, value: Value];

/** Widths come from the longest name that the table may have, so that an added field moves no other line. */
function table(title: string, longest: string, fields: readonly Field[]): string {
  return `${title}\n${lines(longest, fields)}`;
}

function lines(longest: string, fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${line(`${name.padEnd(longest.length)} = `, value)}\n`).join('');
}

function line(start: string, value: Value): string {
  if (typeof value === 'string') return start + value;
  const short = `${start}[${value.join(', ')}]`;
  return short.length <= maximumLine
    ? short
    : `${start}[\n${value.map((element) => `  ${element},\n`).join('')}]`;
}

function header(content: KeyringContent): string {
  return lines('repository', [
    ['format', '1'],
    ['repository', quote(content.repository)],
    ['version', String(content.version)],
    ['previous', quote(content.previous)],
    ['created', printMoment(content.created)],
    ['expires', printMoment(content.expires)],
    ['threshold', String(content.threshold)],
  ]);
}

function contributorTable({ id, name, github, roles: held, packages, fingerprints }: Contributor): string {
  const fields: Field[] = [['name', quote(name)]];
  if (github !== undefined) fields.push(['github', quote(github)]);
  fields.push(['roles', roles.filter((role) => held.has(role)).map(quote)]);
  if (packages.length > 0) fields.push(['packages', set(packages)]);
  fields.push(['fingerprints', set(fingerprints)]);
  return table(`[contributors.${id}]`, 'fingerprints', fields);
}

function compromisedTable({ fingerprint, since, reason }: CompromisedKey): string {
  return table('[[compromised]]', 'fingerprint', [
    ['fingerprint', quote(fingerprint)],
    ['since', printMoment(since)],
    ['reason', quote(reason)],
  ]);
}

const set = (elements: readonly string[]): readonly string[] => [...elements].sort().map(quote);

/** TOML takes JSON's strings except for a bare DEL, which the keyring file never holds. */
const quote = (text: string): string => JSON.stringify(text);

const key = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : quote(name));

function sorted<Entry>(entries: readonly Entry[], by: (entry: Entry) => string): readonly Entry[] {
  return [...entries].sort((one, other) => (by(one) < by(other) ? -1 : 1));
}
