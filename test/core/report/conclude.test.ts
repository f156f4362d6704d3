import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, type ClaimStatus, type Conclusion, conclude } from '../../../src/core/report/report.ts';

const claim = (id: string, status: ClaimStatus): Claim => ({
  id,
  title: id,
  status,
  evidence: [],
  findings: [],
});

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const claims = fc.array(
  fc.record({ id: ids, status: fc.constantFrom<ClaimStatus>('upheld', 'refuted', 'unproven') }),
  { maxLength: 8 },
);
const required = fc.uniqueArray(ids, { maxLength: 4 });
const rank: Record<Conclusion, number> = { rejected: 0, undetermined: 1, verified: 2 };

describe('conclude', () => {
  test('no requirement at all is undetermined, whatever was claimed', () => {
    fc.assert(
      fc.property(claims, (made) => {
        expect(
          conclude(
            [],
            made.map(({ id, status }) => claim(id, status)),
          ),
        ).toBe('undetermined');
      }),
    );
  });

  test('verified means that every required claim is there and upheld', () => {
    fc.assert(
      fc.property(required, claims, (needed, made) => {
        const all = made.map(({ id, status }) => claim(id, status));
        const holds = (id: string) =>
          all.some((one) => one.id === id) && all.every((one) => one.id !== id || one.status === 'upheld');
        expect(conclude(needed, all) === 'verified').toBe(needed.length > 0 && needed.every(holds));
      }),
    );
  });

  test('a required claim that is missing is never verified', () => {
    expect(conclude(['a', 'b'], [claim('a', 'upheld')])).toBe('undetermined');
  });

  test('a refuted claim rejects even where another one is unproven or missing', () => {
    expect(conclude(['a', 'b', 'c'], [claim('a', 'unproven'), claim('b', 'refuted')])).toBe('rejected');
  });

  test('an upheld claim does not cover a refuted one of the same name', () => {
    expect(conclude(['a'], [claim('a', 'upheld'), claim('a', 'refuted')])).toBe('rejected');
  });

  test('turning upheld claims into unproven ones never raises the conclusion', () => {
    fc.assert(
      fc.property(required, claims, fc.array(fc.boolean()), (needed, made, weaken) => {
        const strong = made.map(({ id, status }) => claim(id, status));
        const weak = strong.map((one, index) =>
          one.status === 'upheld' && weaken[index] === true ? claim(one.id, 'unproven') : one,
        );
        expect(rank[conclude(needed, weak)]).toBeLessThanOrEqual(rank[conclude(needed, strong)]);
      }),
    );
  });

  test('the order of claims makes no difference', () => {
    fc.assert(
      fc.property(required, claims, (needed, made) => {
        const all = made.map(({ id, status }) => claim(id, status));
        expect(conclude(needed, all.toReversed())).toBe(conclude(needed, all));
      }),
    );
  });
});
