import { Octets } from './octets.ts';

/** Packet types that certificates and signatures are made of (RFC 9580, section 5). */
export const packetTypes = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  marker: 10,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const;

/** One packet: its body, and the bytes with the header as they stood. */
export interface Packet {
  readonly type: number;
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface PacketSequence {
  readonly packets: readonly Packet[];
  /** Why reading stopped before the end; the packets before that place are whole. */
  readonly problem: string | undefined;
}

/**
 * Cuts data into packets (RFC 9580, section 4.2). Lengths must be known beforehand: partial and indeterminate
 * ones belong to message data only. Stops after `limit` packets, which is a problem too.
 */
export function readPackets(data: Uint8Array, limit: number): PacketSequence {
  const octets = new Octets(data);
  const packets: Packet[] = [];
  while (octets.remaining > 0) {
    const start = octets.position;
    if (packets.length === limit) return { packets, problem: `there are more than ${limit} packets` };
    const packet = readPacket(data, octets);
    if (packet === undefined) return { packets, problem: `byte ${start} does not begin a whole packet` };
    packets.push(packet);
  }
  return { packets, problem: undefined };
}

function readPacket(data: Uint8Array, octets: Octets): Packet | undefined {
  const start = octets.position;
  const head = octets.number(1);
  if (head === undefined || head < 0x80) return undefined;
  const legacy = (head & 0x40) === 0;
  const type = legacy ? (head >> 2) & 0x0f : head & 0x3f;
  const length = legacy ? legacyLength(octets, head & 3) : packetLength(octets);
  const body = length === undefined ? undefined : octets.take(length);
  if (body === undefined || type === 0) return undefined;
  return { type, body, bytes: data.subarray(start, octets.position) };
}

function legacyLength(octets: Octets, kind: number): number | undefined {
  if (kind === 0) return octets.number(1);
  if (kind === 1) return octets.number(2);
  return kind === 2 ? octets.number(4) : undefined;
}

/** A length of one, two or five octets, as packets and subpackets have them; a partial length is undefined. */
function packetLength(octets: Octets): number | undefined {
  const first = octets.number(1);
  if (first === undefined || first < 192) return first;
  if (first === 255) return octets.number(4);
  return first < 224 ? twoOctetLength(first, octets) : undefined;
}

/** The length in front of a signature subpacket, where 224 to 254 are ordinary first octets (RFC 9580, section 5.2.3.7). */
export function subpacketLength(octets: Octets): number | undefined {
  const first = octets.number(1);
  if (first === undefined || first < 192) return first;
  return first === 255 ? octets.number(4) : twoOctetLength(first, octets);
}

function twoOctetLength(first: number, octets: Octets): number | undefined {
  const second = octets.number(1);
  return second === undefined ? undefined : (first - 192) * 256 + second + 192;
}
