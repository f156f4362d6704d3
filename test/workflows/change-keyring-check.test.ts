import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../src/core/ports.ts';
import type { Finding, Report } from '../../src/core/report/report.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { checkKeyring } from '../../src/workflows/change-keyring-check.ts';
import { showKeyring } from '../../src/workflows/change-keyring-show.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { day, makeKeyring, MemoryFolder, type KeyringPlan } from '../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const now = start + 10 * day;
const month = 30 * day;

let alice: TestKey, bob: TestKey, carol: TestKey, fleeting: TestKey;

beforeAll(async () => {
  const key = (name: string, expires?: Seconds) =>
    makeKey({
      name,
      email: `${name}@example.org`,
      created: start - day,
      ...(expires === undefined ? {} : { expires }),
    });
  [alice, bob, carol, fleeting] = await Promise.all([
    key('alice'),
    key('bob'),
    key('carol'),
    key('fleeting', start + 20 * day),
  ]);
});

const plan = (change: Partial<KeyringPlan> = {}): KeyringPlan => ({
  repository: 'https://example.org/packages',
  threshold: 2,
  contributors: {
    alice: { keys: [alice], roles: ['admin'] },
    bob: { keys: [bob], roles: ['admin'] },
    carol: { keys: [carol], roles: ['admin'] },
  },
  ...change,
});

const make = (change: Partial<KeyringPlan> = {}, signers = [alice, bob]): KeyringFiles =>
  makeKeyring(plan(change), signers, start);

function report(
  folder: KeyringFiles | undefined,
  options: { inForce?: KeyringFiles; at?: Seconds } = {},
): Promise<Report> {
  return checkKeyring(
    { folder: new MemoryFolder(folder), inForce: options.inForce, now: options.at ?? now },
    month,
  );
}

const check = async (...args: Parameters<typeof report>): Promise<readonly Finding[]> =>
  (await report(...args)).findings;

const codes = async (...args: Parameters<typeof check>): Promise<readonly string[]> =>
  (await check(...args)).map(({ code }) => code);

describe('keyring check', () => {
  it('finds nothing in a keyring that is well', async () => {
    expect(await check(make())).toEqual([]);
    expect(await check(make(), { inForce: make() })).toEqual([]);
    expect(await check(undefined, { inForce: make() })).toEqual([]);
  });

  it('concludes from what it found', async () => {
    const next = makeKeyring(plan({ previous: make() }), [alice, bob], start + day);
    expect((await report(make())).conclusion).toBe('verified');
    expect((await report(make({}, [alice]))).conclusion).toBe('rejected');
    expect((await report(next)).conclusion).toBe('undetermined');
    expect((await report(next, { inForce: make() })).conclusion).toBe('verified');
    expect((await report(undefined)).conclusion).toBe('rejected');
  });

  it('says that there is none', async () => {
    expect(await codes(undefined)).toEqual(['keyring.missing']);
  });

  it('names the line of what can not be read', async () => {
    const toml = Buffer.from(Buffer.from(make().toml).toString().replace('"allow"', '"ignore"'));
    expect(await check({ ...make(), toml })).toMatchObject([
      { code: 'keyring.unreadable', at: { line: 11 } },
    ]);
  });

  it('tells of missing signatures', async () => {
    expect(await codes(make({}, [alice]))).toEqual(['keyring.threshold']);
    const next = makeKeyring(plan({ previous: make(), packages: {} }), [alice], start + day);
    expect(await codes(next, { inForce: make() })).toEqual(['keyring.threshold', 'keyring.threshold']);
  });

  it('tells of a version that could not come into force', async () => {
    const skipped = makeKeyring(plan({ previous: make(), version: 4 }), [alice, bob], start + day);
    expect(await codes(skipped, { inForce: make() })).toContain('keyring.version');
  });

  it('tells where the version before is not at hand', async () => {
    const next = makeKeyring(plan({ previous: make() }), [alice, bob], start + day);
    expect(await codes(next)).toEqual(['keyring.predecessor-missing']);
  });

  it('tells from which line on the text is not canonical', async () => {
    const text = Buffer.from(make().toml).toString();
    const edited = makeKeyringFrom(text.replace('[policy]\n', '[policy]\n# strict enough\n'));
    const finding = (await check(edited)).find(({ code }) => code === 'keyring.not-canonical');
    expect(finding).toMatchObject({ severity: 'warning', at: { line: 10 } });
    const longer = (await check(makeKeyringFrom(`${text}\n`))).find(
      ({ code }) => code === 'keyring.not-canonical',
    );
    expect(longer?.at.line).toBe(text.split('\n').length + 1);
  });

  it('tells of a keyring that expires soon, and of one that has', async () => {
    const expires = start + 60 * day;
    expect(await codes(make({ expires }), { at: expires - month - 1 })).toEqual([]);
    expect(await codes(make({ expires }), { at: expires - month })).toEqual(['keyring.expires-soon']);
    expect(await codes(make({ expires }), { at: expires })).toContain('keyring.expired');
  });

  it('tells of certificates that expire soon, and of people without a key that may sign', async () => {
    const contributors = { ...plan().contributors, dora: { keys: [fleeting] } };
    const [soon, ...others] = await check(make({ contributors }));
    expect(others).toEqual([]);
    expect(soon).toMatchObject({
      code: 'keyring.certificate-expires-soon',
      severity: 'warning',
      at: { path: `keyring/${fleeting.fingerprint}.asc` },
    });
    expect(soon?.message).toBe(
      `The last key of dora in certificate ${fleeting.fingerprint} may sign until 2026-01-25T00:00:00Z.`,
    );
    const [gone] = await check(make({ contributors }), { at: start + 21 * day });
    expect(gone).toMatchObject({ code: 'keyring.no-signing-key', severity: 'warning' });
    expect(gone?.message).toContain(`dora has no key that may sign now: ${fleeting.fingerprint} is expired`);
  });

  it('does not warn of an expiring certificate beside one that lasts', async () => {
    const contributors = { ...plan().contributors, dora: { keys: [fleeting, await lasting()] } };
    expect(await codes(make({ contributors }))).toEqual([]);
    expect(await codes(make({ contributors }), { at: start + 21 * day })).toEqual([]);
  });

  it('tells when the admins who can sign are only just enough, or too few', async () => {
    const contributors = {
      alice: { keys: [alice], roles: ['admin' as const] },
      fleeting: { keys: [fleeting], roles: ['admin' as const] },
    };
    const files = make({ contributors }, [alice, fleeting]);
    const thin = await check(files, { at: start });
    expect(thin.map(({ code, severity }) => [code, severity])).toEqual([
      ['keyring.thin-quorum', 'warning'],
      ['keyring.certificate-expires-soon', 'warning'],
    ]);
    const none = await check(files, { at: start + 21 * day, inForce: files });
    expect(none.map(({ code, severity }) => [code, severity])).toEqual([
      ['keyring.no-quorum', 'error'],
      ['keyring.no-signing-key', 'warning'],
    ]);
    expect(none[0]?.message).toBe('A change needs 2 admins; those with a key that may sign now: alice.');
  });
});

