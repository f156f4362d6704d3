import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { Seconds, Signer } from '../../src/core/ports.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { judgeTransition } from '../../src/core/trust/transition.ts';
import type { KeyringWork, Outcome } from '../../src/workflows/change-keyring-draft.ts';
import { reviewSigning, signReviewed, type SigningReview } from '../../src/workflows/change-keyring-sign.ts';
import { GpgHome, installed } from '../support/gpg-home.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import {
  day,
  makeKeyring,
  MemoryFolder,
  openedKeyring,
  signKeyring,
  type KeyringPlan,
} from '../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const later = start + 30 * day;

let alice: TestKey, bob: TestKey, carol: TestKey, dora: TestKey, mallory: TestKey;

beforeAll(async () => {
  const key = (name: string) => makeKey({ name, email: `${name}@example.org`, created: start - day });
  [alice, bob, carol, dora, mallory] = await Promise.all([
    key('alice'),
    key('bob'),
    key('carol'),
    key('dora'),
    key('mallory'),
  ]);
});

const plan = (change: Partial<KeyringPlan> = {}): KeyringPlan => ({
  repository: 'https://example.org/packages',
  threshold: 2,
  contributors: {
    alice: { keys: [alice], roles: ['admin'] },
    bob: { keys: [bob], roles: ['admin'] },
    dora: { keys: [dora] },
  },
  ...change,
});

const version1 = (signers = [alice, bob]): KeyringFiles => makeKeyring(plan(), signers, start);

/** Version 2 makes Carol an admin. */
const version2 = (signers: readonly TestKey[] = [], change: Partial<KeyringPlan> = {}): KeyringFiles =>
  makeKeyring(
    plan({
      previous: version1(),
      contributors: { ...plan().contributors, carol: { keys: [carol], roles: ['admin'] } },
      ...change,
    }),
    signers,
    later,
  );

const work = (
  folder: KeyringFiles | undefined,
  inForce?: KeyringFiles,
  now = later + day,
): KeyringWork & { folder: MemoryFolder } => ({
  folder: new MemoryFolder(folder),
  inForce,
  now,
});

const signer = (
  key: TestKey,
  sign: Signer['sign'] = (payload) => key.sign(payload, later + day),
): Signer => ({
  fingerprint: key.fingerprint,
  description: `test key ${key.fingerprint}`,
  sign,
  certificate: () => Promise.resolve(key.certificate),
});

function value<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join('\n'));
  return outcome.value;
}

const codes = (outcome: Outcome<unknown>): readonly string[] =>
  outcome.ok ? [] : outcome.findings.map(({ code }) => code);

async function sign(at: KeyringWork, who: Signer) {
  return signReviewed(at.folder, value(await reviewSigning(at, who)), who, () => at.now);
}

