import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armorFormat } from '../../../src/core/git/armor.ts';

const begin = '-----BEGIN PGP SIGNATURE-----';
const end = '-----END PGP SIGNATURE-----';
const others = [
  '',
  'AAAA',
  '-----',
  '----',
  ' ',
  begin,
  end,
  end.replace('PGP', 'SSH'),
  `${end} `,
  `${end}\r`,
];

/** The rule as a person would check it: line by line. */
function isOneBlock(text: string): boolean {
  const [first, ...rest] = text.replace(/\n$/, '').split('\n');
  const last = rest.pop();
  return first === begin && last === end && rest.every((line) => !line.startsWith('-----'));
}

describe('the form of an armored signature', () => {
  it('is that of one block and nothing else, as reading it line by line finds', () => {
    const line = fc.constantFrom(...others);
    const whole = fc.array(line, { maxLength: 4 }).map((body) => [begin, ...body, end]);
    const any = fc.array(line, { maxLength: 5 });
    const text = fc.tuple(fc.oneof(whole, any), fc.constantFrom('', '\n', '\n\n', '\r\n'));
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(text, ([lines, lineEnd]) => {
        const armored = lines.join('\n') + lineEnd;
        seen.add(isOneBlock(armored));
        expect(armorFormat(Buffer.from(armored))).toBe(isOneBlock(armored) ? 'openpgp' : undefined);
      }),
      { numRuns: 1000 },
    );
    expect(seen.size).toBe(2);
  });
});
