import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Oid } from '../../../src/core/git/oid.ts';
import { parseFingerprint, type Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import { isPackageName } from '../../../src/core/opam/package.ts';
import { printKeyring } from '../../../src/core/trust/keyring-print.ts';
import { parseKeyring, type Contributor, type KeyringContent } from '../../../src/core/trust/keyring.ts';
import { isPackagePattern } from '../../../src/core/trust/package-pattern.ts';
import { roles, type Policy } from '../../../src/core/trust/policy.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const hex = (digits: number, alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: digits, maxLength: digits });

const fingerprints = hex(40, '0123456789ABCDEF').map((text): Fingerprint => {
  const fingerprint = parseFingerprint(text);
  if (fingerprint === undefined) throw new Error(text);
  return fingerprint;
});

const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter(
    (text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text),
  );

const moments = fc.integer({ min: 0, max: 4_000_000_000 });

const packageNames = fc
  .string({ unit: fc.constantFrom(...Array.from('abZ09+-_')), minLength: 1, maxLength: 12 })
  .filter(isPackageName);

const patterns = fc
  .string({ unit: fc.constantFrom(...Array.from('abZ09+-_*')), minLength: 1, maxLength: 12 })
  .filter(isPackagePattern);

const policies: fc.Arbitrary<Policy> = fc.record({
  'new-packages': fc.constantFrom('claim', 'maintainer'),
  unsigned: fc.constantFrom('allow', 'warn', 'refuse'),
  merges: fc.constantFrom('any', 'maintainer'),
  'source-tag': fc.constantFrom('report', 'require'),
  'sha1-bindings': fc.constantFrom('note', 'refuse'),
});

const ids = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);

/** Any keyring that keeps the rules: fingerprints are dealt out, so that no two people share one. */
const contents: fc.Arbitrary<KeyringContent> = fc
  .record({
    version: fc.integer({ min: 1, max: 1_000_000 }),
    digest: hex(64, '0123456789abcdef'),
    created: moments,
    lifetime: fc.integer({ min: 1, max: 1_000_000_000 }),
    policy: policies,
    people: fc.uniqueArray(
      fc.record(
        {
          id: ids,
          name: names,
          github: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/),
          roles: fc.subarray([...roles], { minLength: 1 }),
          packages: fc.uniqueArray(patterns, { maxLength: 12 }),
        },
        { requiredKeys: ['id', 'name', 'roles', 'packages'] },
      ),
      { minLength: 1, maxLength: 6, selector: ({ id }) => id },
    ),
    keys: fc.uniqueArray(fingerprints, { minLength: 30, maxLength: 30 }),
    packages: fc.uniqueArray(packageNames, { maxLength: 4 }),
    states: fc.uniqueArray(hex(40, '0123456789abcdef'), { maxLength: 3 }),
    reason: names,
  })
  .map(({ version, digest, created, lifetime, policy, people, keys, packages, states, reason }) => {
    const contributors = people.map((one, index): [string, Contributor] => [
      one.id,
      {
        ...one,
        roles: new Set([...one.roles, 'contributor' as const, ...(index === 0 ? (['admin'] as const) : [])]),
        fingerprints: keys.slice(index * 4, index * 4 + (index % 4) + 1),
      },
    ]);
    return {
      repository: 'https://example.org/packages',
      version,
      previous: version === 1 ? 'none' : `sha256:${digest}`,
      created,
      expires: created + lifetime,
      threshold: 1,
      policy,
      contributors: new Map(contributors),
      packages: new Map(packages.map((name) => [name, { owners: people.map(({ id }) => id) }])),
      compromised: keys.slice(28).map((fingerprint) => ({ fingerprint, since: created, reason })),
      reattested: states.map((state) => state as Oid),
    };
  });

function reparse(text: string) {
  const parsing = parseKeyring(bytes(text));
  if (!parsing.ok) throw new Error(JSON.stringify(parsing.problems));
  return parsing.keyring;
}

