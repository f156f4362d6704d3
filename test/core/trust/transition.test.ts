import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../../src/core/ports.ts';
import type { Finding } from '../../../src/core/report/report.ts';
import type { KeyringFiles } from '../../../src/core/trust/keyring-state.ts';
import { judgeTransition, type TransitionContext } from '../../../src/core/trust/transition.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  day,
  makeKeyring,
  openedKeyring,
  signKeyring,
  type ContributorPlan,
  type KeyringPlan,
} from '../../support/keyring.ts';
import { armor, bytes } from '../../support/openpgp-packets.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
/** When the second version is proposed and signed. */
const later = start + 30 * day;

let alice: TestKey, aliceToo: TestKey, bob: TestKey, carol: TestKey, dora: TestKey, mallory: TestKey;
let first: KeyringFiles;

beforeAll(async () => {
  const key = (name: string) => makeKey({ name, email: `${name}@example.org`, created: start - 100 * day });
  [alice, aliceToo, bob, carol, dora, mallory] = await Promise.all([
    key('alice'),
    key('alice-too'),
    key('bob'),
    key('carol'),
    key('dora'),
    key('mallory'),
  ]);
  first = makeKeyring(plan(), [alice, bob], start);
});

/** Three admins, two of whom must sign; Dora publishes. */
function people(): Record<string, ContributorPlan> {
  return {
    alice: { keys: [alice, aliceToo], roles: ['admin', 'contributor'] },
    bob: { keys: [bob], roles: ['admin'] },
    carol: { keys: [carol], roles: ['admin', 'maintainer'] },
    dora: { keys: [dora], packages: ['foo'] },
  };
}

const plan = (change: Partial<KeyringPlan> = {}): KeyringPlan => ({
  repository: 'https://example.org/packages',
  threshold: 2,
  contributors: people(),
  ...change,
});

/** The second version, which changes what the test says, signed by Alice and Bob unless told otherwise. */
const second = (change: Partial<KeyringPlan> = {}, signers = [alice, bob], at = later): KeyringFiles =>
  makeKeyring(plan({ previous: first, ...change }), signers, at);

function judge(
  after: KeyringFiles,
  context: Partial<TransitionContext> = {},
  before = first,
): Promise<readonly Finding[]> {
  return judgeTransition(openedKeyring(before), openedKeyring(after), {
    now: later + day,
    position: later,
    paths: ['keyring/keyring.toml', 'keyring/keyring.toml.asc'],
    ...context,
  });
}

const errorsIn = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);

const notesIn = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ severity }) => severity === 'note').map(({ message }) => message);

const codes = async (...args: Parameters<typeof judge>): Promise<readonly string[]> =>
  errorsIn(await judge(...args));

const withCertificate = (files: KeyringFiles, key: TestKey, file: Uint8Array | string): KeyringFiles => ({
  ...files,
  certificates: new Map([...files.certificates, [key.fingerprint, Buffer.from(file)]]),
});

