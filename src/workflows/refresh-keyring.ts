import { armorCertificate } from '../core/openpgp/armor.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { compareCertificates } from '../core/openpgp/growth.ts';
import { minimalCertificate, type MinimalCertificate } from '../core/openpgp/minimal.ts';
import { Fault } from '../core/fault.ts';
import type { Progress } from '../core/ports.ts';
import { finding, type Finding } from '../core/report/report.ts';
import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import { certificatesOf } from '../core/trust/keyring-overview.ts';
import type { Contributor } from '../core/trust/keyring.ts';
import { readOneCertificate } from '../core/trust/one-certificate.ts';
import { certificatePath, type KeyringFiles, type KeyringState } from '../core/trust/keyring-state.ts';
import type { GivenCertificate } from './change-keyring-certificate.ts';
import { addressesOf, certificatesAt } from './find-certificates.ts';
import { unknownPerson } from './change-keyring-people.ts';
import { type KeyringWork, openFiles, type Outcome, refuse } from './change-keyring-draft.ts';

/** A listed certificate and what a newer copy of it brings. */
interface GrownCertificate {
  readonly fingerprint: Fingerprint;
  readonly contributor: string;
  /** Packets: self-signatures, subkeys, user ids, revocations. None: the folder has them all. */
  readonly added: number;
}

export interface Refresh {
  readonly files: KeyringFiles;
  readonly certificates: readonly GrownCertificate[];
  /** Why copies that were looked up were left out. */
  readonly left: readonly Finding[];
}

/**
 * Brings listed certificates up to date with newer copies (`keyring refresh`): a later expiry, new subkeys,
 * revocations. The copies are merged packet by packet, so that an old one takes nothing away; the keyring file and its
 * signatures stay as they are, and nobody has to sign (trust model, section 3, certificates grow by themselves).
 */
