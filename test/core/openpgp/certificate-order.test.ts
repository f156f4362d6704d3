import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificates, type Certificate } from '../../../src/core/openpgp/certificate.ts';
import { flags } from '../../support/certificate-parts.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  armor,
  bytes,
  creationTime,
  keyFlags,
  packet,
  packetType,
  signatureType,
} from '../../support/openpgp-packets.ts';
import { day, evaluated, start } from './judging.ts';

const alice = { name: 'Alice', email: 'alice@example.org', created: start };

describe('the evaluation of a certificate', () => {
  it('gives the same result in whatever order the packets stand', async () => {
    const key = await rich();
    const [primary, ...rest] = components(key);
    const expected = comparable(evaluated(key));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const shuffled = shuffle(rest, numbers).flatMap(([head, ...signatures]) => [
          head ?? bytes(),
          ...shuffle(signatures, numbers),
        ]);
        const [head = bytes(), ...direct] = primary ?? [];
        const certificate = bytes(head, ...shuffle(direct, numbers), ...shuffled);
        expect(comparable(evaluated({ certificate }))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('finds the revocation of a key wherever it stands', async () => {
    const key = await (await makeKey({ ...alice, signingSubkey: true })).withSubkey({ created: start + day });
    const whole = key.revoked(start + 2 * day, 'compromised');
    const sub = key.subkeyRevoked(start + 2 * day, 'compromised');
    const image = packet(packetType.userAttribute, Buffer.from('image'));
    for (const revoked of [whole, sub]) {
      const revocation = revoked.packets.find(
        (one) => !key.packets.some((other) => Buffer.compare(one, other) === 0),
      );
      const expected = comparable(evaluated(revoked));
      for (let at = 1; at <= key.packets.length; at++) {
        const certificate = bytes(
          ...key.packets.slice(0, at),
          revocation ?? bytes(),
          ...key.packets.slice(at),
        );
        expect(comparable(evaluated({ certificate }))).toEqual(expected);
      }
      const behindImage = bytes(key.certificate, image, revocation ?? bytes());
      expect(comparable(evaluated({ certificate: behindImage }))).toEqual(expected);
    }
  });

  it('never throws, whatever the data', async () => {
    const key = await rich();
    fc.assert(
      fc.property(fc.nat(key.certificate.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const certificate = Uint8Array.from(key.certificate);
        certificate[at] = (certificate[at] ?? 0) ^ change;
        expect(readCertificates(certificate)).toBeDefined();
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        expect(readCertificates(bytes([0xc6], data))).toBeDefined();
        expect(readCertificates(Buffer.from(armor('PUBLIC KEY BLOCK', data)))).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });
});

/** A certificate with something of everything. */
async function rich(): Promise<TestKey> {
  const key = await makeKey({ ...alice, expires: start + 10 * day, signingSubkey: true });
  const second = await key.withSubkey({ created: start + day, expires: start + 8 * day });
  return second
    .subkeyRevoked(start + 5 * day, 'superseded')
    .extended(start + 9 * day, start + 30 * day)
    .extended(start + 9 * day, start + 40 * day)
    .withUserId(start + 2 * day, 'Alice', 'alice@work.example')
    .withDirectSignature(signatureType.direct, [creationTime(start + 3 * day), keyFlags(flags.certify)])
    .revoked(start + 20 * day, 'retired')
    .revoked(start + 21 * day, 'superseded');
}

/** The packets in groups: a key or user id and the signatures behind it. */
function components({ packets }: TestKey): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  for (const one of packets) {
    if (one[0] === (0xc0 | packetType.signature)) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups;
}

function shuffle<T>(list: readonly T[], numbers: Iterator<number>): T[] {
  return list
    .map((one) => [Number(numbers.next().value), one] as const)
    .sort(([one], [other]) => one - other)
    .map(([, one]) => one);
}

/** Without what may follow the order of packets, and without key objects. */
const comparable = ({ keys, userIds, problems }: Certificate): unknown => ({
  problems,
  userIds: [...userIds].sort(),
  keys: keys
    .map(({ publicKey: _key, ...rest }) => rest)
    .sort((one, other) => one.fingerprint.localeCompare(other.fingerprint)),
});
