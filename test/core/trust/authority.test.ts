import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import { authorityOver, hasAuthority, hasExpired } from '../../../src/core/trust/authority.ts';
import type { Contributor, Keyring } from '../../../src/core/trust/keyring.ts';
import type { Role } from '../../../src/core/trust/policy.ts';
import { openPolicy } from '../../support/keyring.ts';

function person(id: string, roles: readonly Role[], packages: readonly string[] = []): Contributor {
  return { id, name: id, roles: new Set(roles), packages, fingerprints: ['0A'.repeat(20) as Fingerprint] };
}

const alice = person('alice', ['contributor'], ['foo', 'foo-*']);
const bob = person('bob', ['contributor', 'admin'], ['foo-lwt']);
const carol = person('carol', ['maintainer']);
const dora = person('dora', ['admin']);

const keyring: Keyring = {
  repository: 'https://example.org/packages',
  version: 1,
  previous: 'none',
  created: 1000,
  expires: 2000,
  threshold: 1,
  policy: openPolicy,
  contributors: new Map([alice, bob, carol, dora].map((one) => [one.id, one])),
  packages: new Map([['foo-set', { owners: ['bob'] }]]),
  compromised: [],
  reattested: [],
  digest: 'sha256:',
};

const none = new Map<string, string>();

describe('authority over a path', () => {
  it('is told of owners in the order of their ids, whatever the order of the file or of the claim', () => {
    const packages = new Map([['foo-set', { owners: ['dora', 'bob'] }]]);
    const ownersOf = (name: string, claims: ReadonlyMap<string, string>): unknown =>
      authorityOver(`packages/${name}/${name}.1/opam`, { ...keyring, packages }, claims, false);
    expect(ownersOf('foo-set', none)).toMatchObject({ owners: ['bob', 'dora'] });
    const claimed = new Map([['foo-lwt', 'aaron']]);
    expect(ownersOf('foo-lwt', claimed)).toMatchObject({ owners: ['aaron', 'alice', 'bob'] });
  });

  it.each(['keyring', 'keyring/keyring.toml', 'Keyring/x', 'KEYRING'])(
    "%j is nobody's by a signature",
    (path) => {
      const authority = authorityOver(path, keyring, none, false);
      expect(authority).toEqual({ kind: 'keyring' });
      expect([alice, bob, carol, dora].map((one) => hasAuthority(one, authority))).toEqual([
        false,
        false,
        false,
        false,
      ]);
    },
  );

  it.each([
    'repo',
    '.github/workflows/x.yml',
    'packages',
    'packages/foo',
    'packages//x',
    'packages/f o/x',
    'Packages/foo/foo.1/opam',
    'keyrings/x',
  ])("%j is the maintainers'", (path) => {
    const authority = authorityOver(path, keyring, new Map([['foo', 'alice']]), true);
    expect(authority).toEqual({ kind: 'repository' });
    expect([alice, bob, carol, dora].map((one) => hasAuthority(one, authority))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('belongs to everybody whose granted patterns match, and to the maintainers', () => {
    const authority = authorityOver('packages/foo-lwt/foo-lwt.1.0/opam', keyring, none, false);
    expect(authority).toEqual({
      kind: 'package',
      name: 'foo-lwt',
      enrolled: true,
      owners: ['alice', 'bob'],
      openToAnyContributor: false,
    });
    expect([alice, bob, carol, dora].map((one) => hasAuthority(one, authority))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('belongs to whoever claimed the name', () => {
    const claimed = authorityOver('packages/bar/bar.1/opam', keyring, new Map([['bar', 'bob']]), false);
    expect(claimed).toMatchObject({ enrolled: true, owners: ['bob'], openToAnyContributor: false });
    expect(hasAuthority(alice, claimed)).toBe(false);
    expect(hasAuthority(bob, claimed)).toBe(true);
  });

  it('belongs to claimant and granted owners together', () => {
    const both = authorityOver('packages/foo/foo.1/opam', keyring, new Map([['foo', 'bob']]), false);
    expect(both).toMatchObject({ owners: ['alice', 'bob'] });
  });

  it('belongs only to those whom admins have set, whatever grants and claims say', () => {
    const set = authorityOver(
      'packages/foo-set/foo-set.1/opam',
      keyring,
      new Map([['foo-set', 'alice']]),
      false,
    );
    expect(set).toMatchObject({ enrolled: true, owners: ['bob'] });
    expect(hasAuthority(alice, set)).toBe(false);
  });

  it("of a package whose only owner has left is the maintainers' alone", () => {
    const left = authorityOver('packages/bar/bar.1/opam', keyring, new Map([['bar', 'zoe']]), false);
    expect(left).toMatchObject({ enrolled: true, owners: ['zoe'], openToAnyContributor: false });
    expect([alice, bob, carol].map((one) => hasAuthority(one, left))).toEqual([false, false, true]);
  });

  it("of a package that nobody has enrolled is the maintainers' alone", () => {
    const standing = authorityOver('packages/old/old.1/opam', keyring, none, false);
    expect(standing).toMatchObject({ enrolled: false, owners: [], openToAnyContributor: false });
    expect([alice, carol].map((one) => hasAuthority(one, standing))).toEqual([false, true]);
  });

  it('of a new name is open to every contributor, but not to admins as such', () => {
    const fresh = authorityOver('packages/new/new.1/opam', keyring, none, true);
    expect(fresh).toMatchObject({ enrolled: false, openToAnyContributor: true });
    expect([alice, bob, carol, dora].map((one) => hasAuthority(one, fresh))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('of a new name that somebody was granted is not open to others', () => {
    const granted = authorityOver('packages/foo-new/foo-new.1/opam', keyring, none, true);
    expect(granted).toMatchObject({ owners: ['alice'], openToAnyContributor: false });
    expect(hasAuthority(bob, granted)).toBe(false);
  });

  it("of a new name is the maintainers' where the policy says so", () => {
    const strict = { ...keyring, policy: { ...openPolicy, 'new-packages': 'maintainer' as const } };
    const fresh = authorityOver('packages/new/new.1/opam', strict, none, true);
    expect(fresh).toMatchObject({ openToAnyContributor: false });
    expect([alice, carol].map((one) => hasAuthority(one, fresh))).toEqual([false, true]);
  });

  it('does not pass to an owner who lost the role contributor', () => {
    const authority = authorityOver('packages/bar/bar.1/opam', keyring, new Map([['bar', 'dora']]), false);
    expect(hasAuthority(dora, authority)).toBe(false);
  });
});

describe('a keyring', () => {
  it('has expired from the second on that `expires` names', () => {
    expect([1999, 2000].map((position) => hasExpired(keyring, position))).toEqual([false, true]);
  });
});