export async function refreshKeyring(
  { folder, inForce }: Pick<KeyringWork, 'folder' | 'inForce'>,
  given: readonly GivenCertificate[],
): Promise<Outcome<Refresh>> {
  const files = (await folder.read()) ?? inForce;
  if (files === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring in the folder.'));
  const opened = openFiles(files);
  if (!opened.ok) return opened;
  const { left, ...refresh } = growAll(opened.value, files, given);
  return left.length > 0 ? refuse(...left) : { ok: true, value: { ...refresh, left } };
}

/** Where listed certificates are looked up, and whose; no ids: everybody's. */
export interface RefreshRequest {
  readonly directories: readonly CertificateDirectory[];
  readonly ids: readonly string[];
  /** Copies that were given besides. */
  readonly copies: readonly GivenCertificate[];
}

/**
 * The same with whatever directories have of the listed certificates. Nobody waits at a scheduled run: what can't be
 * reached, and what a directory has that is no growth, is left out and told.
 */
export async function refreshFrom(
  { folder, inForce }: Pick<KeyringWork, 'folder' | 'inForce'>,
  { directories, ids, copies }: RefreshRequest,
  progress: Progress,
): Promise<Outcome<Refresh>> {
  const files = (await folder.read()) ?? inForce;
  if (files === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring in the folder.'));
  const opened = openFiles(files);
  if (!opened.ok) return opened;
  const { contributors } = opened.value.keyring;
  const stranger = ids.find((id) => !contributors.has(id));
  if (stranger !== undefined) return refuse(unknownPerson(stranger, opened.value.keyring));
  const people = [...contributors.values()].filter(({ id }) => ids.length === 0 || ids.includes(id));
  const questions = directories.flatMap((directory) =>
    people.flatMap((one) => queriesFor(directory, one, opened.value).map((query) => ({ directory, query }))),
  );
  progress.stage('Looking certificates up', questions.length);
  const given = [...copies];
  const left: Finding[] = [];
  for (let at = 0; at < questions.length; at += askedAtOnce) {
    const some = questions.slice(at, at + askedAtOnce);
    const answers = await Promise.all(some.map(({ directory, query }) => ask(directory, query)));
    for (const answer of answers) {
      if ('code' in answer) left.push(answer);
      else
        given.push(
          ...answer
            .filter(({ parts }) => opened.value.certificates.has(parts.fingerprint))
            .map((one) => one.given),
        );
    }
    progress.advance(some.length);
  }
  progress.end();
  const refresh = growAll(opened.value, files, given);
  return { ok: true, value: { ...refresh, left: [...left, ...refresh.left] } };
}

/** Polite to a server, and still quick for thousands. */
const askedAtOnce = 6;

/** What a directory can be asked about a person. */
function queriesFor(
  { name }: CertificateDirectory,
  person: Contributor,
  state: KeyringState,
): readonly string[] {
  if (name === 'github') return person.github === undefined ? [] : [person.github];
  if (name !== 'wkd') return person.fingerprints;
  const userIds = certificatesOf(person, state.certificates).flatMap((one) => one.userIds);
  return [...new Set(addressesOf(userIds))];
}

async function ask(
  directory: CertificateDirectory,
  query: string,
): Promise<Awaited<ReturnType<typeof certificatesAt>>> {
  try {
    return await certificatesAt(directory, query);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return finding('keyring.directory-unreachable', { reference: query }, error.message, {
      mend: error.mend,
    });
  }
}

function growAll(listed: KeyringState, files: KeyringFiles, given: readonly GivenCertificate[]): Refresh {
  const certificates = new Map(files.certificates);
  const grown = new Map<Fingerprint, GrownCertificate>();
  const left: Finding[] = [];
  for (const one of given) {
    const growth = grow(listed, certificates, one);
    if (!growth.ok) {
      left.push(...growth.findings);
      continue;
    }
    const { fingerprint, file, added, contributor } = growth.value;
    if (added > 0) certificates.set(fingerprint, file);
    grown.set(fingerprint, { fingerprint, contributor, added: added + (grown.get(fingerprint)?.added ?? 0) });
  }
  return { files: { ...files, certificates }, certificates: [...grown.values()], left };
}

function grow(
  listed: KeyringState,
  standing: ReadonlyMap<Fingerprint, Uint8Array>,
  { source, data }: GivenCertificate,
): Outcome<GrownCertificate & { readonly file: Uint8Array }> {
  const place = { file: source };
  const newer = readOneCertificate(data, place, listed.keyring.policy['sha1-bindings']);
  if ('code' in newer) return refuse(newer);
  const { fingerprint } = newer;
  const [holder, before] = [listed.holderOf(fingerprint), standing.get(fingerprint)];
  if (holder === undefined || before === undefined) {
    const message = `${source}: the keyring file lists certificate ${fingerprint} with nobody.`;
    const mend = 'A further certificate is a change that admins sign: opam-signet keyring add.';
    return refuse(finding('keyring.certificate-file', place, message, { mend }));
  }
  const merged = merge(before, data);
  if (!merged.ok) return refuse(finding('keyring.certificate-file', place, `${source}: ${merged.message}`));
  const file = new TextEncoder().encode(armorCertificate(merged.certificate));
  const { relation, added } = compareCertificates(before, file);
  if (relation !== 'same' && relation !== 'grown') {
    const path = certificatePath(fingerprint);
    const message = `${path} holds packets that its own key did not sign; a newer copy can't take their place.`;
    return refuse(finding('keyring.certificate-shrunk', { path }, message));
  }
  return { ok: true, value: { fingerprint, contributor: holder.id, added, file } };
}

/** Both copies of a certificate as one file; the first where they can't be brought together. */
export function mergeCopies(one: Uint8Array, other: Uint8Array): Uint8Array {
  const merged = merge(one, other);
  return merged.ok ? new TextEncoder().encode(armorCertificate(merged.certificate)) : one;
}

/** Both copies as one certificate: packets of the same primary key are brought together when they are read. */
function merge(one: Uint8Array, other: Uint8Array): MinimalCertificate {
  const [old, newer] = [minimalCertificate(one), minimalCertificate(other)];
  if (!old.ok) return old;
  if (!newer.ok) return newer;
  return minimalCertificate(new Uint8Array(Buffer.concat([old.certificate, newer.certificate])));
}
