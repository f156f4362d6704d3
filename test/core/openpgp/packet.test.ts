import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPackets } from '../../../src/core/openpgp/packet.ts';
import { bytes, number, packet } from '../../support/openpgp-packets.ts';

const typesOf = (data: Uint8Array): readonly number[] =>
  readPackets(data, 10).packets.map(({ type }) => type);

describe('a sequence of packets', () => {
  it('is cut where each packet ends, at every length of header', () => {
    const lengths = fc.constantFrom(0, 1, 191, 192, 193, 8383, 8384, 8385, 70_000);
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 5 }), (sizes) => {
        const packets = sizes.map((size, index) => packet(index + 1, new Uint8Array(size).fill(index)));
        const reading = readPackets(bytes(...packets), 10);
        expect(reading.problem).toBeUndefined();
        expect(reading.packets.map((one) => one.body.length)).toEqual(sizes);
        expect(reading.packets.map((one) => Buffer.from(one.bytes))).toEqual(
          packets.map((one) => Buffer.from(one)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['one octet', bytes([0x88, 3])],
    ['two octets', bytes([0x89], number(3, 2))],
    ['four octets', bytes([0x8a], number(3, 4))],
  ])('may have old headers with lengths of %s', (_, header) => {
    const reading = readPackets(bytes(header, [1, 2, 3], header, [4, 5, 6]), 10);
    expect(reading.packets.map(({ type, body }) => [type, ...body])).toEqual([
      [2, 1, 2, 3],
      [2, 4, 5, 6],
    ]);
  });

  it.each([
    ['an octet without the first bit', bytes([0x02, 3, 1, 2, 3])],
    ['an indeterminate length', bytes([0x8b, 1, 2, 3])],
    ['a partial length', bytes([0xc2, 0xe1, 1, 2, 0])],
    ['packet type 0', bytes([0xc0, 1, 1])],
    ['a length beyond the end', bytes([0xc2, 4, 1, 2, 3])],
    ['a header without a length', bytes([0xc2])],
    ['a cut-off length of five octets', bytes([0xc2, 0xff, 0, 0])],
  ])('ends at %s, and what came before is kept', (_, bad) => {
    const whole = packet(13, Uint8Array.of(65));
    const reading = readPackets(bytes(whole, bad), 10);
    expect(reading.packets).toHaveLength(1);
    expect(reading.problem).toBe(`byte ${whole.length} does not begin a whole packet`);
  });

  it('is bounded in number', () => {
    const reading = readPackets(bytes(...Array.from({ length: 11 }, () => packet(2, new Uint8Array(0)))), 10);
    expect(reading.packets).toHaveLength(10);
    expect(reading.problem).toBe('there are more than 10 packets');
  });

  it('never takes more than there is, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const { packets } = readPackets(data, 10);
        const taken = packets.reduce((sum, one) => sum + one.bytes.length, 0);
        expect(taken).toBeLessThanOrEqual(data.length);
        expect(typesOf(data).every((type) => type > 0 && type < 64)).toBe(true);
      }),
    );
  });
});
