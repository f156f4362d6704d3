import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { createHash } from 'node:crypto';
import type { Oid } from '../git/oid.ts';
import type { Fingerprint } from '../openpgp/certificate.ts';
import type { Seconds } from '../ports.ts';
import { complaintsAbout, type Complaint } from './keyring-rules.ts';
import { keyringSchema, type ContributorTable, type KeyringTables } from './keyring-schema.ts';
import { fieldName, locateFields, sourceOf, type FieldSources } from './keyring-source.ts';
import type { Policy, Role } from './policy.ts';

/** A person of the keyring file (trust model, section 1). */
export interface Contributor {
  readonly id: string;
  readonly name: string;
  /** Informative: nothing is decided by it. */
  readonly github?: string;
  readonly roles: ReadonlySet<Role>;
  /** Granted patterns of package names, beside what the person claims. */
  readonly packages: readonly string[];
  /** Primary keys of the person's certificates. */
  readonly fingerprints: readonly Fingerprint[];
}

/** A key that fell into other hands: as hard as a hard revocation (trust model, section 2.7). */
export interface CompromisedKey {
  readonly fingerprint: Fingerprint;
  /** For people: the key counts for nothing at any time. */
  readonly since: Seconds;
  readonly reason: string;
}

/** Everything that a keyring file says (trust model, section 3). */
export interface KeyringContent {
  /** The repository's id; statements for another are refused. */
  readonly repository: string;
  readonly version: number;
  /** `sha256:` and the digest of the version before; `none` in version 1. */
  readonly previous: string;
  readonly created: Seconds;
  readonly expires: Seconds;
  /** How many admins must sign a change. */
  readonly threshold: number;
  readonly policy: Policy;
  readonly contributors: ReadonlyMap<string, Contributor>;
  /** Packages whose owners the admins have set, by name. */
  readonly packages: ReadonlyMap<string, { readonly owners: readonly string[] }>;
  readonly compromised: readonly CompromisedKey[];
  /** Ids of state tags: history up to them stands although a key of it was compromised later. */
  readonly reattested: readonly Oid[];
}

export interface Keyring extends KeyringContent {
  /** `sha256:` and the SHA-256 of the exact bytes, as the next version's `previous` names it. */
  readonly digest: string;
}

/** What is wrong with a keyring file, and where. */
export interface KeyringProblem {
  /** Counted from 1; absent where no line can be named. */
  readonly line?: number;
  /** For example `contributors.alice.roles[1]`; empty where the file as a whole is meant. */
  readonly field: string;
  readonly message: string;
}

export type KeyringParsing =
  | { readonly ok: true; readonly keyring: Keyring }
  | { readonly ok: false; readonly problems: readonly KeyringProblem[] };

/** The longest keyring file that is read, in bytes: room for some ten thousand contributors. */
const maximumBytes = 4 * 1024 * 1024;

/** Tables inside tables inside arrays: the keyring file needs four. */
const maximumDepth = 8;

/** More would not help anybody to mend the file. */
const maximumProblems = 50;

/** What was read of these very bytes before: one version is opened for many commits. Nobody writes into them. */
const known = new WeakMap<Uint8Array, KeyringParsing>();

/** Reads a keyring file strictly: TOML 1.0 in UTF-8, no unknown fields, nothing left to a default. */
export function parseKeyring(bytes: Uint8Array): KeyringParsing {
  const parsing = known.get(bytes) ?? parseAnew(bytes);
  known.set(bytes, parsing);
  return parsing;
}

function parseAnew(bytes: Uint8Array): KeyringParsing {
  if (bytes.length > maximumBytes) {
    return refuse([{ field: '', message: `Has ${bytes.length} bytes; at most ${maximumBytes} are read.` }]);
  }
  const text = decode(bytes);
  if (text === undefined) return refuse([{ field: '', message: 'Is not text in UTF-8.' }]);
  if (/^(?:<{7}|>{7}) /m.test(text)) {
    const message =
      'Holds conflict markers of git: two changes met. Take the merge back (git merge --abort), then bring them together with opam-signet keyring merge BRANCH.';
    return refuse([{ field: '', message }]);
  }
  const toml = readToml(text);
  if (!toml.ok) return refuse([toml.problem]);
  const sources = locateFields(text);
  const reading = v.safeParse(keyringSchema, toml.tables, { abortPipeEarly: true });
  const complaints = reading.success
    ? complaintsAbout(reading.output, sources)
    : reading.issues.map(complaintOf);
  if (!reading.success || complaints.length > 0)
    return refuse(complaints.map((one) => located(one, sources)));
  return { ok: true, keyring: { ...contentOf(reading.output), digest: digestOf(bytes) } };
}

/** `sha256:` and the SHA-256 of the bytes in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const refuse = (problems: readonly KeyringProblem[]): KeyringParsing => ({
  ok: false,
  problems: problems.slice(0, maximumProblems),
});

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type TomlReading =
  { readonly ok: true; readonly tables: unknown } | { readonly ok: false; readonly problem: KeyringProblem };

function readToml(text: string): TomlReading {
  try {
    return { ok: true, tables: parse(text, { maxDepth: maximumDepth }) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    const message = `Is not TOML: ${what}, at column ${error.column}.`;
    return { ok: false, problem: { line: error.line, field: '', message } };
  }
}

function complaintOf(issue: v.BaseIssue<unknown>): Complaint {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  return { path, message: issue.message };
}

function located({ path, message }: Complaint, sources: FieldSources): KeyringProblem {
  const source = sourceOf(sources, path);
  const problem = { field: fieldName(path), message };
  return source === undefined ? problem : { line: source.line, ...problem };
}

const seconds = (date: Date): Seconds => date.getTime() / 1000;

function contentOf(tables: KeyringTables): KeyringContent {
  const { repository, version, previous, created, expires, threshold, policy } = tables;
  return {
    repository,
    version,
    previous,
    created: seconds(created),
    expires: seconds(expires),
    threshold,
    policy,
    contributors: new Map([...tables.contributors].map(([id, entry]) => [id, contributorOf(id, entry)])),
    packages: tables.packages ?? new Map(),
    compromised: (tables.compromised ?? []).map((key) => ({ ...key, since: seconds(key.since) })),
    reattested: (tables.reattested ?? []).map(({ state }) => state),
  };
}

function contributorOf(id: string, table: ContributorTable): Contributor {
  const { name, github, roles, packages = [], fingerprints } = table;
  const contributor = { id, name, roles: new Set(roles), packages, fingerprints };
  return github === undefined ? contributor : { ...contributor, github };
}