describe('a new version of the keyring file', () => {
  it('is accepted with the signatures of as many admins as the threshold asks for', async () => {
    expect(await judge(second())).toEqual([]);
  });

  it('may bring people, rights and packages', async () => {
    const contributors = { ...people(), emil: { keys: [mallory], roles: ['maintainer' as const] } };
    expect(await judge(second({ contributors, packages: { lwt: ['dora'] } }))).toEqual([]);
  });

  it('is refused with one signature too few, naming who signed and who is missing', async () => {
    const [finding, ...others] = (await judge(second({}, [bob]))).filter(({ message }) =>
      message.includes('of version 1 '),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'keyring.threshold', severity: 'error' });
    expect(finding?.message).toBe(
      'Version 2 of the keyring file needs the signatures of 2 of the admins of version 1 and has 1 ' +
        `(bob (${bob.fingerprint})). Not signed by: alice (${[alice.fingerprint, aliceToo.fingerprint].sort().join(', ')}); ` +
        `carol (${carol.fingerprint}).`,
    );
    expect(finding?.mend).toBe('Ask alice or carol to run opam-signet keyring sign.');
  });

  it('is refused without any signature', async () => {
    const findings = await judge(second({}, []));
    expect(errorsIn(findings)).toEqual(['keyring.threshold', 'keyring.threshold']);
    expect(findings[0]?.message).toContain('and has 0. Not signed by: alice');
  });

  it('counts a person once who signs twice', async () => {
    expect(await codes(second({}, [bob, bob]))).toEqual(['keyring.threshold', 'keyring.threshold']);
  });

  it('counts a person once who signs with two keys', async () => {
    expect(await codes(second({}, [alice, aliceToo]))).toEqual(['keyring.threshold', 'keyring.threshold']);
  });

  it('does not count contributors and maintainers who are no admins', async () => {
    const findings = await judge(second({}, [alice, dora]));
    expect(errorsIn(findings)).toEqual(['keyring.threshold', 'keyring.threshold']);
    expect(notesIn(findings)).toEqual([
      `Signature 2 does not count: dora (${dora.fingerprint}) is not an admin.`,
    ]);
  });

  it('does not count keys that it brings itself for the version before', async () => {
    const contributors = { ...people(), emil: { keys: [mallory], roles: ['admin' as const] } };
    const findings = await judge(second({ contributors }, [alice, mallory]));
    expect(errorsIn(findings)).toEqual(['keyring.threshold']);
    expect(findings[0]?.message).toContain('2 of the admins of version 1 and has 1');
  });

  it('that lowers the threshold needs the old one', async () => {
    const findings = await judge(second({ threshold: 1 }, [alice]));
    expect(errorsIn(findings)).toEqual(['keyring.threshold']);
    expect(findings[0]?.message).toContain('2 of the admins of version 1 and has 1');
    expect(await codes(second({ threshold: 1 }))).toEqual([]);
  });

  it('that raises the threshold needs the new one', async () => {
    const findings = await judge(second({ threshold: 3 }));
    expect(errorsIn(findings)).toEqual(['keyring.threshold']);
    expect(findings[0]?.message).toContain('3 of the admins of version 2 and has 2');
    expect(await codes(second({ threshold: 3 }, [alice, bob, carol]))).toEqual([]);
  });

  it('that replaces an admin needs the new admins too', async () => {
    const contributors = {
      ...people(),
      alice: { keys: [alice] },
      emil: { keys: [mallory], roles: ['admin' as const] },
    };
    const findings = await judge(second({ contributors }));
    expect(errorsIn(findings)).toEqual(['keyring.threshold']);
    expect(findings[0]?.message).toContain('2 of the admins of version 2 and has 1');
    expect(await judge(second({ contributors }, [alice, bob, mallory]))).toEqual([]);
  });

  it('that gives an admin another key can be signed by the old key for one and the new key for the other', async () => {
    const contributors = { ...people(), bob: { keys: [mallory], roles: ['admin' as const] } };
    expect(await codes(second({ contributors }, [alice, bob]))).toEqual(['keyring.threshold']);
    expect(await codes(second({ contributors }, [alice, bob, mallory]))).toEqual([]);
  });

  it('is not hurt by a further signature that nobody knows', async () => {
    const findings = await judge(second({}, [alice, mallory, bob]));
    expect(errorsIn(findings)).toEqual([]);
    expect(findings).toMatchObject([{ code: 'keyring.signature', severity: 'note' }]);
    expect(notesIn(findings)[0]).toContain(mallory.fingerprint);
  });

  it('is refused if signatures over other bytes stand beside it', async () => {
    const other = second({ packages: { lwt: ['dora'] } });
    const findings = await judge({ ...second(), signatures: other.signatures });
    expect(errorsIn(findings)).toEqual(['keyring.threshold', 'keyring.threshold']);
    expect(notesIn(findings)).toHaveLength(2);
  });

  it('is refused if its signatures are no armored block', async () => {
    expect(await codes({ ...second(), signatures: Buffer.from('garbage\n') })).toEqual([
      'keyring.threshold',
      'keyring.threshold',
    ]);
  });

  it('is refused if its signatures stand in several armored blocks', async () => {
    const { toml } = second();
    const signatures = Buffer.concat([signKeyring(toml, [alice], later), signKeyring(toml, [bob], later)]);
    expect(await codes({ ...second(), signatures })).toContain('keyring.threshold');
  });

  it('needs the version after the one in force', async () => {
    const [skipped, ...others] = await judge(second({ version: 3 }));
    expect(others).toEqual([]);
    expect(skipped).toMatchObject({
      code: 'keyring.version',
      message: 'The keyring file has version 3; after version 1 comes 2.',
    });
    expect(await codes(second({ version: Number.MAX_SAFE_INTEGER }))).toEqual(['keyring.version']);
    const { digest } = openedKeyring(first).keyring;
    const sameAgain = makeKeyring(plan({ version: 1, packages: { lwt: ['dora'] } }), [alice, bob], later);
    expect(digest).not.toBe(openedKeyring(sameAgain).keyring.digest);
    expect(await codes(sameAgain)).toEqual(['keyring.version']);
  });

  it('can not be an older one that was properly signed', async () => {
    expect(await codes(first, {}, second())).toContain('keyring.version');
  });

  it('must name the bytes that it follows', async () => {
    const findings = await judge(second({ version: 2, previous: `sha256:${'0'.repeat(64)}` }));
    expect(errorsIn(findings)).toEqual(['keyring.previous']);
    expect(findings[0]?.message).toContain(openedKeyring(first).keyring.digest);
  });

  it('stays with the same repository', async () => {
    const findings = await judge(second({ repository: 'https://example.org/other' }));
    expect(errorsIn(findings)).toEqual(['keyring.repository']);
    expect(findings[0]?.message).toMatch(/example\.org\/other.*example\.org\/packages/);
  });

  it('may not lower the floor for unsigned changes', async () => {
    const strict = makeKeyring(plan({ policy: { unsigned: 'refuse' } }), [alice, bob], start);
    const lowered = (unsigned: 'allow' | 'warn' | 'refuse') =>
      makeKeyring(plan({ previous: strict, policy: { unsigned, merges: 'any' } }), [alice, bob], later);
    expect(await codes(lowered('warn'), {}, strict)).toEqual(['keyring.policy-lowered']);
    expect(await codes(lowered('allow'), {}, strict)).toEqual(['keyring.policy-lowered']);
    expect(await codes(lowered('refuse'), {}, strict)).toEqual([]);
    expect(await codes(second({ policy: { unsigned: 'warn' } }))).toEqual([]);
  });

  it('may change every other policy in both directions', async () => {
    const strict = {
      'new-packages': 'maintainer',
      merges: 'maintainer',
      'source-tag': 'require',
      'sha1-bindings': 'refuse',
    } as const;
    const raised = second({ policy: strict });
    expect(await codes(raised)).toEqual([]);
    expect(await codes(makeKeyring(plan({ previous: raised }), [alice, bob], later), {}, raised)).toEqual([]);
  });

  it('is not dated before the version that it follows', async () => {
    expect(await codes(second({}, [alice, bob], start - 1))).toEqual(['keyring.created']);
    expect(await codes(second({}, [alice, bob], start))).toEqual([]);
  });

  it('is not dated in the future', async () => {
    const tomorrow = second({ expires: later + 365 * day }, [alice, bob], later + day);
    expect(await codes(tomorrow, { now: later })).toContain('keyring.created');
    expect(await codes(tomorrow, { now: later + day - 3600 })).not.toContain('keyring.created');
  });

  it('stands alone in its step', async () => {
    const findings = await judge(second(), {
      paths: ['keyring/keyring.toml', 'packages/foo/foo.1/opam', 'keyrings/x', 'repo'],
    });
    expect(errorsIn(findings)).toEqual(['keyring.mixed-step']);
    expect(findings[0]).toMatchObject({
      at: { path: 'packages/foo/foo.1/opam' },
      message: 'The change of keyring/ also changes packages/foo/foo.1/opam and 2 more.',
    });
    const [root] = await judge(second(), { paths: ['keyring'] });
    expect(root).toMatchObject({
      code: 'keyring.mixed-step',
      message: 'The change of keyring/ also changes keyring.',
    });
  });

  it('is told with file, version and dates, whatever is wrong with it', async () => {
    const early = await judge(second({}, [alice, bob], start - 1));
    expect(early[0]).toMatchObject({
      at: { path: 'keyring/keyring.toml' },
      message:
        'Version 2 of the keyring file is dated 2026-01-04T23:59:59Z, before version 1 (2026-01-05T00:00:00Z).',
    });
    const tomorrow = second({ expires: later + 365 * day }, [alice, bob], later + day);
    expect((await judge(tomorrow, { now: later }))[0]?.message).toBe(
      'Version 2 of the keyring file is dated 2026-02-05T00:00:00Z, which is still to come.',
    );
    const strict = makeKeyring(plan({ policy: { unsigned: 'refuse' } }), [alice, bob], start);
    const lowered = makeKeyring(
      plan({ previous: strict, policy: { unsigned: 'warn' } }),
      [alice, bob],
      later,
    );
    expect((await judge(lowered, {}, strict))[0]?.message).toBe(
      'Version 2 lowers unsigned from "refuse" to "warn".',
    );
    const [replaced] = await judge({ ...first, signatures: new Uint8Array(0) });
    expect(replaced).toMatchObject({
      at: { path: 'keyring/keyring.toml.asc' },
      message: 'keyring/keyring.toml.asc was changed although version 1 of the keyring file stayed the same.',
    });
    const [unsigned] = await judge(second({}, []));
    expect(unsigned).toMatchObject({ code: 'keyring.threshold', at: { path: 'keyring/keyring.toml.asc' } });
    expect(unsigned?.at).not.toHaveProperty('step');
  });

  it('tells in every finding which step it was', async () => {
    const step = 'd'.repeat(40);
    const findings = await judge(second({ version: 3 }, [mallory]), {
      step: step as NonNullable<TransitionContext['step']>,
    });
    expect(findings.length).toBeGreaterThan(3);
    expect(new Set(findings.map(({ at }) => at.step))).toEqual(new Set([step]));
  });
});

