import { type Evidence, judgeSigned } from '../core/chain/evidence.ts';
import { Fault } from '../core/fault.ts';
import {
  type Commit,
  type Malformation,
  type Parsed,
  parseCommit,
  parseTag,
  type Tag,
} from '../core/git/object.ts';
import { formatOf, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import { gitPayload, signatureOn, type SignedObject, signedTag } from '../core/git/signed-object.ts';
import type { SignatureVerdict } from '../core/openpgp/signature.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import { type Claim, conclude, type Finding, finding, type Report, settle } from '../core/report/report.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';

export interface InspectReport extends Report {
  readonly verb: 'inspect';
  readonly oid: Oid;
  readonly type: 'commit' | 'tag';
  readonly signature: SignatureVerdict;
  /** Who signs by that certificate, according to the keyring; informative. */
  readonly contributor: string | undefined;
  /** Lines `Signet-…: …` of the message, in their order. */
  readonly trailers: readonly string[];
  /** What git feeds to gpg; undefined where git sees no signature. */
  readonly payload: Uint8Array | undefined;
}

/** Judges the signature of one commit or tag by a keyring: what `git verify-commit` does, by the strict rules. */
export async function inspect(
  store: ObjectStore,
  oid: Oid,
  trust: KeyringState,
  now: Seconds,
): Promise<InspectReport> {
  const object = await store.read(oid);
  if (object?.type !== 'commit' && object?.type !== 'tag') {
    const what = object === undefined ? 'not in this repository' : `a ${object.type}`;
    throw new Fault(
      'revision.not-found',
      `Object ${oid} is ${what}; only commits and tags can be signed.`,
      'Give the id of a commit or tag.',
    );
  }
  const { type, content } = object;
  const { evidence, parsed } = await judgeObject(oid, type, content, { trust, now });
  const claim = signatureClaim(oid, evidence.verdict, parsed.ok ? undefined : parsed.malformation);
  return {
    verb: 'inspect',
    conclusion: conclude(['signature'], [claim]),
    required: ['signature'],
    claims: [claim],
    findings: claim.findings,
    now,
    oid,
    type,
    signature: evidence.verdict,
    contributor: evidence.contributor?.id,
    trailers: parsed.ok ? trailersOf(parsed.value.message) : [],
    payload: gitPayload(type, content, store.format)?.payload,
  };
}

/** The signature of a commit or tag, judged as if it were used now, beside the object itself if it is well-formed. */
export async function judgeObject(
  oid: Oid,
  type: 'commit' | 'tag',
  content: Uint8Array,
  { trust, now }: { readonly trust: KeyringState; readonly now: Seconds },
): Promise<{ readonly evidence: Evidence; readonly parsed: Parsed<Commit> | Parsed<Tag> }> {
  const { parsed, signed } = takeApart(type, content, formatOf(oid));
  const kind = type === 'commit' ? 'commit' : 'submission-tag';
  const at = { now, time: now, trust, tip: trust, reattested: false };
  const evidence = await judgeSigned(kind, oid, signed, parsed.ok ? timeOf(parsed.value) : 0, at);
  return { evidence, parsed };
}

function takeApart(
  type: 'commit' | 'tag',
  content: Uint8Array,
  format: ObjectFormat,
): { readonly parsed: Parsed<Commit> | Parsed<Tag>; readonly signed: SignedObject } {
  if (type === 'tag') return { parsed: parseTag(content, format), signed: signedTag(content, format) };
  const parsed = parseCommit(content, format);
  return { parsed, signed: parsed.ok ? signatureOn(parsed.value) : { kind: 'malformed', ...parsed } };
}

function timeOf(
  object: { committer: { time: Seconds } } | { tagger: { time: Seconds } | undefined },
): Seconds {
  return 'committer' in object ? object.committer.time : (object.tagger?.time ?? 0);
}

function signatureClaim(oid: Oid, verdict: SignatureVerdict, malformation: Malformation | undefined): Claim {
  const findings: Finding[] = [];
  if (malformation !== undefined) {
    findings.push(
      finding('object.malformed', { object: oid }, `${oid} (${malformation.rule}): ${malformation.message}`),
    );
  }
  const { reason } = verdict;
  if (reason !== 'good') {
    findings.push(finding(`signature.${reason}`, { object: oid }, `${oid}: ${verdict.message}`));
  }
  const proven = reason === 'good' && malformation === undefined;
  return settle('signature', 'The object is signed, and its signature is good.', proven, findings, [
    verdict.message,
  ]);
}

const trailersOf = (message: string): readonly string[] =>
  message.split('\n').filter((line) => /^Signet-[A-Za-z-]+: /.test(line));
