import type { Seconds } from '../ports.ts';
import { hexadecimal, Octets } from './octets.ts';
import { subpacketLength } from './packet.ts';

/** Subpacket types that decide something here (RFC 9580, section 5.2.3.7). */
const types = {
  creationTime: 2,
  signatureExpiry: 3,
  keyExpiry: 9,
  issuerKeyId: 16,
  notation: 20,
  keyFlags: 27,
  revocationReason: 29,
  embeddedSignature: 32,
  issuerFingerprint: 33,
} as const;

/**
 * Types whose meaning is known and changes no verdict, so that they may be marked critical: 4 exportable, 5 trust,
 * 6 regular expression, 7 revocable, 11 21 22 30 34 39 preferences and features, 12 revocation key (not followed),
 * 23 24 key server, 25 primary user id, 26 policy, 28 signer's user id, 31 signature target, 35 intended recipient.
 */
const harmless = new Set([4, 5, 6, 7, 11, 12, 21, 22, 23, 24, 25, 26, 28, 30, 31, 34, 35, 39]);
const decisive: ReadonlySet<number> = new Set(Object.values(types));

/** Each of these may stand once only in a hashed area: two of them would say two things. */
const single: ReadonlySet<number> = new Set([
  types.creationTime,
  types.signatureExpiry,
  types.keyExpiry,
  types.keyFlags,
  types.revocationReason,
]);

interface Subpacket {
  readonly type: number;
  readonly critical: boolean;
  readonly body: Uint8Array;
}

/** What one area of a signature says. */
export interface Subpackets {
  readonly created: Seconds | undefined;
  /** Seconds from the signature's creation; 0 or undefined: never expires. */
  readonly signatureExpiry: number | undefined;
  /** Seconds from the key's creation; 0 or undefined: never expires. */
  readonly keyExpiry: number | undefined;
  /** The first octet of the key flags (RFC 9580, section 5.2.3.29). */
  readonly keyFlags: number | undefined;
  /** Upper-case hexadecimal. */
  readonly issuerKeyIds: readonly string[];
  readonly issuerFingerprints: readonly string[];
  readonly revocationReason: { readonly code: number; readonly text: string } | undefined;
  /** Bodies of signature packets. */
  readonly embedded: readonly Uint8Array[];
  /** A part marked critical that nobody here understands: the signature must not count (RFC 9580, section 5.2.3.7). */
  readonly unknownCritical: string | undefined;
}

/** Reads one area; undefined if it is not made of whole subpackets or says one thing twice. */
export function readSubpackets(area: Uint8Array): Subpackets | undefined {
  const subpackets = split(area);
  if (subpackets === undefined || !wellFormed(subpackets)) return undefined;
  const bodies = (type: number): readonly Uint8Array[] =>
    subpackets.filter((one) => one.type === type).map((one) => one.body);
  const number = (type: number): number | undefined => {
    const [body] = bodies(type);
    return body && new Octets(body).number(4);
  };
  return {
    created: number(types.creationTime),
    signatureExpiry: number(types.signatureExpiry),
    keyExpiry: number(types.keyExpiry),
    keyFlags: bodies(types.keyFlags).map((body) => body[0] ?? 0)[0],
    issuerKeyIds: bodies(types.issuerKeyId).map(hexadecimal),
    issuerFingerprints: bodies(types.issuerFingerprint).map((body) => hexadecimal(body.subarray(1))),
    revocationReason: bodies(types.revocationReason).map(reasonOf)[0],
    embedded: bodies(types.embeddedSignature),
    unknownCritical: subpackets.map(unknownCriticalPart).find((part) => part !== undefined),
  };
}

function split(area: Uint8Array): Subpacket[] | undefined {
  const octets = new Octets(area);
  const subpackets: Subpacket[] = [];
  while (octets.remaining > 0) {
    const length = subpacketLength(octets);
    const whole = length === undefined ? undefined : octets.take(length);
    const head = whole?.[0];
    if (whole === undefined || head === undefined) return undefined;
    subpackets.push({ type: head & 0x7f, critical: head >= 0x80, body: whole.subarray(1) });
  }
  return subpackets;
}

function wellFormed(subpackets: readonly Subpacket[]): boolean {
  const seen = new Set<number>();
  return subpackets.every(({ type, body }) => {
    if (single.has(type) && seen.has(type)) return false;
    seen.add(type);
    return hasRightLength(type, body);
  });
}

function hasRightLength(type: number, body: Uint8Array): boolean {
  switch (type) {
    case types.creationTime:
    case types.signatureExpiry:
    case types.keyExpiry:
      return body.length === 4;
    case types.issuerKeyId:
      return body.length === 8;
    case types.issuerFingerprint:
      return body.length === (body[0] === 4 ? 21 : 33);
    case types.revocationReason:
      return body.length > 0;
    default:
      return true;
  }
}

const reasonOf = (body: Uint8Array): { code: number; text: string } => ({
  code: body[0] ?? 0,
  text: new TextDecoder().decode(body.subarray(1)),
});

/** No notation is known here by name, so every critical one is unknown. */
function unknownCriticalPart({ type, critical, body }: Subpacket): string | undefined {
  if (!critical) return undefined;
  if (type === types.notation) return `the notation ${JSON.stringify(notationName(body))}`;
  return decisive.has(type) || harmless.has(type) ? undefined : `subpacket type ${type}`;
}

function notationName(body: Uint8Array): string {
  const octets = new Octets(body.subarray(4));
  const length = octets.number(2) ?? 0;
  octets.number(2);
  return new TextDecoder().decode(octets.take(length) ?? new Uint8Array(0));
}
