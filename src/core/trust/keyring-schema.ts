import { TomlDate } from 'smol-toml';
import * as v from 'valibot';
import type { Oid } from '../git/oid.ts';
import { parseFingerprint, type Fingerprint } from '../openpgp/certificate.ts';
import { isPackageName } from '../opam/package.ts';
import { isTable, named } from './named-tables.ts';
import { isPackagePattern } from './package-pattern.ts';
import { policySettings, roles } from './policy.ts';

/** Bounds on what one table holds: far above any use, far below what exhausts memory. */
const maximum = { fingerprints: 64, patterns: 4096, owners: 256, entries: 10_000 };

const controlOrDirection = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** A line of text for people: not empty, not endless, nothing that moves the cursor or turns the direction. */
const line = (most: number) =>
  v.pipe(
    v.string('Must be a string in quotes.'),
    v.check((text) => text.trim() !== '', 'Must not be empty.'),
    v.maxLength(most, `Must have at most ${most} characters.`),
    v.check(
      (text) => !controlOrDirection.test(text),
      'Must not hold control characters or marks of direction.',
    ),
  );

const word = (form: RegExp, message: string) =>
  v.pipe(v.string('Must be a string in quotes.'), v.regex(form, message));

const count = v.pipe(
  v.number('Must be a whole number, without quotes.'),
  v.check((number) => Number.isSafeInteger(number) && number >= 1, 'Must be a whole number, 1 or more.'),
);

/** Which moment it is, is read from the text: the date object hides impossible days. */
const date = v.instance(
  TomlDate,
  'Must be a date and time in UTC, without quotes, like 2026-11-01T00:00:00Z.',
);

const fingerprint = v.pipe(
  v.string('Must be a string in quotes.'),
  v.check((text) => parseFingerprint(text) === text, fingerprintMessage),
  v.transform((text) => text as Fingerprint),
);

function fingerprintMessage(issue: v.CheckIssue<string>): string {
  const meant = parseFingerprint(issue.input);
  return meant === undefined
    ? 'Must be a whole fingerprint: 40 or 64 hexadecimal digits. Key ids and short forms name nobody.'
    : `Write the fingerprint in capitals and without spaces: ${meant}.`;
}

function choice<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `Must be ${options.map((option) => JSON.stringify(option)).join(' or ')}.`);
}

/** An array whose length is known to be bounded before its elements are looked at. */
function several<Output>(item: v.GenericSchema<unknown, Output>, least: number, most: number, what: string) {
  const bounds = v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, `Must be a list of ${what} in square brackets.`),
    v.minLength(least, `Must list ${what}: at least ${least}.`),
    v.maxLength(most, `Must list at most ${most} ${what}.`),
  );
  const distinct = v.checkItems<Output[], string>(
    (element, index, all) => all.indexOf(element) === index,
    'Is listed twice.',
  );
  return v.pipe(bounds, v.array(item), distinct);
}

/** A table with these fields and no others. */
function table<const Entries extends v.ObjectEntries>(entries: Entries) {
  const strict = v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? 'Is not a field of the keyring file. Look for a slip of the pen.' : 'Is missing.',
  );
  return v.pipe(v.custom<Record<string, unknown>>(isTable, 'Must be a table.'), strict);
}

const contributorId = word(
  /^[a-z0-9][a-z0-9-]{0,63}$/,
  'Must be a short id of small letters, digits and hyphens, like alice or bob-2.',
);

const packageName = v.pipe(v.string(), v.check(isPackageName, 'Is not the name of an opam package.'));

const pattern = v.pipe(
  v.string('Must be a string in quotes.'),
  v.check((text) => !/^\*+$/.test(text), 'Matches every package: give the role maintainer instead.'),
  v.check(
    isPackagePattern,
    'Must be a package name, in which * stands for any characters, like foo or foo-*.',
  ),
);

const contributor = table({
  name: line(200),
  github: v.exactOptional(
    word(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'Must be the name of a GitHub account, without @.'),
  ),
  roles: several(choice(roles), 1, roles.length, 'roles'),
  packages: v.exactOptional(several(pattern, 0, maximum.patterns, 'package patterns')),
  fingerprints: several(fingerprint, 1, maximum.fingerprints, 'fingerprints'),
});

const policy = table({
  'new-packages': choice(policySettings['new-packages']),
  unsigned: choice(policySettings.unsigned),
  merges: choice(policySettings.merges),
  'source-tag': choice(policySettings['source-tag']),
  'sha1-bindings': choice(policySettings['sha1-bindings']),
});

const compromised = table({ fingerprint, since: date, reason: line(500) });

const stateTag = v.pipe(
  word(
    /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
    'Must be the whole id of a state tag: 40 or 64 hexadecimal digits.',
  ),
  v.transform((text) => text as Oid),
);

const reattested = table({ state: stateTag });

function tables<Output>(entry: v.GenericSchema<unknown, Output>, name: string) {
  return v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, `Must be written as tables [[${name}]].`),
    v.maxLength(maximum.entries, `Must have at most ${maximum.entries} entries.`),
    v.array(entry),
  );
}

/** The keyring file (trust model, section 3) field by field; what fields say together is in keyring-rules.ts. */
export const keyringSchema = table({
  format: v.literal(1, 'Must be 1: this program knows no other format. A newer one may.'),
  repository: word(/^[\x21-\x7e]{1,500}$/, 'Must be the id of the repository: its URL, without spaces.'),
  version: count,
  previous: word(/^(?:none|sha256:[0-9a-f]{64})$/, 'Must be "none", or "sha256:" and 64 digits.'),
  created: date,
  expires: date,
  threshold: count,
  policy,
  contributors: named(contributorId, contributor, maximum.entries),
  packages: v.exactOptional(
    named(
      packageName,
      table({ owners: several(contributorId, 1, maximum.owners, 'owners') }),
      maximum.entries,
    ),
  ),
  compromised: v.exactOptional(tables(compromised, 'compromised')),
  reattested: v.exactOptional(tables(reattested, 'reattested')),
});

export type KeyringTables = v.InferOutput<typeof keyringSchema>;

export type ContributorTable = v.InferOutput<typeof contributor>;
