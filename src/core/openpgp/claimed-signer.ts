import { hashAlgorithm, keyAlgorithmLabel } from './algorithms.ts';
import { readSignatureArmor } from './armor.ts';
import { packetTypes, readPackets } from './packet.ts';
import { readSignaturePacket } from './signature-packet.ts';

/** What a signature says of itself. Nothing of it is proven: whoever made the bytes wrote it. */
export interface ClaimedSigner {
  /** The fingerprint or key id that it names; undefined if none. */
  readonly key: string | undefined;
  /** `RSA`, `EdDSA`, … */
  readonly algorithm: string;
  /** `SHA-256`, … */
  readonly hash: string;
}

/** Reads who an armored signature says has made it, and how; undefined if it can't be read as one. */
export function claimedSigner(signature: Uint8Array): ClaimedSigner | undefined {
  const armor = readSignatureArmor(Buffer.from(signature).toString('latin1'));
  const packet = armor.ok ? readPackets(armor.data, 1).packets[0] : undefined;
  if (packet?.type !== packetTypes.signature) return undefined;
  const reading = readSignaturePacket(packet.body);
  if (!reading.ok) return undefined;
  const { hashed, unhashed, keyAlgorithm, hashAlgorithm: hash } = reading.signature;
  const [key] = [
    ...hashed.issuerFingerprints,
    ...unhashed.issuerFingerprints,
    ...hashed.issuerKeyIds,
    ...unhashed.issuerKeyIds,
  ];
  return {
    key,
    algorithm: keyAlgorithmLabel(keyAlgorithm),
    hash: hashAlgorithm(hash)?.label ?? `hash function ${hash}`,
  };
}
