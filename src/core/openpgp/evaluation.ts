import type { Seconds } from '../ports.ts';
import type { AuthenticatedCertificate, AuthenticatedUserId } from './authenticated.ts';
import type {
  Certificate,
  CertificateKey,
  CertificateProblem,
  Revocation,
  Sha1Bindings,
} from './certificate.ts';
import type { KeyPacket } from './key-packet.ts';
import { statementsOf, type Words } from './primary-statements.ts';
import { flagsSigning, type SelfSignature } from './self-signature.ts';
import { expiryOf, type SignaturePacket } from './signature-packet.ts';
import { before, intersection, validityOf, type Statement } from './validity.ts';

/**
 * Takes everything that a certificate's self-signatures say together (trust model, section 2.4). The result does not
 * depend on the order of packets, nor on when it is asked for.
 */
export function evaluate(authenticated: AuthenticatedCertificate, sha1Bindings: Sha1Bindings): Certificate {
  const accepted = ({ sha1, revokes }: SelfSignature): boolean => revokes || !sha1 || sha1Bindings === 'note';
  const { direct, userIds, subkeys } = authenticated;
  const certifications = userIds.flatMap(({ signatures }) => signatures.filter(({ revokes }) => !revokes));
  const primary = evaluatePrimary(
    authenticated.primary,
    direct.filter(accepted),
    certifications.filter(accepted),
  );
  return {
    fingerprint: primary.fingerprint,
    userIds: userIds.filter((userId) => isCurrent(userId, accepted)).map(nameOf),
    keys: [
      primary,
      ...subkeys.map(({ key, signatures }) => evaluateSubkey(key, signatures.filter(accepted), primary)),
    ],
    problems: problemsOf(authenticated, sha1Bindings),
  };
}

/** Direct-key signatures and certifications of user ids, revoked ones too, are all the owner's word about the primary key. */
function evaluatePrimary(
  key: KeyPacket,
  direct: readonly SelfSignature[],
  certifications: readonly SelfSignature[],
): CertificateKey {
  const given = direct.filter(({ revokes }) => !revokes);
  const wordsOf = (signatures: readonly SelfSignature[]): readonly Words[] =>
    signatures.map(({ signature }) => ({
      made: signature.created,
      ends: expiryOf(signature),
      keyEnds: keyEndIn(signature, key),
      maySign: signature.hashed.keyFlags === undefined ? undefined : flagsSigning(signature),
    }));
  return limited({
    ...publicPartOf(key),
    ...validityOf(key.created, statementsOf(wordsOf(given), wordsOf(certifications))),
    primary: true,
    bound: given.length + certifications.length > 0,
    weakness: key.weakness,
    ...revocationsOf(direct),
  });
}

/** A subkey is never better than its primary key: not longer valid, not stronger, not less revoked. */
function evaluateSubkey(
  key: KeyPacket,
  signatures: readonly SelfSignature[],
  primary: CertificateKey,
): CertificateKey {
  const given = signatures.filter(({ revokes }) => !revokes);
  const validity = validityOf(
    key.created,
    given.map((one) => statementOf(one, key)),
  );
  const own = revocationsOf(signatures);
  return limited({
    ...publicPartOf(key),
    unexpired: intersection(validity.unexpired, primary.unexpired),
    signing: intersection(validity.signing, primary.unexpired),
    primary: false,
    bound: primary.bound && given.some(({ consent }) => consent),
    weakness: key.weakness ?? (primary.weakness && `its primary key is weak: ${primary.weakness}`),
    hardRevocation: earlier(own.hardRevocation, primary.hardRevocation),
    softRevocation: earlier(own.softRevocation, primary.softRevocation),
  });
}

/** Revocations have the last word: a soft one ends signing at its time, a hard one leaves nothing of it. */
function limited(key: CertificateKey): CertificateKey {
  if (key.hardRevocation !== undefined) return { ...key, signing: [] };
  return key.softRevocation === undefined
    ? key
    : { ...key, signing: before(key.signing, key.softRevocation.at) };
}

function publicPartOf(key: KeyPacket) {
  const { version, fingerprint, keyId, created, algorithmId, publicKey, label } = key;
  const supported = publicKey !== undefined;
  return { version, fingerprint, keyId, created, algorithmId, publicKey, supported, algorithm: label };
}

