import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { Fault } from '../core/fault.ts';
import type { HistoryPart } from '../core/report/history-part.ts';
import { count, findings, fingerprint, historySums, oid } from './history-schema.ts';

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

const border = v.pipe(
  v.strictObject({ commit: oid, ledger: v.exactOptional(v.string()) }),
  v.transform(({ commit, ledger }) => ({ commit, ledger })),
);

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
    sums: historySums,
  }),
  v.transform(({ format: _, ...part }): HistoryPart => part),
);