describe('what an admin is about to sign', () => {
  it('is shown as a difference to the version in force', async () => {
    const review = value(await reviewSigning(work(version2([bob]), version1()), signer(alice)));
    expect(review.difference).toEqual([
      { field: 'version', removed: ['1'], added: ['2'], widens: false },
      { field: 'expires', removed: ['2027-01-05T00:00:00Z'], added: ['2027-02-04T00:00:00Z'], widens: false },
      { field: 'contributors.carol.name', removed: [], added: ['carol'], widens: false },
      { field: 'contributors.carol.roles', removed: [], added: ['admin'], widens: true },
      { field: 'contributors.carol.fingerprints', removed: [], added: [carol.fingerprint], widens: true },
    ]);
    expect(review).toMatchObject({
      signer: { contributor: 'alice', certificate: alice.fingerprint },
      signed: ['bob'],
      warnings: [],
    });
  });

  it('is everything in a first version', async () => {
    const review = value(await reviewSigning(work(version1([])), signer(alice)));
    expect(review.difference?.map(({ field }) => field)).toContain('contributors.dora.fingerprints');
    expect(review.warnings).toEqual([]);
  });

  it('is not known where the version before is not at hand, which is warned of', async () => {
    const review = value(await reviewSigning(work(version2([])), signer(alice)));
    expect(review.difference).toBeUndefined();
    expect(review.warnings).toMatchObject([{ code: 'keyring.predecessor-missing', severity: 'warning' }]);
    const onBranch = value(await reviewSigning(work(version2([bob]), version2([bob])), signer(alice)));
    expect(onBranch.warnings).toHaveLength(1);
  });

  it('is refused to somebody who is no admin, naming the admins', async () => {
    const outcome = await reviewSigning(work(version2([]), version1()), signer(dora));
    expect(codes(outcome)).toEqual(['keyring.not-admin']);
    expect(JSON.stringify(outcome)).toContain(`alice (${alice.fingerprint})`);
    expect(codes(await reviewSigning(work(version2([]), version1()), signer(mallory)))).toEqual([
      'keyring.not-admin',
    ]);
  });

  it('is open to those who are admins in one of the two versions', async () => {
    const without = version2([], {
      contributors: {
        alice: { keys: [alice] },
        bob: { keys: [bob], roles: ['admin'] },
        carol: { keys: [carol], roles: ['admin'] },
      },
    });
    const review = async (key: TestKey): Promise<SigningReview> =>
      value(await reviewSigning(work(without, version1()), signer(key)));
    expect((await review(alice)).signer.contributor).toBe('alice');
    expect((await review(carol)).signer.contributor).toBe('carol');
  });

  it('is refused to whoever has signed it already', async () => {
    const outcome = await reviewSigning(work(version2([alice]), version1()), signer(alice));
    expect(codes(outcome)).toEqual(['keyring.nothing-changed']);
  });

  it('is refused where it could not come into force', async () => {
    const skipped = version2([], { version: 3 });
    expect(codes(await reviewSigning(work(skipped, version1()), signer(alice)))).toEqual(['keyring.version']);
    const strict = makeKeyring(plan({ policy: { unsigned: 'refuse' } }), [alice, bob], start);
    const lowered = makeKeyring(plan({ previous: strict }), [], later);
    expect(codes(await reviewSigning(work(lowered, strict), signer(alice)))).toEqual([
      'keyring.policy-lowered',
    ]);
  });

  it('is refused where the folder has nothing new, or nothing at all', async () => {
    expect(codes(await reviewSigning(work(version1(), version1()), signer(alice)))).toEqual([
      'keyring.nothing-changed',
    ]);
    expect(codes(await reviewSigning(work(undefined, version1()), signer(alice)))).toEqual([
      'keyring.missing',
    ]);
  });

  it('is refused where it does not open', async () => {
    const broken = { ...version2(), certificates: new Map() };
    expect(codes(await reviewSigning(work(broken, version1()), signer(alice)))).toContain(
      'keyring.certificate-file',
    );
    expect(codes(await reviewSigning(work(version2(), broken), signer(alice)))).toContain(
      'keyring.certificate-file',
    );
  });
});

