import * as v from 'valibot';
import { parseOid } from '../core/git/oid.ts';
import { parseFingerprint } from '../core/openpgp/certificate.ts';
import { catalogue, type FindingCode } from '../core/report/catalogue.ts';

/** A value that reads as itself. */
const word = <T extends string>(read: (text: string) => T | undefined) =>
  v.custom<T>((value) => typeof value === 'string' && read(value) === value);

export const oid = word((text) => parseOid(text, 'sha1') ?? parseOid(text, 'sha256'));
export const fingerprint = word(parseFingerprint);
const code = v.custom<FindingCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value));
/** A whole number that is not negative. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const counts = <const K extends string>(keys: readonly K[]) =>
  v.record(v.picklist(keys), v.exactOptional(count));
const severities = ['error', 'warning', 'note'] as const;

const place = v.strictObject({
  object: v.exactOptional(oid),
  path: v.exactOptional(v.string()),
  reference: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  line: v.exactOptional(count),
  step: v.exactOptional(oid),
});

export const findings = v.array(
  v.strictObject({
    code,
    severity: v.picklist(severities),
    at: place,
    message: v.string(),
    mend: v.string(),
  }),
);

const verdicts = [
  'good',
  'absent',
  'malformed',
  'bad',
  'unknown-key',
  'unsupported',
  'weak',
  'revoked-key',
  'expired-key',
  'expired-signature',
] as const;

const kinds = ['own', 'side', 'tag', 'statement', 'keyring', 'unsigned', 'none'] as const;

/** What a walk has added up. */
export const historySums = v.strictObject({
  counts: v.strictObject({
    steps: v.strictObject({ verified: count, rejected: count, undetermined: count }),
    signatures: counts(verdicts),
    paths: counts(kinds),
  }),
  findings: v.strictObject({ error: findings, warning: findings, note: findings }),
  met: v.strictObject({ error: count, warning: count, note: count }),
});
