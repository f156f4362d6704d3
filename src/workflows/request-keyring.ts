import { CommitGraph } from '../core/chain/graph.ts';
import { printRequest, requestedCertificates } from '../core/chain/keyring-request.ts';
import { readWouldBeMerge } from '../core/chain/step.ts';
import type { Identity } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds, Signer } from '../core/ports.ts';
import { finding } from '../core/report/report.ts';
import type { KeyringFiles } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import { proposeContributor, type ContributorRequest } from './change-keyring.ts';
import type { GivenCertificate } from './change-keyring-certificate.ts';
import { openFiles, refuse, type Outcome, type Proposal } from './change-keyring-draft.ts';
import { commitKeyring } from './commit-keyring.ts';

/** Where somebody asks to be added, and what stands there. */
export interface RequestPlace {
  readonly store: ObjectStore;
  /** The commit whose keyring is in force. */
  readonly base: Oid;
  readonly inForce: KeyringFiles;
  readonly now: Seconds;
}

/** What somebody asks for. They get no role but that of a contributor by it. */
export interface JoinRequest {
  readonly id: string;
  readonly name?: string;
  readonly github?: string;
  readonly packages: readonly string[];
}

/** Proposes the version that a request would bring (`keyring request`). Nothing is signed or written. */
export async function proposeRequest(
  { inForce, now }: RequestPlace,
  request: JoinRequest,
  signer: Signer,
): Promise<Outcome<Proposal>> {
  const opened = openFiles(inForce);
  if (!opened.ok) return opened;
  if (opened.value.keyring.contributors.has(request.id)) {
    const message = `The keyring has a contributor ${request.id} already.`;
    const mend = 'Choose another id; or, if it is you, send a new certificate to an admin.';
    return refuse(finding('keyring.contributor-exists', { reference: request.id }, message, { mend }));
  }
  const own = { source: signer.description, data: await signer.certificate() };
  const folder = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };
  return proposeContributor(
    { folder, inForce, now },
    { ...request, roles: ['contributor'], certificates: [own] },
  );
}

/** Stores the commit by which its signer asks for it, and proves to hold the secret key (trust model, section 3.10). */
export async function commitRequest(
  { store, base, inForce }: RequestPlace,
  request: JoinRequest,
  { state }: Proposal,
  identity: Identity,
  signer: Signer,
): Promise<Oid> {
  const [fingerprint] = state.keyring.contributors.get(request.id)?.fingerprints ?? [];
  if (fingerprint === undefined) throw new Error('A proposal without the contributor who asks for it.');
  const message = printRequest({
    repository: state.keyring.repository,
    contributor: request.id,
    fingerprint,
    account: request.github,
  });
  return commitKeyring(store, { base, inForce, files: state.files, identity, message }, signer);
}

/**
 * What an admin adds for a request that lies on a branch (`keyring add ID --request REF`): the person and the
 * certificate, as a contributor. Refused unless whoever asks has shown to hold the secret key.
 */
export async function readRequested(
  { store, base, inForce, now }: RequestPlace,
  head: Oid,
  id: string,
): Promise<Outcome<ContributorRequest>> {
  const [before, after] = [openFiles(inForce), await loadKeyring(store, head)];
  if (!before.ok) return before;
  if (!after.ok) return after;
  const graph = await CommitGraph.load(store, [base, head]);
  graph.follow([base]);
  const reading = await readWouldBeMerge(store, graph, base, head);
  if (reading.kind === 'refused') return refuse(reading.finding);
  const at = { now, time: now, trust: before.value, tip: before.value, reattested: false };
  const requested = await requestedCertificates(reading.step, before.value, after.state, at);
  const asked = requested.filter(({ contributor, signedIn }) => contributor === id && signedIn !== undefined);
  const person = after.state.keyring.contributors.get(id);
  if (person === undefined || asked.length === 0) {
    const message = `${head} holds no request for ${id} that the certificate of ${id} has signed.`;
    return refuse(finding('request.unproven', { object: head, reference: id }, message));
  }
  const files = asked.flatMap(({ fingerprint }) => after.state.certificateFiles.get(fingerprint) ?? []);
  const certificates: GivenCertificate[] = [];
  for (const file of files) certificates.push({ source: `the request ${head}`, data: await file.read() });
  const { name, github, packages } = person;
  const optional = github === undefined ? {} : { github };
  return { ok: true, value: { id, name, packages, roles: ['contributor'], certificates, ...optional } };
}
