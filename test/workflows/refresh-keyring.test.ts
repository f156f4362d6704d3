import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../src/core/ports.ts';
import { openKeyring } from '../../src/core/trust/keyring-state.ts';
import { judgeTransition } from '../../src/core/trust/transition.ts';
import { type Refresh, refreshKeyring } from '../../src/workflows/refresh-keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { day, makeKeyring, MemoryFolder } from '../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const now = start + 30 * day;

let alice: TestKey, bob: TestKey;
let folder: MemoryFolder;

beforeAll(async () => {
  const key = (name: string) =>
    makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: start - day });
  [alice, bob] = await Promise.all([key('Alice'), key('Bob')]);
  const contributors = { alice: { keys: [alice], roles: ['admin', 'contributor'] } } as const;
  folder = new MemoryFolder(
    makeKeyring({ repository: 'https://example.org/packages', threshold: 1, contributors }, [alice], start),
  );
});

const refresh = (data: Uint8Array) =>
  refreshKeyring({ folder, inForce: undefined }, [{ source: 'a.asc', data }]);

async function refreshed(key: TestKey): Promise<Refresh> {
  const outcome = await refresh(key.certificate);
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join());
  return outcome.value;
}

describe('refreshing the keyring', () => {
  it('adds what a newer copy of a certificate brings, in a way that the update rule accepts unsigned', async () => {
    const { files, certificates } = await refreshed(await alice.withSubkey({ created: now }));
    expect(certificates).toMatchObject([{ fingerprint: alice.fingerprint, contributor: 'alice', added: 2 }]);
    const [before, after] = [openKeyring(folder.files ?? files), openKeyring(files)];
    if (!before.ok || !after.ok) throw new Error('not a keyring');
    expect(await judgeTransition(before.state, after.state, { now, position: now, paths: [] })).toEqual([]);
    expect(after.state.certificates.find(alice.fingerprint)?.keys).toHaveLength(2);
  });

  it('takes nothing away by an old copy', async () => {
    const { files } = await refreshed(await alice.withSubkey({ created: now }));
    const later = new MemoryFolder(files);
    const old = { source: 'old.asc', data: alice.certificate };
    const outcome = await refreshKeyring({ folder: later, inForce: undefined }, [old]);
    expect(outcome).toMatchObject({ ok: true, value: { files, certificates: [{ added: 0 }] } });
  });

  it('merges two copies that each know something else', async () => {
    const [one, other] = [
      await alice.withSubkey({ created: now }),
      alice.withUserId(now, 'A', 'a@example.org'),
    ];
    const first = new MemoryFolder((await refreshed(one)).files);
    const outcome = await refreshKeyring({ folder: first, inForce: undefined }, [
      { source: 'other.asc', data: other.certificate },
    ]);
    expect(outcome).toMatchObject({ ok: true, value: { certificates: [{ added: 2 }] } });
  });

  it.each([
    ['a certificate that nobody has', () => bob.certificate, 'keyring.certificate-file'],
    ['a secret key', () => Buffer.from(alice.armoredSecretKey), 'keyring.secret-key'],
    ['something else', () => Buffer.from('hello'), 'keyring.certificate-file'],
  ])('refuses %s', async (_, data, code) => {
    expect(await refresh(data())).toMatchObject({ ok: false, findings: [{ code }] });
  });
});
