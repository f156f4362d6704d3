import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../src/core/opam/version-order.ts';
import { installed, runProgram } from '../../support/gpg-home.ts';

test('versions are ordered as opam orders them', () => {
  const ordered = [
    '~~',
    '~',
    '~beta2',
    '~beta10',
    '0.1',
    '1.0~beta',
    '1.0',
    '1.0-test',
    '1.0.1',
    '1.0.10',
    'dev',
    'trunk',
  ];
  for (const [index, version] of ordered.entries()) {
    for (const later of ordered.slice(index + 1)) {
      expect([version, later, compareVersions(version, later) < 0]).toEqual([version, later, true]);
      expect(compareVersions(later, version)).toBeGreaterThan(0);
    }
  }
});

test('zeros in front of a number do not count, and numbers may be longer than any number', () => {
  expect(compareVersions('1.007', '1.7')).toBe(0);
  expect(compareVersions('1.99999999999999999999', '1.100000000000000000000')).toBeLessThan(0);
});

const version = fc.stringMatching(/^[0-9a-b~.+-]{1,8}$/);

test('the order is total: antisymmetric and transitive', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

const hasDpkg = installed('dpkg');

describe.skipIf(!hasDpkg)(
  `Debian's order, which opam took over${hasDpkg ? '' : ' (dpkg is not installed)'}`,
  () => {
    test('is the same where Debian has neither epoch nor revision', () => {
      const upstream = fc.stringMatching(/^[0-9][0-9a-b~.+]{0,7}$/);
      for (const [one, other] of fc.sample(fc.tuple(upstream, upstream), { numRuns: 80, seed: 7 })) {
        const lower = runProgram('dpkg', ['--compare-versions', one, 'lt', other]).status === 0;
        const equal = runProgram('dpkg', ['--compare-versions', one, 'eq', other]).status === 0;
        expect([one, other, Math.sign(compareVersions(one, other))]).toEqual([
          one,
          other,
          lower ? -1 : equal ? 0 : 1,
        ]);
      }
    });
  },
);
