import { readCertificateArmor } from './armor.ts';
import { packetTypes, readPackets, type Packet } from './packet.ts';

/** A primary key, user id, subkey or something else, with the signature packets that follow it. */
export interface Component {
  readonly packet: Packet;
  readonly signatures: readonly Packet[];
}

/** The packets of one certificate (RFC 9580, section 10.1), each kind in the order of the data, duplicates removed. */
export interface CertificatePackets {
  readonly primary: Component;
  readonly userIds: readonly Component[];
  readonly subkeys: readonly Component[];
  /** User attributes (images) and packets of kinds that don't belong here, with what follows them. */
  readonly others: readonly Component[];
}

/** What the data holds, before anything is verified. */
export interface PacketReading {
  readonly certificates: readonly CertificatePackets[];
  /** Why parts of the data hold no certificate. */
  readonly problems: readonly PacketProblem[];
}

export interface PacketProblem {
  readonly code: 'packet.unreadable' | 'packet.ignored' | 'certificate.secret-key' | 'certificate.too-large';
  readonly message: string;
}

/** Room for a certificate that thousands have signed; beyond it reading would cost more than it tells. */
const maximumCertificateBytes = 4 * 1024 * 1024;
const maximumCertificatePackets = 20_000;
const maximumSubkeys = 256;
/** All packets of one input together: a keyring of a whole distribution has a few hundred thousand. */
const maximumPackets = 1_000_000;

/** Reads binary data, or every armored block of a text. */
export function readCertificatePackets(data: Uint8Array): PacketReading {
  const first = data[0];
  if (first === undefined) return merged([]);
  if (first >= 0x80) return merged([readBlock(data)]);
  const blocks = readCertificateArmor(new TextDecoder().decode(data));
  if (blocks.length === 0) {
    const message =
      'The data holds no OpenPGP certificate: it is neither binary nor does it have an armored block.';
    return { certificates: [], problems: [{ code: 'packet.unreadable', message }] };
  }
  return merged(
    blocks.map((block) =>
      block.ok ? readBlock(block.data) : unreadable(`A certificate can't be read: ${block.message}.`),
    ),
  );
}

/** The one certificate that the data holds, or why it is not one. */
export function readOneCertificate(data: Uint8Array): CertificatePackets | string {
  const { certificates, problems } = readCertificatePackets(data);
  const [problem] = problems;
  if (problem !== undefined) return problem.message;
  const [certificate, another] = certificates;
  return certificate === undefined || another !== undefined
    ? 'It does not hold exactly one certificate.'
    : certificate;
}

const unreadable = (message: string): PacketReading => ({
  certificates: [],
  problems: [{ code: 'packet.unreadable', message }],
});

/** Certificates of the same primary key are one: all that is said about the key counts, whatever stands where. */
function merged(readings: readonly PacketReading[]): PacketReading {
  const certificates = new Map<string, CertificatePackets>();
  for (const certificate of readings.flatMap((reading) => reading.certificates)) {
    const key = identityOf(certificate.primary.packet);
    const before = certificates.get(key);
    certificates.set(key, before === undefined ? certificate : union(before, certificate));
  }
  return {
    certificates: [...certificates.values()],
    problems: readings.flatMap((reading) => reading.problems),
  };
}

function union(one: CertificatePackets, other: CertificatePackets): CertificatePackets {
  const [primary = one.primary] = unite([one.primary, other.primary]);
  return {
    primary,
    userIds: unite([...one.userIds, ...other.userIds]),
    subkeys: unite([...one.subkeys, ...other.subkeys]),
    others: unite([...one.others, ...other.others]),
  };
}

/** Brings together components whose packet is the same, and drops signatures that stand twice. */
function unite(components: readonly Component[]): Component[] {
  const packets = new Map<string, { packet: Packet; signatures: Map<string, Packet> }>();
  for (const { packet, signatures } of components) {
    const key = identityOf(packet);
    const united = packets.get(key) ?? { packet, signatures: new Map<string, Packet>() };
    for (const signature of signatures) united.signatures.set(identityOf(signature), signature);
    packets.set(key, united);
  }
  return [...packets.values()].map(({ packet, signatures }) => ({
    packet,
    signatures: [...signatures.values()],
  }));
}

/** A packet's type and body, whatever the form of its header. */
export const identityOf = (packet: Packet): string =>
  `${packet.type} ${Buffer.from(packet.body).toString('latin1')}`;

function readBlock(data: Uint8Array): PacketReading {
  const { packets, problem } = readPackets(data, maximumPackets);
  const starts = packets.flatMap((packet, at) => (isStart(packet) ? [at] : []));
  const runs = starts.map((start, index) => packets.slice(start, starts[index + 1]));
  const readings = runs.map(readRun);
  if (problem !== undefined)
    readings.push(unreadable(`The data is damaged: ${problem}. What follows is left out.`));
  if (starts[0] !== 0 && packets.length > 0) {
    const message = `${starts[0] ?? packets.length} packets stand before the first primary key and belong to none.`;
    readings.push({ certificates: [], problems: [{ code: 'packet.ignored', message }] });
  }
  return {
    certificates: readings.flatMap((reading) => reading.certificates),
    problems: readings.flatMap((reading) => reading.problems),
  };
}

const isStart = ({ type }: Packet): boolean =>
  type === packetTypes.publicKey || type === packetTypes.secretKey;

/** One certificate: packets from a primary key to the next. */
function readRun(packets: readonly Packet[]): PacketReading {
  const secret = packets.some(
    ({ type }) => type === packetTypes.secretKey || type === packetTypes.secretSubkey,
  );
  if (secret) {
    const message =
      'The data holds a secret key where a certificate belongs. Whoever has it can sign as its owner.';
    return { certificates: [], problems: [{ code: 'certificate.secret-key', message }] };
  }
  const size = packets.reduce((sum, packet) => sum + packet.bytes.length, 0);
  const subkeys = packets.filter(({ type }) => type === packetTypes.publicSubkey).length;
  const tooLarge =
    size > maximumCertificateBytes || packets.length > maximumCertificatePackets || subkeys > maximumSubkeys;
  if (tooLarge) {
    const message = `A certificate has ${packets.length} packets in ${size} bytes, ${subkeys} of them subkeys, over the limit of ${maximumCertificatePackets} packets, ${maximumCertificateBytes} bytes or ${maximumSubkeys} subkeys. Export it without the signatures of others.`;
    return { certificates: [], problems: [{ code: 'certificate.too-large', message }] };
  }
  return { certificates: group(packets), problems: [] };
}

function group(packets: readonly Packet[]): CertificatePackets[] {
  const components: { packet: Packet; signatures: Packet[] }[] = [];
  for (const packet of packets.filter(({ type }) => !isFiller(type))) {
    if (packet.type === packetTypes.signature) components.at(-1)?.signatures.push(packet);
    else components.push({ packet, signatures: [] });
  }
  const [primary, ...rest] = unite(components);
  if (primary === undefined) return [];
  const ofType = (type: number): Component[] => rest.filter(({ packet }) => packet.type === type);
  const others = rest.filter(
    ({ packet }) => packet.type !== packetTypes.userId && packet.type !== packetTypes.publicSubkey,
  );
  return [
    { primary, userIds: ofType(packetTypes.userId), subkeys: ofType(packetTypes.publicSubkey), others },
  ];
}

/** Packets that readers skip (RFC 9580, sections 5.8, 5.10 and 5.14). */
const isFiller = (type: number): boolean =>
  type === packetTypes.marker || type === packetTypes.trust || type === packetTypes.padding;