describe('keyring sign', () => {
  it('adds one signature after the other until the update rule is satisfied', async () => {
    const at = work(version2([]), version1());
    const first = value(await sign(at, signer(alice)));
    expect(first.signed).toEqual(['alice']);
    expect(first.remaining.map(({ code }) => code)).toEqual(['keyring.threshold', 'keyring.threshold']);
    const second = value(await sign(at, signer(bob)));
    expect(second).toEqual({ signed: ['alice', 'bob'], remaining: [] });
    const { files } = at.folder;
    if (files === undefined) throw new Error('nothing was written');
    const context = { now: later + 2 * day, position: later + 2 * day, paths: [] };
    expect(await judgeTransition(openedKeyring(version1()), openedKeyring(files), context)).toEqual([]);
    expect(files.toml).toEqual(version2().toml);
  });

  it('may be younger than the run that makes it', async () => {
    const at = work(version2([]), version1(), later);
    const review = value(await reviewSigning(at, signer(alice)));
    expect((await signReviewed(at.folder, review, signer(alice), () => later + day)).ok).toBe(true);
    expect((await signReviewed(at.folder, review, signer(alice), () => later)).ok).toBe(false);
  });

  it('drops signatures that count for nothing', async () => {
    const { toml } = version2();
    const stale = { ...version2(), signatures: signKeyring(Buffer.from('other bytes'), [bob], later) };
    const at = work(stale, version1());
    expect(value(await sign(at, signer(alice))).signed).toEqual(['alice']);
    const strangers = { ...version2(), signatures: signKeyring(toml, [mallory, dora, bob], later) };
    const other = work(strangers, version1());
    expect(value(await sign(other, signer(alice))).signed).toEqual(['alice', 'bob']);
    const onlyTwo = openedKeyring(other.folder.files ?? version1());
    const context = { now: later + 2 * day, position: later + 2 * day, paths: [] };
    expect(await judgeTransition(openedKeyring(version1()), onlyTwo, context)).toEqual([]);
  });

  it('by a new admin counts for the new version', async () => {
    const at = work(version2([alice], { threshold: 3 }), version1());
    const signed = value(await sign(at, signer(carol)));
    expect(signed.signed).toEqual(['alice', 'carol']);
    expect(signed.remaining.map(({ message }) => /of the admins of version (\d)/.exec(message)?.[1])).toEqual(
      ['1', '2'],
    );
  });

  it('by a subkey that is newer than the certificate in the keyring is not kept, and says why', async () => {
    const refreshed = await alice.withSubkey({ created: later });
    const at = work(version2([]), version1());
    const outcome = await sign(at, { ...signer(refreshed), fingerprint: alice.fingerprint });
    expect(outcome).toMatchObject({
      ok: false,
      findings: [
        {
          code: 'keyring.signature',
          severity: 'error',
          mend: expect.stringContaining('keyring refresh') as string,
        },
      ],
    });
    expect(at.folder.files).toEqual(version2([]));
  });

  it('with another key than the one that was reviewed is not kept', async () => {
    const at = work(version2([]), version1());
    const outcome = await sign(
      at,
      signer(alice, (payload) => mallory.sign(payload, later + day)),
    );
    expect(codes(outcome)).toEqual(['keyring.signature']);
  });

  it.each([
    ['nothing', ''],
    ['no signature', 'hello'],
  ])('fails where the signer hands over %s', async (_, answer) => {
    const at = work(version2([]), version1());
    const attempt = sign(
      at,
      signer(alice, () => Promise.resolve(answer)),
    );
    await expect(attempt).rejects.toThrow(Fault);
    await expect(attempt).rejects.toMatchObject({ code: 'signer.failed' });
    expect(at.folder.files).toEqual(version2([]));
  });

  it('fails where the signer hands over two signatures', async () => {
    const at = work(version2([]), version1());
    const two = (payload: Uint8Array) =>
      Promise.resolve(Buffer.from(signKeyring(payload, [alice, bob], later + day)).toString());
    await expect(sign(at, signer(alice, two))).rejects.toMatchObject({ code: 'signer.failed' });
  });
});

describe.skipIf(!installed('gpg'))(
  'the signatures of a keyring file, checked with gpg --verify (skipped without gpg)',
  () => {
    it('are good, one and all', async () => {
      const at = work(version2([]), version1());
      await sign(at, signer(alice));
      await sign(at, signer(bob));
      await sign(at, signer(carol));
      const files = at.folder.files ?? version1([]);
      const gpg = new GpgHome();
      try {
        for (const certificate of files.certificates.values()) gpg.import(certificate);
        const verdict = gpg.verify(files.signatures, files.toml, later + 2 * day);
        expect(verdict.keywords.filter((word) => word === 'GOODSIG')).toHaveLength(3);
        const valid = verdict.lines.flatMap((line) => / VALIDSIG ([0-9A-F]+)/.exec(line)?.[1] ?? []);
        expect(valid).toEqual([alice, bob, carol].map((key) => key.fingerprint));
        expect(verdict.status).toBe(0);
        const altered = gpg.verify(
          files.signatures,
          Buffer.concat([files.toml, Buffer.from('\n')]),
          later + 2 * day,
        );
        expect(altered.keywords).toContain('BADSIG');
      } finally {
        gpg.close();
      }
    });

    it('may be made by gpg itself', async () => {
      const gpg = new GpgHome();
      try {
        const fingerprint = gpg.generate('Gpg User <gpg@example.org>', start - day);
        const certificate = gpg.export(fingerprint);
        const key = {
          ...signer(alice, (payload) => Promise.resolve(gpg.sign(fingerprint, payload, later + day))),
          fingerprint: fingerprint as Signer['fingerprint'],
        };
        const text = Buffer.from(version2([]).toml).toString().replace(alice.fingerprint, fingerprint);
        const certificates = new Map(version2([]).certificates);
        certificates.delete(alice.fingerprint);
        certificates.set(key.fingerprint, certificate);
        const at = work({ toml: Buffer.from(text), signatures: new Uint8Array(0), certificates }, version1());
        expect(value(await sign(at, key)).signed).toEqual(['alice']);
        expect(
          gpg.verify(at.folder.files?.signatures ?? '', Buffer.from(text), later + 2 * day).keywords,
        ).toContain('GOODSIG');
      } finally {
        gpg.close();
      }
    });
  },
);
