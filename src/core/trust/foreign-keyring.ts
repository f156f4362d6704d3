import { parse, stringify, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { parseFingerprint, type Fingerprint } from '../openpgp/certificate.ts';
import { named } from './named-tables.ts';

/** Somebody whom the policy of another program lists. */
export interface ForeignPerson {
  /** As the policy has it: a name, perhaps with an address. */
  readonly name: string;
  /** By what the policy says of rights, in its own words. */
  readonly rights: readonly string[];
  /** Armored certificates, where the policy holds them itself. */
  readonly keyring: string;
  /** A key of the person, where the certificates are elsewhere. */
  readonly fingerprint: Fingerprint | undefined;
}

export type ForeignReading =
  | { readonly ok: true; readonly people: readonly ForeignPerson[] }
  | { readonly ok: false; readonly message: string };

const refuse = (message: string): ForeignReading => ({ ok: false, message });

/** Rights of sq-git's policy that are yes or no (sequoia-git, openpgp-policy.toml). */
const sequoiaRights = [
  'sign_commit',
  'sign_tag',
  'sign_archive',
  'add_user',
  'retire_user',
  'audit',
] as const;

const right = v.optional(v.boolean());
const sequoiaPolicy = v.object({
  version: v.literal(0),
  authorization: v.optional(
    named(
      v.string(),
      v.object({
        ...v.entriesFromList(sequoiaRights, right),
        keyring: v.string(),
      }),
    ),
  ),
});

/** The people of sq-git's `openpgp-policy.toml`, with their certificates. */
export function readSequoiaPolicy(toml: string): ForeignReading {
  let tables: unknown;
  try {
    tables = parse(toml, { maxDepth: 8 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return refuse(`It is not TOML: line ${error.line}, column ${error.column}.`);
  }
  const reading = v.safeParse(sequoiaPolicy, tables);
  if (!reading.success) {
    const [issue] = reading.issues;
    const field = v.getDotPath(issue) ?? '';
    return refuse(`It is no policy of sq-git: ${field === '' ? '' : `${field}: `}${issue.message}.`);
  }
  const people = [...(reading.output.authorization ?? [])].map(([name, entry]) => ({
    name,
    rights: sequoiaRights.filter((one) => entry[one] === true),
    keyring: entry.keyring,
    fingerprint: undefined,
  }));
  return { ok: true, people };
}

/** The same policy for sq-git to read. */
export function printSequoiaPolicy(people: readonly Omit<ForeignPerson, 'fingerprint'>[]): string {
  const authorization = Object.fromEntries(
    people.map(({ name, rights, keyring }) => [
      name,
      { ...Object.fromEntries(rights.map((one) => [one, true])), keyring },
    ]),
  );
  return stringify({ version: 0, commit_goodlist: [], authorization });
}

/** The people of a `.guix-authorizations` file (Guix manual, "Specifying Channel Authorizations"). */
export function readGuixAuthorizations(scheme: string): ForeignReading {
  const tokens = scheme
    .match(/;[^\n]*|"(?:[^"\\]|\\.)*"|[()]|[^\s()";]+/g)
    ?.filter((one) => !one.startsWith(';'));
  const expression = tokens && readExpression(tokens);
  if (!isList(expression) || expression[0] !== 'authorizations') {
    return refuse('It is no list (authorizations …) of Guix.');
  }
  const [, version, entries] = expression;
  if (!isList(version) || version[0] !== 'version' || version[1] !== '0' || !isList(entries)) {
    return refuse('Its version is not 0, the only one that is known.');
  }
  const people: ForeignPerson[] = [];
  for (const entry of entries) {
    const [key, ...properties] = isList(entry) ? entry : [entry];
    const fingerprint = typeof key === 'string' ? parseFingerprint(unquoted(key)) : undefined;
    if (fingerprint === undefined) return refuse(`${JSON.stringify(key ?? '')} is not a whole fingerprint.`);
    const names = properties.flatMap((one) =>
      isList(one) && one[0] === 'name' && typeof one[1] === 'string' ? [unquoted(one[1])] : [],
    );
    people.push({ name: names[0] ?? '', rights: ['sign_commit'], keyring: '', fingerprint });
  }
  return { ok: true, people };
}

type Expression = string | readonly Expression[];

const isList = (expression: Expression | undefined): expression is readonly Expression[] =>
  Array.isArray(expression);

/** One S-expression, its strings still in quotes; undefined unless it is whole and nothing follows it. */
function readExpression(tokens: readonly string[]): Expression | undefined {
  const open: Expression[][] = [];
  for (const [at, token] of tokens.entries()) {
    if (token === '(') {
      open.push([]);
      continue;
    }
    const done = token === ')' ? open.pop() : token;
    if (done === undefined) return undefined;
    const around = open.at(-1);
    if (around === undefined) return at === tokens.length - 1 ? done : undefined;
    around.push(done);
  }
  return undefined;
}

const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
