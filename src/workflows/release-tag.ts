import { signedTag } from '../core/git/signed-object.ts';
import { parseTag, type Tag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import type { CertificateSet } from '../core/openpgp/certificate-set.ts';
import { judgeSignature } from '../core/openpgp/signature.ts';
import type { ObjectStore, Reference, Seconds } from '../core/ports.ts';
import type { ChangeLogReading } from './change-log.ts';
import type { Note } from '../core/publish/problem.ts';

/** The tag of a release: it stands already, or it will be made. */
export type ReleaseTag =
  | { readonly kind: 'annotated'; readonly name: string; readonly tag: Tag; readonly commit: Oid }
  /** A name without a tag object, which nobody can have signed. */
  | { readonly kind: 'lightweight'; readonly name: string; readonly commit: Oid }
  | { readonly kind: 'new'; readonly name: string; readonly commit: Oid };

export type ReleaseTagReading =
  { readonly ok: true; readonly tag: ReleaseTag } | { readonly ok: false; readonly flaw: string };

/** The id of the tag object; undefined for a tag without one, and for one that is still to be made. */
export const tagId = (tag: ReleaseTag): Oid | undefined =>
  tag.kind === 'annotated' ? tag.tag.oid : undefined;

const tags = 'refs/tags/';

/** Every tag that can be read, without those that opam-signet keeps. */
export async function standingTags(store: ObjectStore): Promise<readonly ReleaseTag[]> {
  const references = (await store.references(tags)).filter(({ name }) => !name.startsWith(`${tags}signet/`));
  const readings = await Promise.all(references.map((reference) => readReference(store, reference)));
  return readings.flatMap((reading) => (reading.ok ? reading.tag : []));
}

/** Reads the tag of this name, or says that it will be made at `head`. A tag that stands is never moved. */
export async function readReleaseTag(
  store: ObjectStore,
  name: string,
  head: Oid,
): Promise<ReleaseTagReading> {
  const references = await store.references(`${tags}${name}`);
  const reference = references.find((one) => one.name === `${tags}${name}`);
  return reference === undefined
    ? { ok: true, tag: { kind: 'new', name, commit: head } }
    : readReference(store, reference);
}

async function readReference(store: ObjectStore, reference: Reference): Promise<ReleaseTagReading> {
  const name = reference.name.slice(tags.length);
  const refused = (what: string): ReleaseTagReading => ({ ok: false, flaw: `Tag ${name} ${what}` });
  const object = await store.read(reference.oid);
  if (object === undefined) return refused('points at nothing.');
  if (object.type === 'commit')
    return { ok: true, tag: { kind: 'lightweight', name, commit: reference.oid } };
  if (object.type !== 'tag') return refused(`points at a ${object.type}.`);
  const parsed = parseTag(object.content, store.format);
  if (!parsed.ok) return refused(`is malformed: ${parsed.malformation.message}`);
  const tag = parsed.value;
  if (tag.objectType !== 'commit') return refused(`points at a ${tag.objectType}, not at a commit.`);
  if (tag.name !== name) return refused(`was signed as ${tag.name}.`);
  return { ok: true, tag: { kind: 'annotated', name, tag, commit: tag.object } };
}

/** Whether a tag that stands is annotated and signed by the author (trust model, section 8, claim 2). */
export function checkReleaseTag(
  release: ReleaseTag,
  author: CertificateSet,
  format: ObjectStore['format'],
  now: Seconds,
  note: Note,
): void {
  if (release.kind === 'new') return;
  const { name } = release;
  if (release.kind === 'lightweight') {
    note(
      'tag.lightweight',
      `Tag ${name} is a lightweight tag: nobody can have signed it.`,
      `If nobody has it yet: git tag -d ${name}, and opam-signet makes a signed one. Otherwise release a new version.`,
    );
    return;
  }
  const why = distrust(release.tag, author, format, now);
  if (why === undefined) return;
  note(
    'tag.not-signed-by-you',
    `Tag ${name} (${release.tag.oid}) does not carry your good signature: ${why}`,
    'Release a new version with a tag of your own; a published tag must not be moved.',
  );
}

/** Why a tag's signature does not count as the author's; undefined if it does. */
export function distrust(
  tag: Tag,
  author: CertificateSet,
  format: ObjectStore['format'],
  now: Seconds,
): string | undefined {
  const signed = signedTag(tag.content, format);
  switch (signed.kind) {
    case 'unsigned':
      return 'It is not signed.';
    case 'malformed':
      return signed.malformation.message;
    case 'signed': {
      const times = { now, position: now, object: tag.tagger?.time ?? 0 };
      const { verdict, message } = judgeSignature(signed, author, times);
      return verdict === 'good' ? undefined : message;
    }
    default:
      return signed satisfies never;
  }
}

/** The name that the project would give to the tag of a version: with a v unless most of its tags do without. */
export function habitualTagName(version: string, standing: readonly string[]): string {
  const withV = standing.filter((name) => /^v\d/.test(name)).length;
  const without = standing.filter((name) => /^\d/.test(name)).length;
  return without > withV ? version : `v${version}`;
}

/** What a new release tag says: the project and its version, then the change log's entry if it is about that version. */
export function releaseMessage(project: string, version: string, changeLog: ChangeLogReading): string {
  const subject = `${project} ${version}\n`;
  if (!changeLog.ok || changeLog.entry.version !== version || changeLog.entry.text === '') return subject;
  return `${subject}\n${changeLog.entry.text}\n`;
}