describe('the canonical text of a keyring file', () => {
  it('is what the trust model shows', () => {
    const alice: Contributor = {
      id: 'alice',
      name: 'Alice "A" Example',
      github: 'alice',
      roles: new Set(['contributor', 'admin']),
      packages: ['foo-*', 'foo'],
      fingerprints: ['0B'.repeat(20) as Fingerprint, '0A'.repeat(20) as Fingerprint],
    };
    const bob: Contributor = {
      ...alice,
      id: 'bob',
      name: 'Bob',
      packages: [],
      fingerprints: ['0C'.repeat(32) as Fingerprint, '0D'.repeat(32) as Fingerprint],
    };
    const text = printKeyring({
      repository: 'https://example.org/packages',
      version: 1,
      previous: 'none',
      created: 1793491200,
      expires: 1825027200,
      threshold: 2,
      policy: {
        'new-packages': 'claim',
        unsigned: 'allow',
        merges: 'any',
        'source-tag': 'report',
        'sha1-bindings': 'note',
      },
      contributors: new Map([
        ['bob', bob],
        ['alice', alice],
      ]),
      packages: new Map([
        ['lwt', { owners: ['bob', 'alice'] }],
        ['conf-g++', { owners: ['alice'] }],
      ]),
      compromised: [
        { fingerprint: '0E'.repeat(20) as Fingerprint, since: 1772323200, reason: 'laptop stolen' },
      ],
      reattested: ['d'.repeat(40) as Oid],
    });
    expect(text).toBe(`format     = 1
repository = "https://example.org/packages"
version    = 1
previous   = "none"
created    = 2026-11-01T00:00:00Z
expires    = 2027-11-01T00:00:00Z
threshold  = 2

[policy]
new-packages  = "claim"
unsigned      = "allow"
merges        = "any"
source-tag    = "report"
sha1-bindings = "note"

[contributors.alice]
name         = "Alice \\"A\\" Example"
github       = "alice"
roles        = ["admin", "contributor"]
packages     = ["foo", "foo-*"]
fingerprints = ["${'0A'.repeat(20)}", "${'0B'.repeat(20)}"]

[contributors.bob]
name         = "Bob"
github       = "alice"
roles        = ["admin", "contributor"]
fingerprints = [
  "${'0C'.repeat(32)}",
  "${'0D'.repeat(32)}",
]

[packages."conf-g++"]
owners = ["alice"]

[packages.lwt]
owners = ["alice", "bob"]

[[compromised]]
fingerprint = "${'0E'.repeat(20)}"
since       = 2026-03-01T00:00:00Z
reason      = "laptop stolen"

[[reattested]]
state = "${'d'.repeat(40)}"
`);
  });

  it('says what the content says, whatever the content', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const { digest, ...parsed } = reparse(printKeyring(content));
        expect(digest).toMatch(/^sha256:/);
        expect(sorted(parsed)).toEqual(sorted(content));
      }),
    );
  });

  it('is left alone by parsing and printing', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const text = printKeyring(content);
        expect(printKeyring(reparse(text))).toBe(text);
      }),
    );
  });

  it('does not depend on the order in which people and packages were added', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const backwards = {
          ...content,
          contributors: new Map([...content.contributors].reverse()),
          packages: new Map([...content.packages].reverse()),
          compromised: [...content.compromised].reverse(),
          reattested: [...content.reattested].reverse(),
        };
        expect(printKeyring(backwards)).toBe(printKeyring(content));
      }),
    );
  });
});

/** The content with every list that means a set in one order. */
function sorted(content: KeyringContent): unknown {
  const people = [...content.contributors.values()].map((one) => ({
    ...one,
    packages: [...one.packages].sort(),
    fingerprints: [...one.fingerprints].sort(),
  }));
  return {
    ...content,
    contributors: new Map(people.map((one) => [one.id, one])),
    packages: new Map([...content.packages].map(([name, { owners }]) => [name, [...owners].sort()])),
    compromised: new Map(content.compromised.map((one) => [one.fingerprint, one])),
    reattested: new Set(content.reattested),
  };
}
