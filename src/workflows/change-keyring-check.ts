import type { CertificateFacts } from '../core/openpgp/certificate.ts';
import type { Seconds } from '../core/ports.ts';
import { conclude, finding, settle, type Finding, type Report } from '../core/report/report.ts';
import { hasExpired } from '../core/trust/authority.ts';
import { readOneCertificate } from '../core/trust/one-certificate.ts';
import { type CertificateLookup, certificatesOf } from '../core/trust/keyring-overview.ts';
import { printMoment } from '../core/trust/keyring-rules.ts';
import { printKeyring } from '../core/trust/keyring-print.ts';
import type { Contributor, Keyring } from '../core/trust/keyring.ts';
import {
  certificatePath,
  type KeyringAtHand,
  keyringPath,
  type KeyringState,
} from '../core/trust/keyring-state.ts';
import { certificateFacts, type FactsRequest } from './certificate-facts.ts';
import { standings, usableKeys } from './change-keyring-certificate.ts';
import { addressesOf } from './find-certificates.ts';
import { findPredecessor, openFiles, type KeyringWork } from './change-keyring-draft.ts';
import { missing, predecessorMissing } from './change-keyring-sign.ts';

/**
 * What is wrong, or soon will be, with the keyring in the folder (`keyring check`): its form, its signatures, keys
 * that can't sign, and everything that expires within `soon` seconds. Without the version before, the signatures of
 * its admins are not shown. `more` is what was found elsewhere.
 */
export async function checkKeyring(
  work: KeyringWork,
  soon: Seconds,
  more: readonly Finding[] = [],
  request: FactsRequest = {},
): Promise<Report> {
  return checkReport([...(await findingsIn(work, soon, request)), ...more], work.now);
}

/** What `keyring check` reports of what it found. */
export function checkReport(findings: readonly Finding[], now: Seconds): Report {
  const proven = findings.every(({ code }) => code !== 'keyring.predecessor-missing');
  const claim = settle(
    'keyring',
    'The keyring can be read whole and has the signatures that it needs.',
    proven,
    findings,
  );
  const [required, claims] = [[claim.id], [claim]];
  return { verb: 'keyring check', conclusion: conclude(required, claims), required, claims, findings, now };
}

async function findingsIn(
  work: KeyringWork,
  soon: Seconds,
  request: FactsRequest,
): Promise<readonly Finding[]> {
  const files = (await work.folder.read()) ?? work.inForce;
  if (files === undefined) return [finding('keyring.missing', {}, 'There is no keyring in the folder.')];
  const opened = openFiles(files);
  if (!opened.ok) return opened.findings;
  const state = opened.value;
  const everybody = [...state.keyring.contributors.values()];
  const wanted = everybody.flatMap(({ fingerprints }) => fingerprints);
  const certificates = await certificateFacts(state, wanted, request);
  return [
    ...(await signatureFindings(work)),
    ...canonicalForm(state),
    ...expiry(state, work.now, soon),
    ...quorum(state.keyring, certificates, work.now),
    ...samePeople(everybody, certificates),
    ...unusable(state, certificates),
    ...everybody.flatMap((one) => weaknesses(one, certificates)),
    ...everybody.flatMap((one) => keyFindings(one, certificates, work.now, soon)),
  ];
}

/** A version that is in force needs no more signatures; it has been accepted with those it has. */
async function signatureFindings(work: KeyringWork): Promise<readonly Finding[]> {
  const found = await findPredecessor(work);
  if (!found.ok)
    return found.findings.filter(
      ({ code }) => code !== 'keyring.nothing-changed' && code !== 'keyring.missing',
    );
  const { state, base } = found.value;
  const unknown = base === undefined && state.keyring.version > 1 ? [predecessorMissing(state)] : [];
  return [...unknown, ...(await missing(found.value, work.now))];
}

function canonicalForm({ keyring, files }: KeyringState): readonly Finding[] {
  const canonical = printKeyring(keyring);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(files.toml);
  if (text === canonical) return [];
  const lines = text.split('\n');
  const first = canonical.split('\n').findIndex((one, index) => one !== lines[index]);
  const line = first === -1 ? lines.length : first + 1;
  const message = `${keyringPath} says the same as its canonical form in other words, from line ${line} on.`;
  return [finding('keyring.not-canonical', { path: keyringPath, line }, message)];
}

function expiry({ keyring }: KeyringState, now: Seconds, soon: Seconds): readonly Finding[] {
  const { version, expires } = keyring;
  const when = printMoment(expires);
  if (hasExpired(keyring, now)) {
    return [
      finding(
        'keyring.expired',
        { path: keyringPath },
        `Version ${version} of the keyring file expired on ${when}.`,
      ),
    ];
  }
  if (!hasExpired(keyring, now + soon)) return [];
  return [
    finding(
      'keyring.expires-soon',
      { path: keyringPath },
      `Version ${version} of the keyring file expires on ${when}.`,
    ),
  ];
}

