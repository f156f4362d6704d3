import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { Fault } from '../core/fault.ts';
import { parseOid } from '../core/git/oid.ts';
import { parseFingerprint } from '../core/openpgp/certificate.ts';
import type { HistoryPart } from '../core/report/history-part.ts';
import { catalogue, type FindingCode } from '../core/report/catalogue.ts';

/** Writes the judgement of a part of history, for joining it to others. */
export async function writePart(path: string, part: HistoryPart): Promise<void> {
  const text = `${JSON.stringify({ format: 1, ...part }, undefined, 1)}\n`;
  await writeFile(path, text).catch((error: unknown) => {
    throw new Fault('file.failed', `The part ${path} cannot be written.`, 'Check the folder.', error);
  });
}

/** Reads such a file. It is as good as whoever wrote it: nothing in it is signed. */
export async function readPart(path: string): Promise<HistoryPart> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('file.not-found', `The part ${path} cannot be read.`, 'Check the path.', error);
  });
  const reading = v.safeParse(partSchema, json(text));
  if (reading.success) return reading.output;
  const [issue] = reading.issues;
  throw new Fault(
    'config.invalid',
    `${path} is no part of a history: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
    'Make it again with opam-signet verify-repo --part FILE of this version.',
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value that reads as itself. */
const word = <T extends string>(read: (text: string) => T | undefined) =>
  v.custom<T>((value) => typeof value === 'string' && read(value) === value);

const oid = word((text) => parseOid(text, 'sha1') ?? parseOid(text, 'sha256'));
const fingerprint = word(parseFingerprint);
const code = v.custom<FindingCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
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

const findings = v.array(
  v.strictObject({
    code,
    severity: v.picklist(severities),
    at: place,
    message: v.string(),
    mend: v.string(),
  }),
);

const border = v.pipe(
  v.strictObject({ commit: oid, ledger: v.exactOptional(v.string()) }),
  v.transform(({ commit, ledger }) => ({ commit, ledger })),
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

const partSchema = v.pipe(
  v.strictObject({
    format: v.literal(1),
    tip: oid,
    now: count,
    anchor: v.strictObject({
      repository: v.exactOptional(v.string()),
      quorum: count,
      fingerprints: v.array(fingerprint),
    }),
    start: border,
    end: border,
    anchorClaim: v.strictObject({
      id: v.literal('anchor'),
      title: v.string(),
      status: v.picklist(['upheld', 'refuted', 'unproven']),
      evidence: v.array(v.string()),
      findings,
    }),
    steps: count,
    attested: findings,
    sums: v.strictObject({
      counts: v.strictObject({
        steps: v.strictObject({ verified: count, rejected: count, undetermined: count }),
        signatures: counts(verdicts),
        paths: counts(kinds),
      }),
      findings: v.strictObject({ error: findings, warning: findings, note: findings }),
      met: v.strictObject({ error: count, warning: count, note: count }),
    }),
  }),
  v.transform(({ format: _, ...part }): HistoryPart => part),
);
