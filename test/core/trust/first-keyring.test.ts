import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../../src/core/ports.ts';
import type { Finding } from '../../../src/core/report/report.ts';
import type { TrustAnchor } from '../../../src/core/trust/anchor.ts';
import { judgeFirstKeyring } from '../../../src/core/trust/first-keyring.ts';
import type { KeyringFiles } from '../../../src/core/trust/keyring-state.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import { day, makeKeyring, openedKeyring, type KeyringPlan } from '../../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const repository = 'https://example.org/packages';

let alice: TestKey, aliceToo: TestKey, bob: TestKey, carol: TestKey, dora: TestKey;

beforeAll(async () => {
  const key = (name: string) => makeKey({ name, email: `${name}@example.org`, created: start - day });
  [alice, aliceToo, bob, carol, dora] = await Promise.all([
    key('a'),
    key('a2'),
    key('b'),
    key('c'),
    key('d'),
  ]);
});

function keyring(signers: readonly TestKey[], change: Partial<KeyringPlan> = {}): KeyringFiles {
  const plan = {
    repository,
    threshold: 1,
    contributors: {
      alice: { keys: [alice, aliceToo], roles: ['admin'] as const },
      bob: { keys: [bob], roles: ['admin'] as const },
      carol: { keys: [carol], roles: ['admin'] as const },
      dora: { keys: [dora] },
    },
    ...change,
  };
  return makeKeyring(plan, signers, start);
}

function judge(
  files: KeyringFiles,
  anchor: Partial<TrustAnchor>,
  position = start,
): Promise<readonly Finding[]> {
  const fingerprints = [alice, aliceToo, bob].map((key) => key.fingerprint);
  const whole = { repository, quorum: 2, fingerprints, ...anchor };
  return judgeFirstKeyring(openedKeyring(files), whole, { now: position + day, position });
}

const errors = async (...args: Parameters<typeof judge>): Promise<readonly string[]> =>
  (await judge(...args)).filter(({ severity }) => severity === 'error').map(({ code }) => code);

describe('the first keyring', () => {
  it('is trusted if a quorum of the trust anchor has signed it', async () => {
    expect(await judge(keyring([alice, bob]), {})).toEqual([]);
    expect(await judge(keyring([alice, bob, carol]), {})).toEqual([]);
  });

  it("is trusted by an anchor that does not know the repository's id", async () => {
    const { fingerprint } = alice;
    const anchor: TrustAnchor = { quorum: 1, fingerprints: [fingerprint] };
    const times = { now: start + day, position: start };
    expect(await judgeFirstKeyring(openedKeyring(keyring([alice])), anchor, times)).toEqual([]);
  });

  it('is not trusted with one signature too few, naming what was pinned and who signed', async () => {
    const [finding] = await judge(keyring([alice]), {});
    expect(finding).toMatchObject({
      code: 'keyring.first',
      severity: 'error',
      at: { path: 'keyring/keyring.toml.asc' },
    });
    expect(finding?.message).toBe(
      `Version 1 of the keyring file needs the signatures of 2 of the trust anchor's fingerprints ${alice.fingerprint}, ` +
        `${aliceToo.fingerprint}, ${bob.fingerprint}, each of another person, and has 1: alice (${alice.fingerprint}).`,
    );
  });

  it('is not trusted with two signatures where three are needed, each of them named', async () => {
    const [finding] = await judge(keyring([alice, bob]), { quorum: 3 });
    expect(finding?.message).toMatch(
      new RegExp(`has 2: alice \\(${alice.fingerprint}\\); bob \\(${bob.fingerprint}\\)\\.$`),
    );
  });

  it('is not trusted by two keys of one person', async () => {
    expect(await errors(keyring([alice, aliceToo]), {})).toEqual(['keyring.first']);
  });

  it('is not trusted by admins whom the anchor does not pin', async () => {
    expect(await errors(keyring([bob, carol]), {})).toEqual(['keyring.first']);
    expect(await errors(keyring([carol]), { quorum: 1 })).toEqual(['keyring.first']);
  });

  it('is not trusted without signatures, and not by a quorum of none', async () => {
    const unsigned = await judge(keyring([]), { quorum: 1 });
    expect(unsigned.map(({ code }) => code)).toEqual(['keyring.first', 'keyring.threshold']);
    expect(unsigned[0]?.message).toMatch(/each of another person, and has 0\.$/);
    expect(await errors(keyring([alice, bob]), { quorum: 0 })).toEqual(['keyring.first']);
  });

  it('is not trusted against its own threshold', async () => {
    expect(await errors(keyring([alice], { threshold: 2 }), { quorum: 1 })).toEqual(['keyring.threshold']);
    expect(await errors(keyring([dora]), { quorum: 1, fingerprints: [dora.fingerprint] })).toEqual([
      'keyring.threshold',
    ]);
  });

  it('is not trusted for another repository', async () => {
    const files = keyring([alice, bob], { repository: 'https://example.org/other' });
    expect(await judge(files, {})).toMatchObject([
      {
        code: 'keyring.repository',
        severity: 'error',
        at: { path: 'keyring/keyring.toml' },
        message: `The keyring file is for https://example.org/other; the trust anchor is for ${repository}.`,
      },
    ]);
  });

  it('is not trusted after it has expired', async () => {
    expect(await judge(keyring([alice, bob]), {}, start + 365 * day)).toMatchObject([
      {
        code: 'keyring.expired',
        severity: 'error',
        at: { path: 'keyring/keyring.toml' },
        message: 'Version 1 of the keyring file expired on 2027-01-05T00:00:00Z.',
      },
    ]);
    expect(await errors(keyring([alice, bob]), {}, start + 365 * day - 1)).toEqual([]);
  });

  it('tells of signatures that do not count', async () => {
    const findings = await judge(keyring([alice, dora, bob]), {});
    expect(findings).toMatchObject([
      {
        code: 'keyring.signature',
        severity: 'note',
        message: `Signature 2 does not count: dora (${dora.fingerprint}) is not an admin.`,
      },
    ]);
  });
});
