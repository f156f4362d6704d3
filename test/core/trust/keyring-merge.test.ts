import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import { mergeKeyrings } from '../../../src/core/trust/keyring-merge.ts';
import { printKeyring } from '../../../src/core/trust/keyring-print.ts';
import type { Contributor, KeyringContent } from '../../../src/core/trust/keyring.ts';
import type { Role } from '../../../src/core/trust/policy.ts';
import { openPolicy } from '../../support/keyring.ts';

const fingerprint = (digit: string): Fingerprint => digit.repeat(40) as Fingerprint;

const person = (id: string, change: Partial<Contributor> = {}): Contributor => ({
  id,
  name: id,
  roles: new Set<Role>(['contributor']),
  packages: [],
  fingerprints: [fingerprint(id === 'a' ? 'A' : 'B')],
  ...change,
});

const content = (people: readonly Contributor[], change: Partial<KeyringContent> = {}): KeyringContent => ({
  repository: 'https://example.org',
  version: 1,
  previous: 'none',
  created: 0,
  expires: 100,
  threshold: 1,
  policy: openPolicy,
  contributors: new Map(people.map((one) => [one.id, one])),
  packages: new Map(),
  compromised: [],
  reattested: [],
  ...change,
});

const base = content([person('a')]);

describe('merging two changes of a keyring', () => {
  it('keeps what either added and drops what either removed', () => {
    const ours = content([person('a', { packages: ['x'] }), person('b')]);
    const theirs = content([person('a', { roles: new Set(['maintainer', 'contributor']) })], {
      threshold: 2,
    });
    const merging = mergeKeyrings(base, ours, theirs);
    expect(merging).toMatchObject({ ok: true, content: { threshold: 2 } });
    if (!merging.ok) return;
    expect([...merging.content.contributors.keys()]).toEqual(['a', 'b']);
    expect(merging.content.contributors.get('a')).toMatchObject({
      packages: ['x'],
      roles: new Set(['contributor', 'maintainer']),
    });
    expect(mergeKeyrings(base, base, content([]))).toMatchObject({
      ok: true,
      content: { contributors: new Map() },
    });
  });

  it('never takes back a compromise that one of the two listed', () => {
    const lost = { fingerprint: fingerprint('C'), since: 1, reason: 'stolen' };
    const merging = mergeKeyrings(base, content([person('a')], { compromised: [lost] }), base);
    expect(merging).toMatchObject({ ok: true, content: { compromised: [lost] } });
  });

  it('names what the two changed in different ways', () => {
    const merging = mergeKeyrings(
      base,
      content([], { expires: 200 }),
      content([person('a', { name: 'Ann' })], { expires: 300 }),
    );
    expect(merging).toEqual({
      ok: false,
      conflicts: [
        'expires is 1970-01-01T00:03:20Z in one and 1970-01-01T00:05:00Z in the other',
        'contributors.a was removed in one and changed in the other',
      ],
    });
  });

  const contents = fc
    .record({
      threshold: fc.integer({ min: 1, max: 3 }),
      people: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
      packages: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
    })
    .map(({ threshold, people, packages }) =>
      content(
        people.map((id) => person(id, { packages })),
        { threshold },
      ),
    );

  it('says the same whoever is first, and nothing new where one did nothing', () => {
    fc.assert(
      fc.property(contents, contents, contents, (was, one, other) => {
        const [left, right] = [mergeKeyrings(was, one, other), mergeKeyrings(was, other, one)];
        expect(left.ok).toBe(right.ok);
        if (left.ok && right.ok) expect(printKeyring(left.content)).toBe(printKeyring(right.content));
        const alone = mergeKeyrings(was, one, was);
        expect(alone.ok && printKeyring(alone.content)).toBe(printKeyring(one));
      }),
    );
  });
});
