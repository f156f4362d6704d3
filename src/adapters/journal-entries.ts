import * as v from 'valibot';
import { parseOid } from '../core/git/oid.ts';
import { forgeKinds } from '../core/ports.ts';
import type { JournalEntry } from '../core/publish/journal-entry.ts';
import { sourceForgeKinds } from '../core/publish/source-forge.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';

const oid = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseOid(dataset.value, dataset.value.length === 64 ? 'sha256' : 'sha1');
    if (parsed !== undefined) return parsed;
    addIssue({ message: 'no object id' });
    return NEVER;
  }),
);

const facts = v.record(v.string(), v.string());

const record = v.object({
  packages: v.array(v.string()),
  source: v.object({ folder: v.string(), remote: v.nullable(v.string()) }),
  releaseTag: v.object({
    name: v.string(),
    commit: oid,
    oid: v.nullable(oid),
    make: v.boolean(),
    push: v.boolean(),
  }),
  archive: v.object({
    url: v.string(),
    sha256: v.string(),
    sha512: v.string(),
    file: v.nullable(v.string()),
    asset: v.nullable(
      v.object({
        name: v.string(),
        forge: v.object({
          kind: v.picklist(sourceForgeKinds),
          url: v.string(),
          site: v.string(),
          owner: v.string(),
          name: v.string(),
        }),
        title: v.string(),
        text: v.string(),
      }),
    ),
  }),
  target: v.object({
    forge: v.picklist(forgeKinds),
    address: v.string(),
    branch: v.string(),
    base: oid,
    facts,
  }),
  submission: v.object({
    branch: v.string(),
    tag: v.string(),
    head: oid,
    tagOid: oid,
    replaced: v.exactOptional(v.object({ branch: v.exactOptional(oid), tag: v.exactOptional(oid) })),
    title: v.string(),
    text: v.string(),
    draft: v.boolean(),
  }),
}) satisfies v.GenericSchema<unknown, SubmissionRecord>;

const act = { at: v.string(), act: v.string(), title: v.string(), details: facts };

const entry = v.variant('event', [
  v.object({ event: v.literal('planned'), at: v.string(), record }),
  v.object({ event: v.literal('started'), ...act }),
  v.object({
    event: v.literal('done'),
    ...act,
    outcome: v.string(),
    made: v.boolean(),
    facts: v.exactOptional(facts),
  }),
  v.object({ event: v.literal('failed'), ...act, reason: v.string() }),
  v.object({ event: v.literal('undone'), ...act, outcome: v.string() }),
  v.object({ event: v.picklist(['finished', 'aborted']), at: v.string() }),
]) satisfies v.GenericSchema<unknown, JournalEntry>;

/**
 * The entries of a journal; undefined where it is none of ours. A last line without its end was being written when
 * the machine stopped, and had not been acted on.
 */
export function parseJournal(text: string): readonly JournalEntry[] | undefined {
  const lines = text.split('\n').slice(0, -1);
  const parsed = v.safeParse(v.array(entry), lines.map(parseLine));
  return parsed.success ? parsed.output : undefined;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
