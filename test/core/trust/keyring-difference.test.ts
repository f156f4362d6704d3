import { describe, expect, it } from 'vitest';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import { differenceOf } from '../../../src/core/trust/keyring-difference.ts';
import type { Contributor, KeyringContent } from '../../../src/core/trust/keyring.ts';
import type { Policy } from '../../../src/core/trust/policy.ts';
import { openPolicy } from '../../support/keyring.ts';

const one = '0A'.repeat(20) as Fingerprint;
const other = '0B'.repeat(20) as Fingerprint;

const alice: Contributor = {
  id: 'alice',
  name: 'Alice',
  roles: new Set(['admin', 'contributor']),
  packages: ['foo'],
  fingerprints: [one],
};

const before: KeyringContent = {
  repository: 'https://example.org',
  version: 1,
  previous: 'none',
  created: 0,
  expires: 86400,
  threshold: 2,
  policy: { ...openPolicy, unsigned: 'warn' },
  contributors: new Map([['alice', alice]]),
  packages: new Map([['conf-g++', { owners: ['alice', 'bob'] }]]),
  compromised: [{ fingerprint: other, since: 0, reason: 'stolen' }],
  reattested: [],
};

const changed = (change: Partial<KeyringContent>) => differenceOf(before, { ...before, ...change });

const person = (change: Partial<Contributor>) =>
  changed({ contributors: new Map([['alice', { ...alice, ...change }]]) });

const policy = (change: Partial<Policy>) => changed({ policy: { ...before.policy, ...change } });

describe('the difference between two versions', () => {
  it('is empty where they say the same, dates of making and chain left aside', () => {
    expect(changed({ previous: 'sha256:', created: 5 })).toEqual([]);
  });

  it.each([
    [
      'an admin more',
      () => person({ roles: new Set([...alice.roles, 'maintainer']) }),
      'contributors.alice.roles',
      [],
      ['maintainer'],
      true,
    ],
    [
      'a role less',
      () => person({ roles: new Set(['contributor']) }),
      'contributors.alice.roles',
      ['admin'],
      [],
      false,
    ],
    [
      'another key',
      () => person({ fingerprints: [other] }),
      'contributors.alice.fingerprints',
      [one],
      [other],
      true,
    ],
    ['a key less', () => person({ fingerprints: [] }), 'contributors.alice.fingerprints', [one], [], false],
    [
      'a pattern more',
      () => person({ packages: ['foo', 'lwt'] }),
      'contributors.alice.packages',
      [],
      ['lwt'],
      true,
    ],
    [
      'another name',
      () => person({ name: 'Alicia' }),
      'contributors.alice.name',
      ['Alice'],
      ['Alicia'],
      false,
    ],
    ['an account', () => person({ github: 'alice' }), 'contributors.alice.github', [], ['alice'], false],
    ['a lower threshold', () => changed({ threshold: 1 }), 'threshold', ['2'], ['1'], true],
    ['a higher threshold', () => changed({ threshold: 3 }), 'threshold', ['2'], ['3'], false],
    ['a weaker policy', () => policy({ unsigned: 'allow' }), 'policy.unsigned', ['warn'], ['allow'], true],
    [
      'a stronger policy',
      () => policy({ unsigned: 'refuse' }),
      'policy.unsigned',
      ['warn'],
      ['refuse'],
      false,
    ],
    [
      'an owner more',
      () => changed({ packages: new Map([['conf-g++', { owners: ['alice', 'bob', 'eve'] }]]) }),
      'packages."conf-g++".owners',
      [],
      ['eve'],
      true,
    ],
    [
      'an owner less',
      () => changed({ packages: new Map([['conf-g++', { owners: ['alice'] }]]) }),
      'packages."conf-g++".owners',
      ['bob'],
      [],
      false,
    ],
    [
      'owners set no more',
      () => changed({ packages: new Map() }),
      'packages."conf-g++".owners',
      ['alice', 'bob'],
      [],
      true,
    ],
    [
      'a later end',
      () => changed({ expires: 172800 }),
      'expires',
      ['1970-01-02T00:00:00Z'],
      ['1970-01-03T00:00:00Z'],
      false,
    ],
    [
      'another repository',
      () => changed({ repository: 'x' }),
      'repository',
      ['https://example.org'],
      ['x'],
      true,
    ],
    [
      'a compromised key forgotten',
      () => changed({ compromised: [] }),
      'compromised',
      [`${other}: stolen`],
      [],
      true,
    ],
    [
      'history attested again',
      () => changed({ reattested: ['d'.repeat(40) as Oid] }),
      'reattested',
      [],
      ['d'.repeat(40)],
      true,
    ],
  ] as const)('shows %s, and whether it gives more power', (_, difference, field, removed, added, widens) => {
    expect(difference()).toEqual([{ field, removed, added, widens }]);
  });

  it('shows a compromised key that is added as no gain', () => {
    const compromised = [...before.compromised, { fingerprint: one, since: 0, reason: 'lost' }];
    expect(changed({ compromised })).toEqual([
      { field: 'compromised', removed: [], added: [`${one}: lost`], widens: false },
    ]);
  });

  it('shows a person who leaves with everything that they had', () => {
    expect(changed({ contributors: new Map() }).map(({ field, widens }) => [field, widens])).toEqual([
      ['contributors.alice.name', false],
      ['contributors.alice.roles', false],
      ['contributors.alice.packages', false],
      ['contributors.alice.fingerprints', false],
    ]);
  });

  it('against nothing shows all that grants something as a gain', () => {
    const everything = differenceOf(undefined, before);
    expect(everything.filter(({ widens }) => widens).map(({ field }) => field)).toEqual([
      'contributors.alice.roles',
      'contributors.alice.packages',
      'contributors.alice.fingerprints',
      'packages."conf-g++".owners',
    ]);
    expect(everything.every(({ removed }) => removed.length === 0)).toBe(true);
  });
});
