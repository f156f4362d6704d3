import type { Seconds } from '../ports.ts';
import { maximumSignatures, readSignatureArmor } from './armor.ts';
import { parseFingerprint, type Fingerprint } from './certificate.ts';
import { packetTypes, readPackets, type Packet } from './packet.ts';
import { readSignaturePacket, type SignaturePacket } from './signature-packet.ts';
import type { SignatureReason, Verdict } from './signature.ts';

/** A signature that proves nothing, whatever the dates. */
export interface RefusedSignature {
  readonly verified: false;
  readonly verdict: Exclude<Verdict, 'good'>;
  readonly reason: Exclude<SignatureReason, 'good'>;
  readonly message: string;
  /** The whole fingerprint that the signature itself names, or that of the key it was tried with. */
  readonly fingerprint: Fingerprint | undefined;
  readonly made: Seconds | undefined;
}

/** A signature taken out of its armor and apart, not yet verified; or why it can't be. */
export type ArmoredSignature =
  | { readonly ok: true; readonly signature: SignaturePacket }
  | { readonly ok: false; readonly refusal: RefusedSignature };

/** Bytes, armor included: a signature by the longest RSA key in use takes less than two thousand. */
const maximumSignatureBytes = 64 * 1024;

/** Reads the one armored signature that a commit or tag carries. */
export function readSignature(armored: Uint8Array): ArmoredSignature {
  const text = Buffer.from(armored.subarray(0, maximumSignatureBytes + 1)).toString('latin1');
  const reading = readArmored(text, 1);
  if (!('packets' in reading)) return { ok: false, refusal: reading };
  const [first, second] = reading.packets;
  return first === undefined || second !== undefined
    ? { ok: false, refusal: malformed('it does not hold exactly one packet') }
    : readPacket(first);
}

/** Reads each of several signatures in one armored block; one that can't be read as such a block is one refusal. */
export function readSignatures(armored: string): readonly ArmoredSignature[] {
  const reading = readArmored(armored, maximumSignatures);
  return 'packets' in reading ? reading.packets.map(readPacket) : [{ ok: false, refusal: reading }];
}

function readArmored(
  text: string,
  limit: number,
): { readonly packets: readonly Packet[] } | RefusedSignature {
  if (text.startsWith('-----BEGIN SSH SIGNATURE-----')) return foreign('ssh', 'an SSH signature');
  if (text.startsWith('-----BEGIN SIGNED MESSAGE-----')) return foreign('x509', 'an X.509 signature');
  if (text.length > maximumSignatureBytes * limit) return malformed('it is longer than any signature');
  const armor = readSignatureArmor(text);
  if (!armor.ok) return malformed(armor.message);
  const { packets, problem } = readPackets(armor.data, limit);
  return problem === undefined ? { packets } : malformed(problem);
}

function readPacket({ type, body }: Packet): ArmoredSignature {
  if (type !== packetTypes.signature)
    return { ok: false, refusal: malformed(`it holds a packet of type ${type}, which is no signature`) };
  const reading = readSignaturePacket(body);
  return reading.ok ? reading : { ok: false, refusal: malformed(reading.message) };
}

export const malformed = (what: string, signature?: SignaturePacket): RefusedSignature =>
  refused('malformed', 'malformed', `The signature is malformed: ${what}.`, signature);

const foreign = (reason: 'ssh' | 'x509', what: string): RefusedSignature =>
  refused(
    'unsupported',
    reason,
    `It carries ${what}; only OpenPGP signatures can be verified so far.`,
    undefined,
  );

export function refused(
  verdict: RefusedSignature['verdict'],
  reason: RefusedSignature['reason'],
  message: string,
  signature: SignaturePacket | undefined,
): RefusedSignature {
  const [fingerprint = ''] = signature?.hashed.issuerFingerprints ?? [];
  return {
    verified: false,
    verdict,
    reason,
    message,
    fingerprint: parseFingerprint(fingerprint),
    made: signature?.created,
  };
}
