import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  printSequoiaPolicy,
  readGuixAuthorizations,
  readSequoiaPolicy,
} from '../../../src/core/trust/foreign-keyring.ts';

const problem = (reading: ReturnType<typeof readSequoiaPolicy>): string =>
  reading.ok ? '' : reading.message;

describe('the policy of sq-git', () => {
  it('has people with their certificates and rights, of which it lists those that are true', () => {
    const toml = [
      'version = 0',
      'commit_goodlist = []',
      '[authorization."Ada <ada@example.org>"]',
      'sign_commit = true',
      'add_user = true',
      'audit = false',
      'keyring = "the certificate"',
    ].join('\n');
    expect(readSequoiaPolicy(toml)).toEqual({
      ok: true,
      people: [
        {
          name: 'Ada <ada@example.org>',
          rights: ['sign_commit', 'add_user'],
          keyring: 'the certificate',
          fingerprint: undefined,
        },
      ],
    });
    expect(readSequoiaPolicy('version = 0')).toEqual({ ok: true, people: [] });
  });

  it('gives back whoever was printed into it, whatever the name', () => {
    const name = fc.oneof(
      fc.constantFrom('constructor', 'prototype', 'toString', '"', 'a.b', '[x]'),
      fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== '__proto__'),
    );
    const person = fc.record({
      name,
      rights: fc.constantFrom([], ['sign_commit'], ['sign_commit', 'add_user']),
      keyring: fc.string(),
    });
    const people = fc.uniqueArray(person, { maxLength: 5, selector: (one) => one.name });
    fc.assert(
      fc.property(people, (all) => {
        const reading = readSequoiaPolicy(printSequoiaPolicy(all));
        const read = reading.ok ? reading.people.map(({ fingerprint: _, ...one }) => one) : reading;
        expect(new Set(Array.isArray(read) ? read : [])).toEqual(new Set(all));
      }),
    );
  });

  it.each([
    ['version = 1', 'version'],
    ['', 'version'],
    ['version = 0\n[authorization.x]\nsign_commit = true', 'keyring'],
    ['version = 0\n[authorization.x]\nkeyring = ""\nsign_commit = "yes"', 'sign_commit'],
    ['version = 0\nauthorization = 3', 'authorization'],
    ['version = ', 'line 1'],
    [`version = 0\nx = ${'['.repeat(100)}${']'.repeat(100)}`, 'TOML'],
  ])('is refused where it is another thing: %j', (toml, word) => {
    expect(problem(readSequoiaPolicy(toml))).toContain(word);
  });
});

const fingerprint = 'CAFE '.repeat(10).trim();

describe('the authorizations of Guix', () => {
  const file = (entries: string): string =>
    `;; a comment with (brackets\n(authorizations\n (version 0)\n (${entries}))\n`;

  it('have keys with the names beside them', () => {
    const reading = readGuixAuthorizations(
      file(`("${fingerprint}" (name "ada \\"the\\" admin")) ("${'B'.repeat(40)}")`),
    );
    expect(reading).toMatchObject({
      ok: true,
      people: [
        { name: 'ada "the" admin', fingerprint: 'CAFE'.repeat(10), rights: ['sign_commit'], keyring: '' },
        { name: '', fingerprint: 'B'.repeat(40) },
      ],
    });
  });

  it.each([
    ['', 'no list'],
    ['(authorizations', 'no list'],
    ['(authorizations (version 0) ()) more', 'no list'],
    ['(authorizations (version 0) ()))', 'no list'],
    ['(channels (version 0) ())', 'no list'],
    ['(authorizations (version 1) ())', 'version'],
    ['(authorizations (version 0))', 'version'],
    [file('("ABCD" (name "short"))'), '"\\"ABCD\\"" is not a whole fingerprint'],
    [file('(("nested"))'), 'is not a whole fingerprint'],
    [file('()'), 'is not a whole fingerprint'],
  ])('are refused where they are another thing: %j', (scheme, word) => {
    expect(problem(readGuixAuthorizations(scheme))).toContain(word);
  });

  it('are read or refused, never more, whatever the text, and in no time', () => {
    const token = fc.constantFrom(
      '(',
      ')',
      'authorizations',
      'version',
      '0',
      `"${fingerprint}"`,
      ' ',
      '"',
      ';',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 20 }), (tokens) => {
        expect(typeof readGuixAuthorizations(tokens.join('')).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
    expect(readGuixAuthorizations('('.repeat(100_000)).ok).toBe(false);
    expect(readGuixAuthorizations(`${'('.repeat(50_000)}${')'.repeat(50_000)}`).ok).toBe(false);
  });
});
