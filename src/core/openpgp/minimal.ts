import { authenticate, vouchedComponents } from './authenticated.ts';
import { readOneCertificate, type CertificatePackets } from './certificate-packets.ts';
import { concatenate } from './octets.ts';

export type MinimalCertificate =
  { readonly ok: true; readonly certificate: Uint8Array } | { readonly ok: false; readonly message: string };

/**
 * The certificate, binary, with nothing in it but what its own primary key vouches for: all self-signatures, bindings
 * and revocations there ever were, no signatures by others, no images, no subkeys or user ids that it does not bind.
 * Data that is not exactly one whole certificate is refused: what can't be read might be a revocation.
 */
export function minimalCertificate(data: Uint8Array): MinimalCertificate {
  const packets = readOneCertificate(data);
  return typeof packets === 'string' ? { ok: false, message: packets } : minimized(packets);
}

/** The same of a certificate that was found among others. */
export function minimized(packets: CertificatePackets): MinimalCertificate {
  const certificate = authenticate(packets);
  if (certificate === undefined || certificate.exceeded) {
    return {
      ok: false,
      message: 'Its primary key is of an unknown version, or too many signatures claim to be its own.',
    };
  }
  const components = vouchedComponents(certificate);
  const kept = components.flatMap(({ packet, signatures }) => [
    packet,
    ...signatures.map((one) => one.packet),
  ]);
  return { ok: true, certificate: concatenate(kept.map(({ bytes }) => bytes)) };
}