const lasting = (): Promise<TestKey> =>
  makeKey({ name: 'lasting', email: 'l@example.org', created: start - day });

const makeKeyringFrom = (text: string): KeyringFiles => ({ ...make(), toml: Buffer.from(text) });

describe('keyring show', () => {
  it('lists people, their keys and who has signed', async () => {
    const contributors = { ...plan().contributors, dora: { keys: [fleeting], packages: ['foo'] } };
    const outcome = await showKeyring(make({ contributors }, [bob, fleeting]), start + 21 * day);
    if (!outcome.ok) throw new Error('it opens');
    const { keyring, people, signatures } = outcome.value;
    expect(keyring.version).toBe(1);
    expect(people.map(({ contributor }) => contributor.id)).toEqual(['alice', 'bob', 'carol', 'dora']);
    expect(people[3]?.certificates).toEqual([
      {
        fingerprint: fleeting.fingerprint,
        userIds: ['fleeting <fleeting@example.org>'],
        keys: [
          {
            fingerprint: fleeting.fingerprint,
            algorithm: 'Ed25519',
            created: start - day,
            expires: start + 20 * day,
            standing: 'expired',
          },
        ],
      },
    ]);
    expect(people[0]?.certificates[0]?.keys[0]).toMatchObject({ standing: 'usable', expires: undefined });
    expect(signatures).toEqual([
      { contributor: 'bob', certificate: bob.fingerprint, objection: undefined },
      { contributor: 'dora', certificate: fleeting.fingerprint, objection: 'dora is not an admin.' },
    ]);
  });

  it('tells why a signature does not count', async () => {
    const files = make({}, [alice]);
    const other = make({ threshold: 1 }, [alice]);
    const outcome = await showKeyring({ ...files, signatures: other.signatures }, now);
    expect(outcome).toMatchObject({
      ok: true,
      value: { signatures: [{ objection: expect.stringContaining(alice.fingerprint) as string }] },
    });
  });

  it('is refused for a keyring that does not open', async () => {
    const outcome = await showKeyring({ ...make(), certificates: new Map() }, now);
    expect(outcome.ok).toBe(false);
  });
});
