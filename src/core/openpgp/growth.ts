import { authenticate, vouchedComponents } from './authenticated.ts';
import {
  identityOf,
  readOneCertificate,
  type CertificatePackets,
  type Component,
} from './certificate-packets.ts';
import type { Packet } from './packet.ts';

/** How a certificate file changed (trust model, section 3, "Certificates grow by themselves"). */
export interface CertificateComparison {
  /**
   * `grown`: only additions, each vouched for by the certificate's own primary key. `shrunk`: packets are missing,
   * whatever was added rightly. `other`: something was added that is not vouched for, or can't be compared.
   */
  readonly relation: 'same' | 'grown' | 'shrunk' | 'other';
  /** Packets, each counted once in its place: a signature belongs to the key or user id that it follows. */
  readonly added: number;
  readonly removed: number;
  /** Why additions don't count as growth, in words. */
  readonly invalid: readonly string[];
}

/** Compares two states of one certificate packet by packet; the order and the form of packet headers don't matter. */
export function compareCertificates(before: Uint8Array, after: Uint8Array): CertificateComparison {
  const [old, now] = [readOneCertificate(before), readOneCertificate(after)];
  if (typeof old === 'string') return incomparable(`The file before the change: ${old}`);
  if (typeof now === 'string') return incomparable(`The file after the change: ${now}`);
  if (identityOf(old.primary.packet) !== identityOf(now.primary.packet))
    return incomparable('The primary keys differ.');
  const [places, newPlaces] = [placesOf(old), placesOf(now)];
  const removed = [...places.keys()].filter((place) => !newPlaces.has(place)).length;
  const added = [...newPlaces].filter(([place]) => !places.has(place));
  const vouched = vouchedPlaces(now);
  const invalid = added.filter(([place]) => !vouched.has(place)).map(([, packet]) => describe(packet));
  return {
    relation: relationOf(added.length, removed, invalid.length),
    added: added.length,
    removed,
    invalid,
  };
}

function relationOf(added: number, removed: number, invalid: number): CertificateComparison['relation'] {
  if (invalid > 0) return 'other';
  if (removed > 0) return 'shrunk';
  return added > 0 ? 'grown' : 'same';
}

const incomparable = (why: string): CertificateComparison => ({
  relation: 'other',
  added: 0,
  removed: 0,
  invalid: [why],
});

/** Every packet by its place: itself, under the packet that it follows. */
function placesOf({ primary, userIds, subkeys, others }: CertificatePackets): Map<string, Packet> {
  const components: readonly Component[] = [primary, ...userIds, ...subkeys, ...others];
  const packets = components.flatMap(({ packet, signatures }) =>
    [packet, ...signatures].map((one) => [place(packet, one), one] as const),
  );
  return new Map(packets);
}

const place = (component: Packet, packet: Packet): string =>
  `${identityOf(component)}\n${identityOf(packet)}`;

/** The places that the primary key itself stands up for. */
function vouchedPlaces(packets: CertificatePackets): ReadonlySet<string> {
  const certificate = authenticate(packets);
  if (certificate === undefined || certificate.exceeded) return new Set();
  const places = vouchedComponents(certificate).flatMap(({ packet, signatures }) =>
    [packet, ...signatures.map((one) => one.packet)].map((one) => place(packet, one)),
  );
  return new Set(places);
}

const kinds: ReadonlyMap<number, string> = new Map([
  [2, 'A signature'],
  [13, 'A user id'],
  [14, 'A subkey'],
  [17, 'A user attribute'],
]);

const describe = ({ type, body }: Packet): string =>
  `${kinds.get(type) ?? `A packet of type ${type}`} of ${body.length} bytes was added that the certificate's own key does not vouch for.`;
