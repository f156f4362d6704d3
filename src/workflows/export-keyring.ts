import { armorCertificate } from '../core/openpgp/armor.ts';
import { minimalCertificate } from '../core/openpgp/minimal.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { finding } from '../core/report/report.ts';
import { printSequoiaPolicy } from '../core/trust/foreign-keyring.ts';
import type { Contributor } from '../core/trust/keyring.ts';
import { certificatePath, type KeyringFiles, type KeyringState } from '../core/trust/keyring-state.ts';
import type { Role } from '../core/trust/policy.ts';
import { openFiles, type Outcome, refuse } from './change-keyring-draft.ts';
import { unknownPerson } from './change-keyring-people.ts';

export interface ExportRequest {
  /** Armor for `gpg --import`, sq and people; binary for `gpgv`; the words of opam's `repository add`; sq-git's policy. */
  readonly form: 'armor' | 'binary' | 'anchor' | 'sq-git';
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
  if (form === 'sq-git') return sequoiaPolicyOf(chosen, files);
  const joined = joinCertificates(fingerprints, files);
  if (!joined.ok) return joined;
  return { ok: true, value: form === 'binary' ? joined.value : armorCertificate(joined.value) };
}

/** Several certificates one after the other, with nothing in them that their own keys did not sign. */
function joinCertificates(fingerprints: readonly Fingerprint[], files: KeyringFiles): Outcome<Uint8Array> {
  const binary: Uint8Array[] = [];
  for (const fingerprint of fingerprints) {
    const minimal = minimalCertificate(files.certificates.get(fingerprint) ?? new Uint8Array(0));
    const path = certificatePath(fingerprint);
    if (!minimal.ok)
      return refuse(finding('keyring.certificate-file', { path }, `${path}: ${minimal.message}`));
    binary.push(minimal.certificate);
  }
  return { ok: true, value: new Uint8Array(Buffer.concat(binary)) };
}

/**
 * The policy file of sq-git. It knows no packages and no thresholds: contributors may sign tags and archives,
 * maintainers any commit, and nobody may change the policy, since one person alone could.
 */
function sequoiaPolicyOf(people: readonly Contributor[], files: KeyringFiles): Outcome<string> {
  const entries: Parameters<typeof printSequoiaPolicy>[0][number][] = [];
  for (const { id, roles, fingerprints } of people) {
    const joined = joinCertificates(fingerprints, files);
    if (!joined.ok) return joined;
    const rights = [
      ...(roles.has('maintainer') ? ['sign_commit'] : []),
      ...(roles.has('maintainer') || roles.has('contributor') ? ['sign_tag', 'sign_archive'] : []),
    ];
    entries.push({ name: id, rights, keyring: armorCertificate(joined.value) });
  }
  return { ok: true, value: printSequoiaPolicy(entries) };
}

/** Quorum and fingerprints of the admins, as `opam repository add NAME ADDRESS` takes them. */
function anchorWords({ keyring }: KeyringState): string {
  const admins = [...keyring.contributors.values()].filter(({ roles }) => roles.has('admin'));
  return `${[keyring.threshold, ...admins.flatMap(({ fingerprints }) => fingerprints).sort()].join(' ')}\n`;
}
