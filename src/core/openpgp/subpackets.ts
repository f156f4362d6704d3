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

/** The same while it is being collected. */
type Said = {
  -readonly [Field in keyof Subpackets]: Subpackets[Field] extends readonly (infer Item)[]
    ? Item[]
    : Subpackets[Field];
};

/** Reads one area; undefined if it is not made of whole subpackets or says one thing twice. */
export function readSubpackets(area: Uint8Array): Subpackets | undefined {
  const octets = new Octets(area);
  const said: Said = {
    created: undefined,
    signatureExpiry: undefined,
    keyExpiry: undefined,
    keyFlags: undefined,
    issuerKeyIds: [],
    issuerFingerprints: [],
    revocationReason: undefined,
    embedded: [],
    unknownCritical: undefined,
  };
  while (octets.remaining > 0) {
    const length = subpacketLength(octets);
    const whole = length === undefined ? undefined : octets.take(length);
    const head = whole?.[0];
    if (whole === undefined || head === undefined) return undefined;
    const subpacket = { type: head & 0x7f, critical: head >= 0x80, body: whole.subarray(1) };
    if (!note(subpacket, said)) return undefined;
    said.unknownCritical ??= unknownCriticalPart(subpacket);
  }
  return said;
}

/** Adds what a subpacket says; false where it has the wrong length, or is a second one and so would say two things. */
function note({ type, body }: Subpacket, said: Said): boolean {
  switch (type) {
    case types.creationTime:
      return (said.created = onlyNumber(body, said.created)) !== undefined;
    case types.signatureExpiry:
      return (said.signatureExpiry = onlyNumber(body, said.signatureExpiry)) !== undefined;
    case types.keyExpiry:
      return (said.keyExpiry = onlyNumber(body, said.keyExpiry)) !== undefined;
    case types.keyFlags:
      if (said.keyFlags !== undefined) return false;
      said.keyFlags = body[0] ?? 0;
      return true;
    case types.issuerKeyId:
      said.issuerKeyIds.push(hexadecimal(body));
      return body.length === 8;
    case types.issuerFingerprint:
      said.issuerFingerprints.push(hexadecimal(body.subarray(1)));
      return body.length === (body[0] === 4 ? 21 : 33);
    case types.revocationReason:
      if (said.revocationReason !== undefined) return false;
      said.revocationReason = reasonOf(body);
      return body.length > 0;
    case types.embeddedSignature:
      said.embedded.push(body);
      return true;
    default:
      return true;
  }
}

/** A number of four octets that was not given before. */
const onlyNumber = (body: Uint8Array, before: number | undefined): number | undefined =>
  before === undefined && body.length === 4 ? new Octets(body).number(4) : undefined;

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