/** Certificates that can't be evaluated: what is not used is told where somebody looks. */
const unusable = ({ files, keyring }: KeyringAtHand, certificates: CertificateLookup): readonly Finding[] =>
  [...files.certificates].flatMap(([fingerprint, file]) => {
    if (certificates.find(fingerprint) !== undefined) return [];
    const reading = readOneCertificate(
      file,
      { path: certificatePath(fingerprint) },
      keyring.policy['sha1-bindings'],
    );
    return 'code' in reading ? [reading] : [];
  });

/** One person counts once towards a threshold. Nothing but the address hints at somebody who is listed twice. */
function samePeople(everybody: readonly Contributor[], certificates: CertificateLookup): readonly Finding[] {
  const holders = new Map<string, string>();
  const findings: Finding[] = [];
  for (const contributor of everybody) {
    const userIds = certificatesOf(contributor, certificates).flatMap((one) => one.userIds);
    for (const address of new Set(addressesOf(userIds))) {
      const other = holders.get(address);
      holders.set(address, contributor.id);
      if (other === undefined) continue;
      const message = `${other} and ${contributor.id} both have certificates of ${address}.`;
      findings.push(
        finding('keyring.same-person', { path: keyringPath, reference: contributor.id }, message),
      );
    }
  }
  return findings;
}

/** Weak keys, and self-signatures made with SHA-1 (trust model, section 2.6). */
function weaknesses(contributor: Contributor, certificates: CertificateLookup): readonly Finding[] {
  return certificatesOf(contributor, certificates).flatMap(({ fingerprint, keys, problems }) => {
    const weak = keys.filter(({ weakness }) => weakness !== undefined);
    const reasons = [
      ...weak.map((key) => `key ${key.fingerprint}: ${key.weakness ?? ''}`),
      ...problems.filter(({ code }) => code === 'self-signature.sha1').map(({ message }) => message),
    ];
    if (reasons.length === 0) return [];
    const message = `Certificate ${fingerprint} of ${contributor.id} is weak: ${reasons.join('; ')}`;
    return [finding('keyring.weak-key', { path: certificatePath(fingerprint) }, message)];
  });
}

/** Whether enough admins can sign the next version, and whether the loss of one would matter. */
function quorum(
  { threshold, contributors }: Keyring,
  certificates: CertificateLookup,
  now: Seconds,
): readonly Finding[] {
  const admins = [...contributors.values()].filter(({ roles }) => roles.has('admin'));
  const able = admins.filter((one) =>
    certificatesOf(one, certificates).some((certificate) => usableKeys(certificate, now).length > 0),
  );
  if (able.length > threshold) return [];
  const who = able.length === 0 ? 'none' : able.map(({ id }) => id).join(', ');
  const message = `A change needs ${threshold} admins; those with a key that may sign now: ${who}.`;
  return [
    finding(
      able.length < threshold ? 'keyring.no-quorum' : 'keyring.thin-quorum',
      { path: keyringPath },
      message,
    ),
  ];
}

function keyFindings(
  contributor: Contributor,
  lookup: CertificateLookup,
  now: Seconds,
  soon: Seconds,
): readonly Finding[] {
  const certificates = certificatesOf(contributor, lookup);
  const able = certificates.filter((certificate) => usableKeys(certificate, now).length > 0);
  if (able.length === 0) {
    const why = certificates.map((certificate) => standings(certificate, now)).join('; ');
    const [first] = contributor.fingerprints;
    const place = { path: first === undefined ? keyringPath : certificatePath(first) };
    const message = `${contributor.id} has no key that may sign now: ${why}.`;
    return [finding('keyring.no-signing-key', place, message, { severity: 'warning' })];
  }
  const lasting = able.filter((certificate) => usableKeys(certificate, now + soon).length > 0);
  return lasting.length > 0 ? [] : able.map((certificate) => expiringFinding(contributor, certificate, now));
}

function expiringFinding({ id }: Contributor, certificate: CertificateFacts, now: Seconds): Finding {
  const ends = usableKeys(certificate, now).flatMap((key) => key.signing.map(({ until }) => until));
  const { fingerprint } = certificate;
  const message = `The last key of ${id} in certificate ${fingerprint} may sign until ${printMoment(Math.max(...ends))}.`;
  return finding('keyring.certificate-expires-soon', { path: certificatePath(fingerprint) }, message);
}
