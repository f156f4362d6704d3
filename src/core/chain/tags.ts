import { type Commit, parseTag, type Tag } from '../git/object.ts';
import { formatOf, oidOf, type Oid } from '../git/oid.ts';
import { mergetags, signedTag } from '../git/signed-object.ts';
import type { ObjectStore, Reference } from '../ports.ts';
import { type Finding, finding, type Place } from '../report/report.ts';
import { parseStatement, type Statement } from '../statement.ts';
import { submissionTagName } from '../submission-tag.ts';
import { anyRepository } from '../trust/audit-keyring.ts';
import { type Evidence, judgeSigned, type Position } from './evidence.ts';

/** A submission or endorsement tag, parsed and named as it must be, its signature not judged yet. */
export interface SignetTag {
  readonly tag: Tag;
  readonly statement: Statement;
  readonly kind: 'submission-tag' | 'endorsement-tag' | 'mergetag';
  /** `refs/tags/signet/…`, or undefined for a tag inside a merge commit. */
  readonly reference: string | undefined;
}

export type TagReading =
  | { readonly ok: true; readonly signet: SignetTag }
  | { readonly ok: false; readonly target: Oid | undefined; readonly finding: Finding };

/**
 * What is signed of a tag, as an id: that of the tag without its signature. Anybody can give the same signature another
 * armor, and with it the tag another id (trust model, section 2.9).
 */
export function signedIdOf({ content, oid }: Tag): Oid {
  const format = formatOf(oid);
  const signed = signedTag(content, format);
  return oidOf('tag', signed.kind === 'signed' ? signed.payload : content, format);
}

/** The tags that may be used in a step, as they were read from the repository. */
export interface TagsAtHand {
  /** By the commit that they point at. */
  on(commit: Oid): readonly TagReading[];
  /** By a package version that they make a statement about. */
  about(nameVersion: string): readonly SignetTag[];
}

/** A tag judged at the position of a step. */
export interface JudgedTag {
  readonly signet: SignetTag;
  readonly evidence: Evidence;
  /** Why it can't be used there although its signature may be good. */
  readonly unfit: Finding | undefined;
}

/** Where submission, endorsement and state tags are kept (trust model, section 7). */
export const signetTags = 'refs/tags/signet/';

/** Reads the tag that a reference points at. */
export async function readTag(store: ObjectStore, { name, oid }: Reference): Promise<TagReading> {
  const place = { object: oid, reference: name };
  const object = await store.read(oid);
  if (object === undefined)
    return refused(undefined, 'object.missing', place, `Tag ${name} (${oid}) is not in the repository.`);
  if (object.type !== 'tag') {
    return refused(
      oid,
      'tag.lightweight',
      place,
      `${name} points at ${object.type} ${oid}; a lightweight tag holds no signature.`,
    );
  }
  const parsed = parseTag(object.content, store.format);
  if (!parsed.ok)
    return refused(
      undefined,
      'object.malformed',
      place,
      `Tag ${name} is malformed: ${parsed.malformation.message}`,
    );
  const tag = parsed.value;
  if (tag.oid !== oid)
    return refused(
      tag.object,
      'object.mismatch',
      place,
      `The repository returned tag ${tag.oid} when asked for ${oid}.`,
    );
  if (name !== `refs/tags/${tag.name}`) {
    return refused(
      tag.object,
      'tag.name-mismatch',
      place,
      `${name} holds a tag that was signed as ${tag.name}.`,
    );
  }
  return interpret(tag, name);
}

/** Reads the tags that a merge commit carries; each must be about its second parent (trust model, 5.3). */
export function readMergetags(commit: Commit, format: ObjectStore['format']): readonly TagReading[] {
  return mergetags(commit).map((content) => {
    const parsed = parseTag(content, format);
    const place = { object: commit.oid };
    if (!parsed.ok)
      return refused(
        undefined,
        'object.malformed',
        place,
        `The mergetag of ${commit.oid} is malformed: ${parsed.malformation.message}`,
      );
    if (parsed.value.object !== commit.parents[1]) {
      return refused(
        parsed.value.object,
        'tag.target',
        place,
        `The mergetag of ${commit.oid} is about ${parsed.value.object}, not about the merged head.`,
      );
    }
    return interpret(parsed.value, undefined);
  });
}