describe('an expired keyring', () => {
  const after = start + 400 * day;
  const times = { now: after + day, position: after };

  it('can be renewed by its admins', async () => {
    expect(await judge(second({}, [alice, bob], after), times)).toEqual([]);
    expect(await codes(second({}, [alice], after), times)).toEqual([
      'keyring.threshold',
      'keyring.threshold',
    ]);
  });

  it('authorises nothing beside its renewal', async () => {
    const findings = await judge(second({ packages: { lwt: ['dora'] } }, [alice, bob], after), times);
    expect(errorsIn(findings)).toEqual(['keyring.expired']);
    expect(findings[0]?.message).toBe(
      'Version 1 of the keyring file expired on 2027-01-05T00:00:00Z, and version 2 changes more than the dates.',
    );
    expect(await codes(second({ threshold: 1 }, [alice, bob], after), times)).toEqual(['keyring.expired']);
  });

  it('can not be followed by one that has expired too', async () => {
    const findings = await judge(second({ expires: after }, [alice, bob], after - day), times);
    expect(errorsIn(findings)).toEqual(['keyring.expired']);
    expect(findings[0]?.message).toContain('Version 2');
  });
});

describe('a signature on a keyring file', () => {
  /** What is said about Alice's signature if it does not count, with her certificates as they are given. */
  async function objection(
    files: KeyringFiles,
    context: Partial<TransitionContext> = {},
    before = first,
  ): Promise<string | undefined> {
    const findings = await judge(files, context, before);
    return notesIn(findings).find((message) => message.startsWith('Signature 1 '));
  }

  it('does not count if its key had expired at the position, whatever its own date', async () => {
    const shortLived = await makeKey({ name: 'a', email: 'a@b', created: start, expires: start + 20 * day });
    const contributors = { ...people(), alice: { keys: [shortLived], roles: ['admin' as const] } };
    const before = makeKeyring(plan({ contributors }), [shortLived, bob], start);
    const next = (at: Seconds) =>
      makeKeyring(
        plan({ contributors, previous: before, expires: later + 300 * day }),
        [shortLived, bob],
        at,
      );
    expect(await objection(next(start + 10 * day), {}, before)).toContain(shortLived.fingerprint);
    expect(await objection(next(start + 10 * day), { position: start + 19 * day }, before)).toBeUndefined();
  });

  it('does not count if it is dated in the future', async () => {
    const files = second();
    const signatures = signKeyring(files.toml, [alice, bob], later + 3 * day);
    expect(await codes({ ...files, signatures }, { now: later + day })).toContain('keyring.threshold');
    expect(await codes({ ...files, signatures }, { now: later + 3 * day })).toEqual([]);
  });

  it('may be made weeks after the version was proposed', async () => {
    const files = second();
    const signatures = signKeyring(files.toml, [alice, bob], later + 30 * day);
    expect(
      await codes({ ...files, signatures }, { now: later + 31 * day, position: later + 30 * day }),
    ).toEqual([]);
  });

  it('does not count if it is dated before the version was made', async () => {
    const files = second();
    const signedAt = (at: Seconds): KeyringFiles => ({
      ...files,
      signatures: signKeyring(files.toml, [alice, bob], at),
    });
    expect(await objection(signedAt(later - 3601))).toMatch(
      /dated 2026-02-03T22:59:59Z, before this version was made/,
    );
    expect(await objection(signedAt(later - 3600))).toBeUndefined();
  });

  it('does not count if its key was retired before the position, even with an earlier date', async () => {
    const retired = alice.revoked(later + day, 'superseded');
    const withRetired = (files: KeyringFiles) => withCertificate(files, alice, retired.armoredCertificate);
    const at = { now: later + 3 * day };
    expect(
      await objection(withRetired(second()), { ...at, position: later + 2 * day }, withRetired(first)),
    ).toMatch(/revoked/);
    expect(
      await objection(withRetired(second()), { ...at, position: later }, withRetired(first)),
    ).toBeUndefined();
  });

  it('does not count if its own subkey was retired before the position', async () => {
    const withSubkey = await makeKey({ name: 's', email: 's@b', created: start, signingSubkey: true });
    const retired = withSubkey.subkeyRevoked(later + day, 'retired').armoredCertificate;
    const contributors = { ...people(), alice: { keys: [withSubkey], roles: ['admin' as const] } };
    const before = makeKeyring(plan({ contributors }), [withSubkey, bob], start);
    const next = makeKeyring(plan({ contributors, previous: before }), [withSubkey, bob], later);
    const files = withCertificate(next, withSubkey, retired);
    const times = { now: later + 3 * day, position: later + 2 * day };
    expect(await objection(files, times, withCertificate(before, withSubkey, retired))).toContain(
      withSubkey.signingFingerprint,
    );
  });

  it('does not count if the certificate of its subkey was retired before the position', async () => {
    const withSubkey = await makeKey({ name: 's', email: 's@b', created: start, signingSubkey: true });
    const retired = withSubkey.revoked(later + day, 'retired').armoredCertificate;
    const contributors = { ...people(), alice: { keys: [withSubkey], roles: ['admin' as const] } };
    const before = makeKeyring(plan({ contributors }), [withSubkey, bob], start);
    const next = makeKeyring(plan({ contributors, previous: before }), [withSubkey, bob], later);
    const judged = (position: Seconds) =>
      objection(
        withCertificate(next, withSubkey, retired),
        { now: later + 3 * day, position },
        withCertificate(before, withSubkey, retired),
      );
    expect(await judged(later + 2 * day)).toMatch(/revoked/);
    expect(await judged(later)).toBeUndefined();
  });

  it('does not count if its key was revoked as compromised, in the step itself too', async () => {
    const revoked = alice.revoked(later + day, 'compromised').armoredCertificate;
    const inStep = await judge(withCertificate(second(), alice, revoked), { now: later + 2 * day });
    expect(errorsIn(inStep)).toEqual(['keyring.threshold', 'keyring.threshold']);
    const before = await codes(
      withCertificate(second(), alice, revoked),
      {},
      withCertificate(first, alice, revoked),
    );
    expect(before).toEqual(['keyring.threshold', 'keyring.threshold']);
  });

  it('does not count if the version itself lists its key as compromised', async () => {
    const contributors = { ...people(), alice: { keys: [aliceToo], roles: ['admin' as const] } };
    const compromised = [{ fingerprint: alice.fingerprint, since: start, reason: 'laptop stolen' }];
    const findings = await judge(second({ contributors, compromised }));
    expect(errorsIn(findings)).toEqual(['keyring.threshold', 'keyring.threshold']);
    expect(notesIn(findings)[0]).toContain('laptop stolen');
    expect(await codes(second({ contributors, compromised }, [aliceToo, bob]))).toEqual([]);
  });

  it('does not count if the keyring at the tip knows its key as compromised', async () => {
    const contributors = { ...people(), alice: { keys: [aliceToo], roles: ['admin' as const] } };
    const compromised = [{ fingerprint: alice.fingerprint, since: later + 50 * day, reason: 'phished' }];
    const third = makeKeyring(plan({ contributors, compromised, previous: second() }), [carol, bob], later);
    const tip = openedKeyring(third);
    expect(await codes(second(), { tip })).toEqual(['keyring.threshold', 'keyring.threshold']);
    expect(await codes(second())).toEqual([]);
  });

  it('does not count with a weak hash or of another type', async () => {
    const { toml } = second();
    const good = bob.signaturePacket(toml, later);
    const signed = (packet: Uint8Array): KeyringFiles => ({
      ...second(),
      signatures: Buffer.from(armor('SIGNATURE', bytes(packet, good))),
    });
    expect(await codes(signed(alice.signaturePacket(toml, later)))).toEqual([]);
    expect(await codes(signed(alice.signaturePacket(toml, later, { hash: 'sha1' })))).toContain(
      'keyring.threshold',
    );
    expect(await codes(signed(alice.signaturePacket(toml, later, { type: 1 })))).toContain(
      'keyring.threshold',
    );
    const expiring = signed(alice.signaturePacket(toml, later, { expires: later + day }));
    expect(await codes(expiring, { position: later + day, now: later + day })).toContain('keyring.threshold');
  });
});

