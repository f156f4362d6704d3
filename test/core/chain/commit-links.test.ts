import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommitLinks } from '../../../src/core/chain/commit-links.ts';
import { oidOf } from '../../../src/core/git/oid.ts';

const commit = (number: number) => oidOf('commit', Buffer.from(String(number)), 'sha1');

const anyLinks = fc.array(
  fc.record({ number: fc.nat({ max: 9 }), parents: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }) }),
  { maxLength: 12 },
);

describe('the links between commits', () => {
  test('are those that were added first for each commit, in that order', () => {
    fc.assert(
      fc.property(anyLinks, (added) => {
        const links = new CommitLinks();
        const plain = new Map<number, readonly number[]>();
        for (const { number, parents } of added) {
          links.add(commit(number), parents.map(commit));
          if (!plain.has(number)) plain.set(number, parents);
        }
        const known = new Set([...plain].flat(2));
        const order = [...plain.keys()];
        expect(links.size).toBe(plain.size);
        expect(links.known).toBe(known.size);
        for (let number = 0; number <= 13; number++) {
          const place = order.indexOf(number);
          expect(links.has(commit(number))).toBe(plain.has(number));
          expect(links.place(commit(number))).toBe(place === -1 ? undefined : place);
          expect(links.parents(commit(number))).toEqual((plain.get(number) ?? []).map(commit));
          expect(links.number(commit(number)) !== undefined).toBe(known.has(number));
        }
        const numbers = [...known].map((number) => links.number(commit(number)) ?? -1);
        expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index));
      }),
    );
  });
});