function interpret(tag: Tag, reference: string | undefined): TagReading {
  const place: Place = { object: tag.oid, ...(reference === undefined ? {} : { reference }) };
  if (tag.objectType !== 'commit') {
    return refused(
      tag.object,
      'tag.target',
      place,
      `Tag ${tag.name} points at a ${tag.objectType}, not at a commit.`,
    );
  }
  // Said first: with two signatures, the first would pass for a part of the message.
  const signed = signedTag(tag.content, formatOf(tag.oid));
  if (signed.kind === 'malformed') {
    const message = `The signature of tag ${tag.name} does not count: ${signed.malformation.message}`;
    return refused(tag.object, 'signature.malformed', place, message);
  }
  const parsed = parseStatement(tag.message);
  if (!parsed.ok) {
    return refused(tag.object, 'statement.malformed', place, `Tag ${tag.name}: ${parsed.problems.join(' ')}`);
  }
  const { statement } = parsed;
  if (!namedAsKind(tag, statement)) {
    return refused(
      tag.object,
      'tag.kind',
      place,
      `Tag ${tag.name} says that it is a ${statement.kind} of ${tag.object}, and its name does not.`,
    );
  }
  const kind =
    reference === undefined
      ? 'mergetag'
      : statement.kind === 'endorsement'
        ? 'endorsement-tag'
        : 'submission-tag';
  return { ok: true, signet: { tag, statement, kind, reference } };
}

/** The name binds what the tag is for: the package that is submitted, or the head that is endorsed. */
function namedAsKind({ name, object }: Tag, { kind, packages }: Statement): boolean {
  switch (kind) {
    case 'endorsement':
      return name === `signet/endorse/${object}`;
    case 'submission':
      return packages.some(({ nameVersion }) => name === submissionTagName(nameVersion));
    case 'state':
      return false;
    default:
      return kind satisfies never;
  }
}

/**
 * Judges a tag at a position: its evidence, and why it can't be used there although its signature may be good.
 * An endorsement counts only from a maintainer; a statement for another repository or past its date never.
 */
export async function judgeTag(
  signet: SignetTag,
  format: ObjectStore['format'],
  at: Position,
): Promise<JudgedTag> {
  const { tag, statement, kind } = signet;
  const evidence = await judgeSigned(
    kind,
    tag.oid,
    signedTag(tag.content, format),
    tag.tagger?.time ?? 0,
    at,
  );
  return { signet, evidence, unfit: unfitness(tag, statement, evidence, at) };
}

function unfitness(tag: Tag, statement: Statement, evidence: Evidence, at: Position): Finding | undefined {
  const place = { object: tag.oid };
  const { repository } = at.trust.keyring;
  if (repository !== anyRepository && statement.repository !== repository) {
    return finding(
      'statement.other-repository',
      place,
      `Tag ${tag.name} was made for ${statement.repository}, not for ${repository}.`,
    );
  }
  if (statement.expires !== undefined && statement.expires <= at.time) {
    return finding('statement.expired', place, `Tag ${tag.name} expired before it was used.`);
  }
  const { reason } = evidence.verdict;
  if (reason !== 'good') {
    return finding(
      `signature.${reason}`,
      place,
      `The signature of tag ${tag.name} does not count: ${evidence.verdict.message}`,
    );
  }
  if (statement.kind === 'endorsement' && evidence.contributor?.roles.has('maintainer') !== true) {
    return finding(
      'attribution.no-authority',
      place,
      `Tag ${tag.name} endorses a change, but its signer is no maintainer.`,
    );
  }
  return undefined;
}

function refused(target: Oid | undefined, code: Finding['code'], place: Place, message: string): TagReading {
  return { ok: false, target, finding: finding(code, place, message) };
}
