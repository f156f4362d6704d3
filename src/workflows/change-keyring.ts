import type { Fingerprint } from '../core/openpgp/certificate.ts';
import type { Seconds } from '../core/ports.ts';
import { finding } from '../core/report/report.ts';
import type { Contributor, KeyringContent } from '../core/trust/keyring.ts';
import { keyringPath, type KeyringFolder } from '../core/trust/keyring-state.ts';
import type { Policy, Role } from '../core/trust/policy.ts';
import {
  acceptCertificates,
  nameIn,
  withCertificates,
  type AcceptedCertificate,
  type GivenCertificate,
} from './change-keyring-certificate.ts';
import {
  printAndOpen,
  proposed,
  proposeEdit,
  refuse,
  type KeyringWork,
  type Outcome,
  type Proposal,
} from './change-keyring-draft.ts';

/** A person to be added to the keyring, or what an existing one is given in addition. */
export interface ContributorRequest {
  readonly id: string;
  /** Left out for somebody who is in the keyring already; otherwise the name in the certificate. */
  readonly name?: string;
  readonly github?: string;
  readonly roles: readonly Role[];
  readonly packages: readonly string[];
  readonly certificates: readonly GivenCertificate[];
}

export interface FirstKeyringRequest {
  /** The repository's id. */
  readonly repository: string;
  readonly threshold: number;
  /** Each becomes an admin, beside the roles that are asked for. */
  readonly admins: readonly ContributorRequest[];
  /** The weakest settings where nothing is said: signing is then offered, and required of nobody. */
  readonly policy: Partial<Policy>;
  /** A year from now if left out. */
  readonly expires?: Seconds;
}

const year: Seconds = 365 * 24 * 60 * 60;

const weakestPolicy: Policy = {
  'new-packages': 'claim',
  unsigned: 'allow',
  merges: 'any',
  'source-tag': 'report',
  'sha1-bindings': 'note',
};

/** Proposes version 1 (`keyring init`). Refused where a keyring stands, in the folder or in force. */
export async function proposeFirst(
  work: KeyringWork,
  request: FirstKeyringRequest,
): Promise<Outcome<Proposal>> {
  const { folder, inForce, now } = work;
  if (inForce !== undefined || (await folder.read()) !== undefined) {
    return refuse(finding('keyring.exists', { path: keyringPath }, 'A keyring stands here already.'));
  }
  const policy = { ...weakestPolicy, ...request.policy };
  let content: KeyringContent = {
    repository: request.repository,
    version: 1,
    previous: 'none',
    created: now,
    expires: request.expires ?? now + year,
    threshold: request.threshold,
    policy,
    contributors: new Map(),
    packages: new Map(),
    compromised: [],
    reattested: [],
  };
  let certificates: ReadonlyMap<Fingerprint, Uint8Array> = new Map();
  for (const admin of request.admins) {
    const accepted = acceptCertificates(admin.certificates, policy, now);
    if (!accepted.ok) return accepted;
    const roles = [...new Set([...admin.roles, 'admin' as const])];
    const joined = join(content, { ...admin, roles }, accepted.value);
    if (!joined.ok) return joined;
    content = joined.value;
    certificates = withCertificates(certificates, accepted.value);
  }
  const opened = printAndOpen({ content, certificates });
  return opened.ok ? proposed(opened.value, undefined, []) : opened;
}

/** Proposes a version with a further contributor, or with more for one who is there (`keyring add`). */
export function proposeContributor(
  work: KeyringWork,
  request: ContributorRequest,
): Promise<Outcome<Proposal>> {
  return proposeEdit(work, ({ keyring, files }) => {
    const accepted = acceptCertificates(request.certificates, keyring.policy, work.now);
    if (!accepted.ok) return accepted;
    const content = join(keyring, request, accepted.value);
    if (!content.ok) return content;
    const certificates = withCertificates(files.certificates, accepted.value);
    return { ok: true, value: { content: content.value, certificates } };
  });
}

/** Rules of the keyring to be changed; what is left out stays. */
export interface RulesRequest {
  readonly policy: Partial<Policy>;
  readonly threshold?: number;
  /** An expired keyring can be changed in this alone. */
  readonly expires?: Seconds;
}

/** Proposes a version with other rules or a later end (`keyring policy`). */
export function proposeRules(work: KeyringWork, request: RulesRequest): Promise<Outcome<Proposal>> {
  return proposeEdit(work, ({ keyring, files }) => {
    const { threshold = keyring.threshold, expires = keyring.expires } = request;
    const content = { ...keyring, threshold, expires, policy: { ...keyring.policy, ...request.policy } };
    return { ok: true, value: { content, certificates: files.certificates } };
  });
}

/** Writes a proposal that somebody has said yes to. */
export const writeProposal = (folder: KeyringFolder, { state }: Proposal): Promise<void> =>
  folder.write(state.files);

/** Adds a person to a keyring, or what is new to an existing one. */
export function join(
  content: KeyringContent,
  request: ContributorRequest,
  accepted: readonly AcceptedCertificate[],
): Outcome<KeyringContent> {
  const { id, name, github } = request;
  const standing = content.contributors.get(id);
  if (standing !== undefined && name !== undefined && name !== standing.name) {
    const message = `The id ${id} belongs to ${standing.name}, not to ${name}.`;
    return refuse(finding('keyring.contributor-exists', { reference: id }, message));
  }
  const [first] = accepted;
  const roles = new Set([...(standing?.roles ?? []), ...request.roles]);
  const contributor: Contributor = {
    id,
    name: standing?.name ?? name ?? (first === undefined ? undefined : nameIn(first.certificate)) ?? id,
    roles: roles.size === 0 ? new Set(['contributor']) : roles,
    packages: merged(standing?.packages, request.packages),
    fingerprints: merged(
      standing?.fingerprints,
      accepted.map(({ certificate }) => certificate.fingerprint),
    ),
  };
  const account = github ?? standing?.github;
  const entry = account === undefined ? contributor : { ...contributor, github: account };
  return { ok: true, value: { ...content, contributors: new Map([...content.contributors, [id, entry]]) } };
}

const merged = <Element>(
  standing: readonly Element[] = [],
  added: readonly Element[],
): readonly Element[] => [...new Set([...standing, ...added])];
