import { concatenate } from './octets.ts';
import { packetTypes, readPackets } from './packet.ts';

/** Base64 text between a BEGIN and an END line, decoded; or why it can't be (RFC 9580, section 6). */
export type ArmorReading =
  { readonly ok: true; readonly data: Uint8Array } | { readonly ok: false; readonly message: string };

/** The title in the BEGIN and END lines. */
type ArmorTitle = 'SIGNATURE' | 'PUBLIC KEY BLOCK' | 'PRIVATE KEY BLOCK';

const refused = (message: string): ArmorReading => ({ ok: false, message });

/**
 * Reads a text that is one armored signature and nothing else: headers only as `Key: value`, an empty line, base64
 * in lines of at most 76 characters, a CRC that is right if there is one. A missing CRC is accepted, because RFC
 * 9580 (section 6.1) tells writers to leave it out; a wrong one is refused, as gpg does. One empty line may follow the END line:
 * GitHub writes it into every commit that it signs.
 */
export function readSignatureArmor(text: string): ArmorReading {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  for (let ends = 0; ends < 2 && lines.at(-1) === ''; ends++) lines.pop();
  if (lines[0] !== beginLine('SIGNATURE'))
    return refused('its text does not begin with a PGP SIGNATURE line');
  const end = lines.indexOf(endLine('SIGNATURE'));
  if (end < 0) return refused('its armor has no END line');
  if (end !== lines.length - 1) return refused('something stands after the END line of its armor');
  return readBlock(lines.slice(1, -1));
}

/**
 * Reads every armored certificate of a text, whatever stands between the blocks: key servers and people put notes
 * there. Inside a block the rules are the same as for signatures.
 */
export function readCertificateArmor(text: string): readonly ArmorReading[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const begins = lines.flatMap((line, at) => (/^-----BEGIN PGP .*-----$/.test(line) ? [at] : []));
  return begins.map((begin, index) => readCertificateBlock(lines.slice(begin, begins[index + 1])));
}

function readCertificateBlock(lines: readonly string[]): ArmorReading {
  const end = lines.findIndex((line) => line.startsWith('-----END PGP '));
  const ends = lines[end];
  if (ends === undefined) return refused('an armored block has no END line');
  if (ends !== lines[0]?.replace('BEGIN', 'END')) return refused('an armored block ends with another title');
  if (ends === endLine('PUBLIC KEY BLOCK') || ends === endLine('PRIVATE KEY BLOCK')) {
    return readBlock(lines.slice(1, end));
  }
  return refused('an armored block is neither a certificate nor a key');
}

const beginLine = (title: ArmorTitle): string => `-----BEGIN PGP ${title}-----`;
const endLine = (title: ArmorTitle): string => `-----END PGP ${title}-----`;

/** The lines between BEGIN and END: headers, an empty line, base64, and perhaps the CRC. */
function readBlock(lines: readonly string[]): ArmorReading {
  const blank = lines.indexOf('');
  if (blank < 0) return refused('its armor has no empty line after the headers');
  if (!lines.slice(0, blank).every((line) => /^[A-Za-z0-9-]+: /.test(line))) {
    return refused('its armor has a header that is not of the form "Key: value"');
  }
  const body = lines.slice(blank + 1);
  const crc = body.at(-1)?.startsWith('=') === true ? body.pop() : undefined;
  const data = decodeBase64(body);
  if (data === undefined) return refused('its armor is not base64');
  if (crc !== undefined && crc !== `=${checksum(data)}`) return refused('the CRC of its armor is wrong');
  return { ok: true, data };
}

/** Decodes whole lines of base64; undefined unless encoding the result gives the same characters again. */
function decodeBase64(lines: readonly string[]): Uint8Array | undefined {
  const text = lines.join('');
  if (lines.some((line) => line.length === 0 || line.length > 76) || text.length === 0) return undefined;
  const data = Buffer.from(text, 'base64');
  return data.toString('base64') === text ? data : undefined;
}

/** The 24-bit CRC of RFC 9580, section 6.1.1, in base64. It finds accidents and proves nothing. */
function checksum(data: Uint8Array): string {
  let crc = 0xb704ce;
  for (const octet of data) crc = ((crc << 8) ^ (crcOfOctet[(crc >> 16) ^ octet] ?? 0)) & 0xffffff;
  return Buffer.from([crc >> 16, crc >> 8, crc]).toString('base64');
}

/** What one octet does to the checksum: bit by bit it would take longer than all else that is read of a certificate. */
const crcOfOctet = Int32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet << 16;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0);
  return crc & 0xffffff;
});

function armor(title: ArmorTitle, data: Uint8Array): string {
  const lines =
    Buffer.from(data)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [beginLine(title), '', ...lines, `=${checksum(data)}`, endLine(title), ''].join('\n');
}

/** A certificate as a text, with LF line ends. */
export const armorCertificate = (certificate: Uint8Array): string => armor('PUBLIC KEY BLOCK', certificate);

/** Signature packets, one after the other in one armored block, as gpg --verify takes them. */
export const armorSignatures = (packets: readonly Uint8Array[]): string =>
  armor('SIGNATURE', concatenate(packets));

/** How many signatures one detached signature file may hold: far more than any keyring has admins. */
export const maximumSignatures = 64;

/** The signature packets of one armored block, each with its header, in their order; or why they can't be read. */
export function dearmorSignatures(
  armored: string,
):
  | { readonly ok: true; readonly packets: readonly Uint8Array[] }
  | { readonly ok: false; readonly message: string } {
  const reading = readSignatureArmor(armored);
  if (!reading.ok) return reading;
  const { packets, problem } = readPackets(reading.data, maximumSignatures);
  if (problem !== undefined) return { ok: false, message: problem };
  const other = packets.find((packet) => packet.type !== packetTypes.signature);
  if (other !== undefined) return { ok: false, message: `it holds a packet of type ${other.type}` };
  return { ok: true, packets: packets.map((packet) => packet.bytes) };
}
