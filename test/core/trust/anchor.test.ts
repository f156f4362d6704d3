import { describe, expect, it } from 'vitest';
import { parseAnchor } from '../../../src/core/trust/anchor.ts';

const one = '0A'.repeat(20);
const other = 'CA401'.repeat(8);

describe('a trust anchor', () => {
  it('is read from what opam hands over', () => {
    expect(parseAnchor({ quorum: '2', fingerprints: [`${one},${other}`] })).toEqual({
      ok: true,
      anchor: { quorum: 2, fingerprints: [one, other] },
    });
  });

  it('is read from flags as people write fingerprints', () => {
    const spaced = '0x' + other.toLowerCase().replace(/(.{4})/g, '$1 ');
    const from = 'd'.repeat(64);
    expect(
      parseAnchor({ repository: 'https://example.org', quorum: ' 1', fingerprints: [one, spaced], from }),
    ).toEqual({
      ok: true,
      anchor: { repository: 'https://example.org', quorum: 1, fingerprints: [one, other], from },
    });
  });

  it.each(['0', '', '-1', 'x', '1.5', '1e9', '10000'])('with the quorum %j is refused', (quorum) => {
    const parsing = parseAnchor({ quorum, fingerprints: [one, other] });
    expect(parsing).toEqual({
      ok: false,
      problems: [`The quorum must be a whole number, 1 or more, not "${quorum}".`],
    });
  });

  it('whose quorum its fingerprints can not reach is refused', () => {
    const parsing = parseAnchor({ quorum: '2', fingerprints: [one, one.toLowerCase()] });
    expect(parsing).toEqual({
      ok: false,
      problems: ['A quorum of 2 needs as many different fingerprints, of which 1 is given.'],
    });
  });

  it('with a key id in the place of a fingerprint is refused', () => {
    const parsing = parseAnchor({ quorum: '1', fingerprints: [`${one},0A0A0A0A0A0A0A0A`] });
    expect(parsing).toEqual({
      ok: false,
      problems: ['"0A0A0A0A0A0A0A0A" is not a whole fingerprint of 40 or 64 hexadecimal digits.'],
    });
  });

  it('without any fingerprint is refused', () => {
    expect(parseAnchor({ quorum: '1', fingerprints: [''] }).ok).toBe(false);
    expect(parseAnchor({ quorum: '1', fingerprints: [] }).ok).toBe(false);
  });

  it('with an abbreviated commit is refused', () => {
    const parsing = parseAnchor({ quorum: '1', fingerprints: [one], from: 'abc1234' });
    expect(parsing).toMatchObject({ ok: false, problems: [expect.stringMatching(/whole id of a commit/)] });
  });
});
