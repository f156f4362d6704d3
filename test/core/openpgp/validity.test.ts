import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  before,
  covers,
  intersection,
  validityOf,
  type Statement,
} from '../../../src/core/openpgp/validity.ts';

const statement = (made: number, expires = Infinity, maySign = true): Statement => ({
  made,
  expires,
  maySign,
});

describe('stretches of time', () => {
  const stretches = [
    { from: 10, until: 20 },
    { from: 30, until: 40 },
  ];

  it('begin with their first second and end before their last', () => {
    const inside = [9, 10, 19, 20, 29, 30, 39, 40].filter((time) => covers(stretches, time));
    expect(inside).toEqual([10, 19, 30, 39]);
  });

  it('have in common what lies in both, and nothing where one begins as the other ends', () => {
    expect(intersection(stretches, [{ from: 15, until: 35 }])).toEqual([
      { from: 15, until: 20 },
      { from: 30, until: 35 },
    ]);
    expect(intersection(stretches, [{ from: 20, until: 30 }])).toEqual([]);
    expect(intersection([], stretches)).toEqual([]);
  });

  it('are cut at a moment', () => {
    expect(before(stretches, 35)).toEqual([
      { from: 10, until: 20 },
      { from: 30, until: 35 },
    ]);
    expect(before(stretches, 10)).toEqual([]);
  });
});

describe('the validity of a key', () => {
  it('begins with the key and has no end unless a statement gives one', () => {
    expect(validityOf(10, [statement(10)])).toEqual({
      unexpired: [{ from: 10, until: Infinity }],
      signing: [{ from: 10, until: Infinity }],
    });
  });

  it('is empty without any statement', () => {
    expect(validityOf(10, [])).toEqual({ unexpired: [], signing: [] });
  });

  it('counts the earliest later statement for the time before there was any', () => {
    const { signing } = validityOf(10, [statement(50, 60), statement(70, 80)]);
    expect(signing).toEqual([
      { from: 10, until: 60 },
      { from: 70, until: 80 },
    ]);
  });

  it('follows the newest statement: an extension before the end leaves no gap', () => {
    expect(validityOf(10, [statement(10, 100), statement(90, 200)]).signing).toEqual([
      { from: 10, until: 200 },
    ]);
  });

  it('has a gap where the extension came after the end', () => {
    expect(validityOf(10, [statement(10, 100), statement(150, 200)]).signing).toEqual([
      { from: 10, until: 100 },
      { from: 150, until: 200 },
    ]);
  });

  it('ends early where a newer statement shortens it, and not before that statement', () => {
    expect(validityOf(10, [statement(10), statement(50, 40)]).signing).toEqual([{ from: 10, until: 50 }]);
  });

  it('is the stricter one of two statements of the same second, in either order', () => {
    const two = [statement(10, 60), statement(10, 50, false)];
    for (const list of [two, two.toReversed()]) {
      expect(validityOf(10, list)).toEqual({ unexpired: [{ from: 10, until: 50 }], signing: [] });
    }
  });

  it('keeps what was signed before the permission to sign was taken away', () => {
    const { signing, unexpired } = validityOf(10, [statement(10), statement(50, Infinity, false)]);
    expect(signing).toEqual([{ from: 10, until: 50 }]);
    expect(unexpired).toEqual([{ from: 10, until: Infinity }]);
  });

  it('takes the more restrictive of two statements made in the same second', () => {
    const both = [statement(10, 100), statement(10, Infinity), statement(10, 200, false)];
    expect(validityOf(10, both)).toEqual({ unexpired: [{ from: 10, until: 100 }], signing: [] });
  });

  const statements = fc.array(
    fc.record({
      made: fc.integer({ min: 0, max: 20 }),
      expires: fc.oneof(fc.integer({ min: 0, max: 25 }), fc.constant(Infinity)),
      maySign: fc.boolean(),
    }),
    { maxLength: 6 },
  );

  it('does not depend on the order of the statements', () => {
    fc.assert(
      fc.property(statements, fc.integer({ min: 0, max: 5 }), (list, created) => {
        const reversed = validityOf(created, list.toReversed());
        expect(reversed).toEqual(validityOf(created, list));
      }),
    );
  });

  it('agrees with looking every second up by itself', () => {
    fc.assert(
      fc.property(
        statements,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 30 }),
        (list, created, time) => {
          const expected = time >= created && maySignBySearch(list, time);
          expect(covers(validityOf(created, list).signing, time)).toBe(expected);
        },
      ),
    );
  });
});

/** The rule of trust model, section 2.4, for one moment, in the plainest words. */
function maySignBySearch(statements: readonly Statement[], time: number): boolean {
  const earlier = statements.filter(({ made }) => made <= time).map(({ made }) => made);
  const all = statements.map(({ made }) => made);
  const made = earlier.length > 0 ? Math.max(...earlier) : Math.min(...all);
  const inForce = statements.filter((one) => one.made === made);
  return inForce.length > 0 && inForce.every(({ expires, maySign }) => expires > time && maySign);
}
