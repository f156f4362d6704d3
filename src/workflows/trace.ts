import { readMergetags, readTag, type SignetTag } from '../core/chain/tags.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import type { ProvenanceChain, ProvenanceLink } from '../core/report/provenance.ts';
import { momentForm } from '../core/statement-values.ts';
import { noDigest } from '../core/trust/audit-keyring.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import type { Explanation, LastChange } from './explain.ts';
import { type JudgedState, readStates } from './sign-state.ts';

/** So many files are traced: those that were changed last. */
const mostChains = 20;

/** The way of each file that an explanation is about, from the source that was stated for it to a signed state. */
export async function traceFiles(
  explanation: Explanation,
  store: ObjectStore,
  tip: KeyringState,
  now: Seconds,
): Promise<readonly ProvenanceChain[]> {
  const last = explanation.last.slice(-mostChains);
  const states = last.length === 0 ? [] : await readStates(store, tip, now);
  return Promise.all(last.map((change) => traceOne(change, explanation.places, states, store)));
}

async function traceOne(
  change: LastChange,
  places: Explanation['places'],
  states: readonly JudgedState[],
  store: ObjectStore,
): Promise<ProvenanceChain> {
  const { attribution, tags } = change;
  const evidence = attribution.evidence;
  const carrier =
    evidence !== undefined && evidence.kind !== 'commit'
      ? evidence
      : tags.find(({ kind }) => kind === 'submission-tag' || kind === 'mergetag');
  const signet = carrier && (await readCarrier(carrier.object, change, store));
  return {
    path: attribution.path,
    links: [
      ...statedLinks(signet),
      ...(carrier === undefined ? [] : [tagLink(carrier.object, signet, change)]),
      commitLink(change),
      stepLink(change),
      keyringLink(change),
      stateLink(change, places, states),
    ],
  };
}

/** The tag that carries the evidence: under its reference, or inside the merge itself. */
async function readCarrier(
  oid: string,
  { commit }: LastChange,
  store: ObjectStore,
): Promise<SignetTag | undefined> {
  const embedded = commit === undefined ? [] : readMergetags(commit, store.format);
  for (const reading of embedded) if (reading.ok && reading.signet.tag.oid === oid) return reading.signet;
  for (const reference of await store.references('refs/tags/signet/')) {
    if (reference.oid !== oid) continue;
    const reading = await readTag(store, reference);
    return reading.ok ? reading.signet : undefined;
  }
  return undefined;
}

function statedLinks(signet: SignetTag | undefined): readonly ProvenanceLink[] {
  const { source, archive } = signet?.statement ?? {};
  return [
    source === undefined
      ? nothing('source', 'nobody has stated a source')
      : {
          kind: 'source',
          object: source.tagId ?? source.commit,
          words: `${source.tag} of ${source.url}, commit ${source.commit}, as the tag states`,
        },
    archive === undefined
      ? nothing('archive', 'nobody has stated an archive')
      : { kind: 'archive', object: undefined, words: `${archive.url} sha256=${archive.sha256}` },
  ];
}

const nothing = (kind: ProvenanceLink['kind'], words: string): ProvenanceLink => ({
  kind,
  object: undefined,
  words,
});

function tagLink(object: string, signet: SignetTag | undefined, { attribution }: LastChange): ProvenanceLink {
  const name = signet === undefined ? 'a tag' : `${signet.tag.name} (${signet.statement.kind})`;
  const signed = attribution.evidence?.object === object ? `, ${signerWords(attribution)}` : '';
  return { kind: 'tag', object, words: `${name}${signed}` };
}

function commitLink({ attribution, commit, step }: LastChange): ProvenanceLink {
  const { evidence } = attribution;
  if (evidence?.kind === 'commit') {
    return { kind: 'commit', object: evidence.object, words: signerWords(attribution) };
  }
  const merged = commit?.parents[1];
  const which = merged === undefined ? 'the step itself' : 'the head of what was merged';
  const why = evidence === undefined ? 'no signature here counts' : 'the tag signed for its content';
  return { kind: 'commit', object: merged ?? step, words: `${which}; ${why}` };
}

const signerWords = ({ contributor, fingerprint }: LastChange['attribution']): string =>
  `signed by ${contributor ?? 'nobody'} with key ${fingerprint ?? 'unknown'}`;

function stepLink({ step, time, act, attribution }: LastChange): ProvenanceLink {
  const when = time === undefined ? '' : ` on ${momentForm.print(time)}`;
  return { kind: 'step', object: step, words: `${act}${when}, ${attributedWords(attribution)}` };
}

function attributedWords({ kind, contributor }: LastChange['attribution']): string {
  if (contributor !== undefined) return `attributed to ${contributor} (${kind})`;
  return kind === 'unsigned'
    ? 'signed by nobody, and nobody has to: the package has no owner'
    : 'signed by nobody who has authority over it';
}

function keyringLink({ keyring, signer }: LastChange): ProvenanceLink {
  if (keyring.digest === noDigest) return nothing('keyring', 'none: an audit with certificates alone');
  const who =
    signer === undefined ? '' : `: ${signer.name} (${signer.id}) is ${[...signer.roles].join(', ')}`;
  return nothing('keyring', `version ${keyring.version} in force, ${keyring.digest}${who}`);
}

/** The earliest state that holds the step and that counts. */
function stateLink(
  { index }: LastChange,
  places: Explanation['places'],
  states: readonly JudgedState[],
): ProvenanceLink {
  for (const { state, judgement } of states.toReversed()) {
    const place = places.get(state.tag.object);
    if (!judgement.ok || place === undefined || place < index) continue;
    const { sequence, expires } = state.statement;
    const words = `${sequence}, signed by ${judgement.signer.id}, good until ${momentForm.print(expires)}`;
    return { kind: 'state', object: state.tag.oid, words };
  }
  return nothing('state', 'no state tag covers it yet');
}