/** What a binding says of its subkey. */
function statementOf({ signature, consent, consentEnds }: SelfSignature, key: KeyPacket): Statement {
  return {
    made: signature.created,
    expires: Math.min(keyEndIn(signature, key) ?? Infinity, expiryOf(signature), consentEnds),
    maySign: flagsSigning(signature) && consent,
  };
}

/** When the key expires, Infinity if never; undefined if the signature does not speak of it. */
function keyEndIn({ hashed: { keyExpiry } }: SignaturePacket, key: KeyPacket): Seconds | undefined {
  if (keyExpiry === undefined) return undefined;
  return keyExpiry === 0 ? Infinity : key.created + keyExpiry;
}

/** Reasons that say no more than "not in use any longer" (RFC 9580, section 5.2.3.31). All others are hard. */
const softReasons: ReadonlySet<number | undefined> = new Set([1, 3]);

const reasonNames: ReadonlyMap<number | undefined, string> = new Map([
  [undefined, 'no reason given'],
  [0, 'no reason given'],
  [1, 'superseded'],
  [2, 'compromised'],
  [3, 'retired'],
]);

function revocationsOf(
  signatures: readonly SelfSignature[],
): Pick<CertificateKey, 'hardRevocation' | 'softRevocation'> {
  let hardRevocation: Revocation | undefined;
  let softRevocation: Revocation | undefined;
  for (const { signature } of signatures.filter(({ revokes }) => revokes)) {
    const code = signature.hashed.revocationReason?.code;
    const revocation = {
      at: signature.created,
      reason: reasonNames.get(code) ?? `reason number ${code ?? 'none'}`,
    };
    if (softReasons.has(code)) softRevocation = earlier(softRevocation, revocation);
    else hardRevocation = earlier(hardRevocation, revocation);
  }
  return { hardRevocation, softRevocation };
}

/** The earlier of two; of two at the same second the one whose reason comes first, so that order does not matter. */
function earlier(one: Revocation | undefined, other: Revocation | undefined): Revocation | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.at !== other.at) return one.at < other.at ? one : other;
  return one.reason <= other.reason ? one : other;
}

/** A user id counts as the owner's if they certified it after they last revoked it, if ever. */
function isCurrent(
  { signatures }: AuthenticatedUserId,
  accepted: (signature: SelfSignature) => boolean,
): boolean {
  const newest = (revokes: boolean): Seconds =>
    Math.max(
      ...signatures
        .filter((one) => one.revokes === revokes && accepted(one))
        .map((one) => one.signature.created),
    );
  return newest(false) > newest(true);
}

const nameOf = ({ packet }: AuthenticatedUserId): string => new TextDecoder().decode(packet.body);

function problemsOf(certificate: AuthenticatedCertificate, sha1Bindings: Sha1Bindings): CertificateProblem[] {
  const { primary, invalidSignatures, unreadableSubkeys } = certificate;
  const name = `certificate ${primary.fingerprint}`;
  const problems: CertificateProblem[] = [];
  if (primary.publicKey === undefined) {
    const message = `The primary key of ${name} (${primary.label}) can't be used for verifying, so nothing it vouches for counts.`;
    problems.push({ code: 'packet.unreadable', message });
  } else if (invalidSignatures > 0) {
    const message = `${invalidSignatures} signatures in ${name} claim to be its own and are not valid; they are left out.`;
    problems.push({ code: 'self-signature.invalid', message });
  }
  if (unreadableSubkeys > 0) {
    const message = `${unreadableSubkeys} subkeys of ${name} can't be read; they are left out.`;
    problems.push({ code: 'packet.unreadable', message });
  }
  const sha1 = countSha1(certificate);
  if (sha1 > 0) {
    const consequence =
      sha1Bindings === 'refuse' ? 'and do not count' : 'which can be forged with enough effort';
    const message = `${sha1} self-signatures in ${name} were made with SHA-1, ${consequence}. Its owner mends it with a new self-signature, for example by setting the expiry date again.`;
    problems.push({ code: 'self-signature.sha1', message });
  }
  return problems;
}

function countSha1({ direct, userIds, subkeys }: AuthenticatedCertificate): number {
  const all = [...direct, ...[...userIds, ...subkeys].flatMap(({ signatures }) => signatures)];
  return all.filter(({ sha1, revokes }) => sha1 && !revokes).length;
}