describe('certificates in the keyring folder', () => {
  it('grow without a new version and without admins', async () => {
    const grown = alice.extended(later, later + 900 * day).withUserId(later, 'Alice', 'new@example.org');
    expect(await judge(withCertificate(first, alice, grown.armoredCertificate))).toEqual([]);
    const revoked = alice.revoked(later, 'superseded');
    expect(await judge(withCertificate(first, alice, revoked.armoredCertificate))).toEqual([]);
    const withSubkey = await alice.withSubkey({ created: later });
    expect(await judge(withCertificate(first, alice, withSubkey.armoredCertificate))).toEqual([]);
  });

  it('grow while the keyring is expired, so that its admins can renew it', async () => {
    const grown = alice.extended(later, later + 900 * day).armoredCertificate;
    const times = { now: start + 500 * day, position: start + 500 * day };
    expect(await judge(withCertificate(first, alice, grown), times)).toEqual([]);
  });

  it('may not lose packets', async () => {
    const revoked = withCertificate(first, alice, alice.revoked(later, 'compromised').armoredCertificate);
    const findings = await judge(withCertificate(first, alice, alice.armoredCertificate), {}, revoked);
    expect(errorsIn(findings)).toEqual(['keyring.certificate-shrunk']);
    expect(findings[0]?.message).toBe(
      `keyring/${alice.fingerprint}.asc has lost 1 packet of certificate ${alice.fingerprint}.`,
    );
  });

  it('may not lose packets under a new version either, whoever signed it', async () => {
    const revoked = withCertificate(first, carol, carol.revoked(later, 'retired').armoredCertificate);
    expect(await codes(second(), {}, revoked)).toEqual(['keyring.certificate-shrunk']);
    const third = await judge(second({ contributors: withoutCarol() }), {}, revoked);
    expect(errorsIn(third)).toEqual([]);
  });

  it('may not trade packets for others that their key signed', async () => {
    const revoked = withCertificate(first, alice, alice.revoked(later, 'compromised').armoredCertificate);
    const traded = alice.extended(later, undefined).withUserId(later, 'Alice', 'new@example.org');
    const findings = await judge(withCertificate(first, alice, traded.armoredCertificate), {}, revoked);
    expect(errorsIn(findings)).toEqual(['keyring.certificate-shrunk']);
    const bare = alice.withoutUserIds().armoredCertificate;
    expect((await judge(withCertificate(first, alice, bare)))[0]?.message).toContain('has lost 2 packets');
  });

  it('may not gain what their key did not sign', async () => {
    const foreign = await mallory.withSubkey({ created: later });
    const stranger = Buffer.concat([alice.certificate, ...foreign.packets.slice(-2)]);
    const findings = await judge(withCertificate(first, alice, stranger));
    expect(errorsIn(findings)).toEqual(['keyring.certificate-file']);
    expect(findings[0]?.message).toContain(alice.fingerprint);
  });

  it('may be written in another form', async () => {
    expect(await judge(withCertificate(first, alice, alice.certificate))).toEqual([]);
  });

  it('may not change in a step that changes something else', async () => {
    const grown = withCertificate(first, alice, alice.extended(later, undefined).armoredCertificate);
    const paths = [`keyring/${alice.fingerprint}.asc`, 'packages/foo/foo.1/opam'];
    expect(await codes(grown, { paths })).toEqual(['keyring.mixed-step']);
  });

  it('leave the signatures of a version as they were accepted', async () => {
    const more = signKeyring(first.toml, [alice, bob, carol], start);
    expect(await codes({ ...first, signatures: more })).toEqual(['keyring.signatures-changed']);
    expect(await codes({ ...first, signatures: new Uint8Array(0) })).toEqual(['keyring.signatures-changed']);
    expect(await codes(first)).toEqual([]);
  });
});

function withoutCarol(): Record<string, ContributorPlan> {
  return Object.fromEntries(Object.entries(people()).filter(([id]) => id !== 'carol'));
}
