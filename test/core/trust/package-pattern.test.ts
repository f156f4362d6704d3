import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPackagePattern, matchesPattern } from '../../../src/core/trust/package-pattern.ts';

describe('a package pattern', () => {
  it.each(['foo', 'foo-*', '*-lwt', 'a*b*c', 'conf-g++', '0install', 'f*', 'x'.repeat(128)])(
    'may be %j',
    (text) => {
      expect(isPackagePattern(text)).toBe(true);
    },
  );

  it.each(['', '*', '**', '-*', '*_*', 'foo.1.0', 'foo bar', 'foo?', 'föö', 'x'.repeat(129)])(
    'may not be %j',
    (text) => {
      expect(isPackagePattern(text)).toBe(false);
    },
  );

  it.each([
    ['foo', 'foo', true],
    ['foo', 'foo-bar', false],
    ['foo', 'Foo', false],
    ['foo-*', 'foo-', true],
    ['foo-*', 'foo-bar', true],
    ['foo-*', 'foo', false],
    ['*-lwt', 'foo-lwt', true],
    ['*-lwt', 'foo-lwt-2', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'abcc', true],
    ['a**b', 'ab', true],
    ['g+', 'gg', false],
  ])('%j and the name %j: %j', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });

  it('agrees with the regular expression that it stands for', () => {
    const text = (alphabet: string) =>
      fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 8 });
    fc.assert(
      fc.property(text('ab*'), text('ab'), (pattern, name) => {
        expect(matchesPattern(pattern, name)).toBe(
          new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('with a hundred wildcards is matched in a moment', () => {
    expect(matchesPattern(`${'a*'.repeat(64)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});
