import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrowingMap } from '../../../src/core/chain/growing-map.ts';

const anyEntries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat({ max: 2 })), {
  maxLength: 3,
});

/** Each version goes on from one of those before it. */
const anyGrowth = fc.array(fc.record({ from: fc.nat(), entries: anyEntries }), { maxLength: 12 });

describe('a growing map', () => {
  test('has in every version what a plain map would have, however the versions branch', () => {
    fc.assert(
      fc.property(anyGrowth, (growth) => {
        const versions = [{ map: GrowingMap.of<number>([]), plain: new Map<string, number>() }];
        for (const { from, entries } of growth) {
          const before = versions[from % versions.length];
          if (before === undefined) continue;
          versions.push({
            map: before.map.with(entries),
            plain: new Map([...before.plain, ...entries]),
          });
        }
        for (const { map, plain } of versions) {
          expect(new Map(map)).toEqual(plain);
          expect(map.size).toBe(plain.size);
          for (const key of 'abcdef') {
            expect(map.get(key)).toBe(plain.get(key));
            expect(map.has(key)).toBe(plain.has(key));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('shares its entries with what grew out of it alone', () => {
    const one = GrowingMap.of([['a', 1]]);
    const two = one.with([['b', 2]]);
    const other = one.with([['c', 3]]);
    expect(two.continues(one)).toBe(true);
    expect(other.continues(one)).toBe(false);
    expect(two.with([['a', 2]]).continues(two)).toBe(false);
    expect(one.with([['a', 1]])).toBe(one);
    expect(GrowingMap.of([['a', 1]]).continues(one)).toBe(false);
  });
});
