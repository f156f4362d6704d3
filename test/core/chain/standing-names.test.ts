import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingSet } from '../../../src/core/chain/growing-set.ts';
import { StandingNames } from '../../../src/core/chain/standing-names.ts';
import { likeness } from '../../../src/core/opam/package.ts';

const name = fc.string({
  unit: fc.constantFrom('a', 'B', 'b', '-', 'l', '1', 'i'),
  minLength: 1,
  maxLength: 3,
});

/** Each step grows one of the sets that there are already, so that lines branch. */
const steps = fc.array(fc.record({ from: fc.nat(20), names: fc.array(name, { maxLength: 4 }) }), {
  maxLength: 20,
});

describe('names that stand', () => {
  it('are those of a plain set, in every version of it, however the versions branch', () => {
    fc.assert(
      fc.property(steps, fc.array(name), (all, asked) => {
        const versions = [{ standing: StandingNames.none, plain: new Set<string>() }];
        for (const { from, names } of all) {
          const before = versions[from % versions.length];
          if (before === undefined) throw new Error('unreachable: there is a first version');
          versions.push({
            standing: before.standing.with(names),
            plain: new Set([...before.plain, ...names]),
          });
        }
        for (const { standing, plain } of versions) {
          expect([...standing.names]).toEqual([...plain]);
          for (const one of asked) {
            expect(standing.has(one)).toBe(plain.has(one));
            const look = likeness(one);
            expect(standing.alike(one)).toBe(
              [...plain].filter((other) => likeness(other) === look).sort()[0],
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('cost no copy from step to step, so that a long history stays linear', () => {
    let set = GrowingSet.empty;
    const first = set.with(['0']);
    for (let index = 0; index < 50_000; index += 1) set = set.with([`${index}`]);
    expect(set.size).toBe(50_000);
    expect([...first]).toEqual(['0']);
    expect(set.with(['1'])).toBe(set);
  });
});
