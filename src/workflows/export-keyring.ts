import { armorCertificate } from '../core/openpgp/armor.ts';
import { minimalCertificate } from '../core/openpgp/minimal.ts';
import { finding } from '../core/report/report.ts';
import { certificatePath, type KeyringFiles, type KeyringState } from '../core/trust/keyring-state.ts';
import type { Role } from '../core/trust/policy.ts';
import { openFiles, type Outcome, refuse } from './change-keyring-draft.ts';
import { unknownPerson } from './change-keyring-people.ts';

export interface ExportRequest {
  /** Armor for `gpg --import`, sq and people; binary for `gpgv`; the words of opam's `repository add`. */
  readonly form: 'armor' | 'binary' | 'anchor';
  /** Contributors with one of these roles; none named: everybody. */
  readonly roles: readonly Role[];
  /** Contributors by id; none named: everybody. */
  readonly ids: readonly string[];
}

/**
 * A keyring in a form that other programs read (`keyring export`). Whether it is to be trusted is not said, and who
 * may do what is lost on the way: gpg and sq know keys, not rights.
 */
export function exportKeyring(
  files: KeyringFiles,
  { form, roles, ids }: ExportRequest,
): Outcome<string | Uint8Array> {
  const opened = openFiles(files);
  if (!opened.ok) return opened;
  const { keyring } = opened.value;
  const stranger = ids.find((id) => !keyring.contributors.has(id));
  if (stranger !== undefined) return refuse(unknownPerson(stranger, keyring));
  if (form === 'anchor') return { ok: true, value: anchorWords(opened.value) };
  const chosen = [...keyring.contributors.values()].filter(
    (one) =>
      (ids.length === 0 || ids.includes(one.id)) &&
      (roles.length === 0 || roles.some((role) => one.roles.has(role))),
  );
  const fingerprints = chosen.flatMap((one) => one.fingerprints).sort();
  if (fingerprints.length === 0) {
    return refuse(
      finding('keyring.no-contributor', {}, 'No contributor of the keyring file has such a role.'),
    );
  }
  const binary: Uint8Array[] = [];
  for (const fingerprint of fingerprints) {
    const minimal = minimalCertificate(files.certificates.get(fingerprint) ?? new Uint8Array(0));
    const path = certificatePath(fingerprint);
    if (!minimal.ok)
      return refuse(finding('keyring.certificate-file', { path }, `${path}: ${minimal.message}`));
    binary.push(minimal.certificate);
  }
  const joined = new Uint8Array(Buffer.concat(binary));
  return { ok: true, value: form === 'binary' ? joined : armorCertificate(joined) };
}

/** Quorum and fingerprints of the admins, as `opam repository add NAME ADDRESS` takes them. */
function anchorWords({ keyring }: KeyringState): string {
  const admins = [...keyring.contributors.values()].filter(({ roles }) => roles.has('admin'));
  return `${[keyring.threshold, ...admins.flatMap(({ fingerprints }) => fingerprints).sort()].join(' ')}\n`;
}
