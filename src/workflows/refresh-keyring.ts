import { armorCertificate } from '../core/openpgp/armor.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { compareCertificates } from '../core/openpgp/growth.ts';
import { minimalCertificate, type MinimalCertificate } from '../core/openpgp/minimal.ts';
import { finding } from '../core/report/report.ts';
import { readOneCertificate } from '../core/trust/one-certificate.ts';
import { certificatePath, type KeyringFiles, type KeyringState } from '../core/trust/keyring-state.ts';
import type { GivenCertificate } from './change-keyring-certificate.ts';
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
  const certificates = new Map(files.certificates);
  const grown: GrownCertificate[] = [];
  for (const one of given) {
    const growth = grow(opened.value, certificates, one);
    if (!growth.ok) return growth;
    const { fingerprint, file } = growth.value;
    if (growth.value.added > 0) certificates.set(fingerprint, file);
    grown.push(growth.value);
  }
  return { ok: true, value: { files: { ...files, certificates }, certificates: grown } };
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

/** Both copies as one certificate: packets of the same primary key are brought together when they are read. */
function merge(one: Uint8Array, other: Uint8Array): MinimalCertificate {
  const [old, newer] = [minimalCertificate(one), minimalCertificate(other)];
  if (!old.ok) return old;
  if (!newer.ok) return newer;
  return minimalCertificate(new Uint8Array(Buffer.concat([old.certificate, newer.certificate])));
}
