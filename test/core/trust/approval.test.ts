import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../../src/core/ports.ts';
import type { Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import type { Verdict } from '../../../src/core/openpgp/signature.ts';
import { type Assessment, idleSignatures } from '../../../src/core/trust/approval.ts';
import { judgeFirstKeyring } from '../../../src/core/trust/first-keyring.ts';
import type { Role } from '../../../src/core/trust/policy.ts';
import { judgeTransition } from '../../../src/core/trust/transition.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import { day, makeKeyring, openedKeyring, type ContributorPlan } from '../../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const later = start + day;
const ids = ['p0', 'p1', 'p2', 'p3', 'p4'] as const;

/** Two keys for each of five people. */
let keys: ReadonlyMap<string, readonly TestKey[]>;

beforeAll(async () => {
  const pairs = await Promise.all(
    ids.map(async (id) => {
      const pair = await Promise.all(
        [0, 1].map((index) => makeKey({ name: `${id} ${index}`, email: 'a@b', created: start - day })),
      );
      return [id, pair] as const;
    }),
  );
  keys = new Map(pairs);
});

interface Version {
  readonly admins: readonly string[];
  readonly threshold: number;
}

const versions: fc.Arbitrary<Version> = fc
  .subarray([...ids], { minLength: 1 })
  .chain((admins) =>
    fc.record({ admins: fc.constant(admins), threshold: fc.integer({ min: 1, max: admins.length }) }),
  );

/** Who signs, with the first or the second key; the same more than once too. */
const signatures = fc.array(fc.record({ id: fc.constantFrom(...ids), key: fc.integer({ min: 0, max: 1 }) }), {
  maxLength: 7,
});

const contributors = ({ admins }: Version): Record<string, ContributorPlan> =>
  Object.fromEntries(
    ids.map((id) => [
      id,
      {
        keys: keys.get(id) ?? [],
        roles: admins.includes(id) ? ['admin' as const] : ['contributor' as const],
      },
    ]),
  );

const signersOf = (made: readonly { readonly id: string; readonly key: number }[]): readonly TestKey[] =>
  made.flatMap(({ id, key }) => keys.get(id)?.[key] ?? []);

const enough = ({ admins, threshold }: Version, made: readonly { readonly id: string }[]): boolean =>
  new Set(made.map(({ id }) => id).filter((id) => admins.includes(id))).size >= threshold;

describe('whoever signs a keyring file, however often and with whichever keys', () => {
  it('a change is accepted exactly if enough distinct admins of both versions have', async () => {
    await fc.assert(
      fc.asyncProperty(versions, versions, signatures, async (old, next, made) => {
        const plan = {
          repository: 'https://example.org',
          threshold: old.threshold,
          contributors: contributors(old),
        };
        const before = makeKeyring(plan, [], start);
        const change = {
          ...plan,
          previous: before,
          threshold: next.threshold,
          contributors: contributors(next),
        };
        const after = makeKeyring(change, signersOf(made), later);
        const context = { now: later, position: later, paths: [] };
        const findings = await judgeTransition(openedKeyring(before), openedKeyring(after), context);
        const accepted = findings.every(({ severity }) => severity !== 'error');
        expect(accepted).toBe(enough(old, made) && enough(next, made));
      }),
      { numRuns: 25 },
    );
  });

  it('a first keyring is accepted exactly if enough distinct people of the anchor and enough admins have', async () => {
    await fc.assert(
      fc.asyncProperty(versions, versions, signatures, async (first, pinned, made) => {
        const plan = {
          repository: 'https://example.org',
          threshold: first.threshold,
          contributors: contributors(first),
        };
        const state = openedKeyring(makeKeyring(plan, signersOf(made), start));
        const fingerprints = pinned.admins.flatMap((id) =>
          (keys.get(id) ?? []).map((key) => key.fingerprint),
        );
        const anchor = { quorum: pinned.threshold, fingerprints };
        const findings = await judgeFirstKeyring(state, anchor, { now: later, position: start });
        const accepted = findings.every(({ severity }) => severity !== 'error');
        expect(accepted).toBe(enough(first, made) && enough(pinned, made));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a signature that helps to no threshold', () => {
  const certificate = 'A'.repeat(40) as Fingerprint;
  const by = (id: string, ...roles: readonly Role[]): Assessment => ({
    counts: true,
    contributor: { id, name: id, roles: new Set(roles), packages: [], fingerprints: [certificate] },
    certificate,
  });
  const worthless = (verdict: Verdict, why: string): Assessment => ({
    counts: false,
    why,
    verdict: {
      verdict,
      reason: 'bad',
      message: why,
      fingerprint: undefined,
      certificate: undefined,
      made: undefined,
    },
  });
  const unknown = worthless('unknown-key', 'Nobody knows the key.');
  const expired = worthless('expired-key', 'The key had expired.');

  it.each([
    ['of an admin before or after helps, and is not told of', [by('ada', 'admin')], [unknown], []],
    ['of an admin of the new version helps', [unknown], [by('ada', 'admin')], []],
    [
      'of a contributor of the new version names the contributor',
      [expired],
      [by('cy')],
      [`cy (${certificate}) is not an admin.`],
    ],
    [
      'of a contributor of the old version names the contributor',
      [by('cy')],
      [expired],
      [`cy (${certificate}) is not an admin.`],
    ],
    [
      'that only the old version can judge is told in its words',
      [expired],
      [unknown],
      ['The key had expired.'],
    ],
    [
      'that only the new version can judge is told in its words',
      [unknown],
      [expired],
      ['The key had expired.'],
    ],
    ['that nobody can judge is told so', [unknown], [unknown], ['Nobody knows the key.']],
  ])('%s', (_what, byOld, byNew, why) => {
    const found = idleSignatures(byOld, byNew);
    expect(found.map(({ message }) => message)).toEqual(
      why.map((one) => `Signature 1 does not count: ${one}`),
    );
    for (const one of found) {
      expect(one).toMatchObject({
        code: 'keyring.signature',
        severity: 'note',
        at: { path: 'keyring/keyring.toml.asc' },
      });
    }
  });

  it('is counted in the order of the file', () => {
    const both = [by('ada', 'admin'), by('cy')];
    expect(idleSignatures(both, both).map(({ message }) => message)).toEqual([
      `Signature 2 does not count: cy (${certificate}) is not an admin.`,
    ]);
  });
});
