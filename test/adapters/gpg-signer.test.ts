import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGpgSigner, type GpgSettings } from '../../src/adapters/gpg-signer.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Signer } from '../../src/core/ports.ts';
import { certificatesOf, day, judge, payload, start } from '../core/openpgp/judging.ts';
import { GpgHome, installed } from '../support/gpg-home.ts';

const gpg = installed('gpg');
const farFuture = 4_000_000_000;

describe.skipIf(!gpg)(`signing with the user's own gpg${gpg ? '' : ' (gpg is not installed)'}`, () => {
  let home: GpgHome;
  let alice: string;

  beforeAll(() => {
    home = new GpgHome();
    alice = home.generate('Alice <alice@example.org>', start);
    home.generate('Dave <dave@example.org>', start);
  });
  afterAll(() => {
    home.close();
  });

  const open = (settings: Partial<GpgSettings> = {}): Promise<Signer> =>
    openGpgSigner({
      format: 'openpgp',
      key: undefined,
      program: 'gpg',
      committer: 'Alice <alice@example.org>',
      env: { ...home.env, PATH: process.env['PATH'], LC_ALL: 'C' },
      terminal: undefined,
      ...settings,
    });

  /** A program in the place of gpg that lists keys like gpg and signs as the script says. */
  function standIn(name: string, script: string): string {
    const path = join(home.folder, name);
    writeFileSync(path, `#!/bin/sh\ncase "$*" in *--list-secret-keys*) exec gpg "$@";; esac\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  async function signed(signer: Signer): Promise<unknown> {
    const certificates = certificatesOf({ certificate: await signer.certificate() });
    return judge(await signer.sign(payload), certificates, start, {
      now: farFuture,
      position: farFuture,
      object: farFuture,
    });
  }

  it("signs with the committer's key where none is configured, and what comes out verifies", async () => {
    const signer = await open();
    expect(signer.fingerprint).toBe(alice);
    expect(signer.description).toBe(`gpg key ${alice} (Alice <alice@example.org>)`);
    expect(await signed(signer)).toMatchObject({ verdict: 'good', certificate: alice });
    expect(home.verify(await signer.sign(payload), payload).keywords).toContain('GOODSIG');
  });

  it('signs with the key, or exactly the subkey, that is configured', async () => {
    const carol = home.generate('Carol <carol@example.org>', start);
    home.addSubkey(carol, start + day);
    home.addSubkey(carol, start + 2 * day);
    const subkeys =
      certificatesOf({ certificate: home.export(carol) }).withFingerprint(carol)[0]?.certificate.keys ?? [];
    for (const { fingerprint } of subkeys) {
      const signer = await open({ key: `${fingerprint}!` });
      expect(signer.fingerprint).toBe(carol);
      expect(await signed(signer)).toMatchObject({ verdict: 'good', fingerprint, certificate: carol });
    }
    expect(subkeys).toHaveLength(3);
  });

  const faults: readonly [string, () => Partial<GpgSettings>, string, string][] = [
    [
      'a key that gpg does not have',
      () => ({ key: 'nobody@example.org' }),
      'signer.not-found',
      'nobody@example.org',
    ],
    ['a name that several keys bear', () => ({ key: '@example.org' }), 'signer.not-found', 'Several'],
    ['a program that is not there', () => ({ program: 'no-such-gpg' }), 'signer.not-found', 'no-such-gpg'],
    ['SSH in the place of OpenPGP', () => ({ format: 'ssh' }), 'signer.not-found', 'ssh'],
  ];
  it.each(faults)('does not begin with %s', async (_, settings, code, words) => {
    const fault = await faultOf(open(settings()));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
    expect(fault.mend).not.toBe('');
  });

  it('does not begin with a key that has expired', async () => {
    const expired = home.generate('Erin <erin@example.org>', start, { expires: start + day });
    const fault = await faultOf(open({ key: expired }));
    expect(fault).toMatchObject({ code: 'signer.not-found' });
    expect(fault.message).toContain(expired);
  });

  it('says that the key is locked where gpg has nowhere to ask for its passphrase', async () => {
    const locked = home.generate('Frank <frank@example.org>', start, { passphrase: 'secret' });
    home.lock();
    const signer = await open({ key: locked });
    const fault = await faultOf(signer.sign(payload));
    expect(fault.code).toBe('signer.locked');
    expect(fault.mend).toContain('GPG_TTY');
  });

  it.each([
    [
      'ends with 0 but never says that it signed',
      'echo "-----BEGIN PGP SIGNATURE-----"; exit 0',
      'signer.failed',
    ],
    ['says that it signed but ends with 1', 'echo "[GNUPG:] SIG_CREATED D" >&2; exit 1', 'signer.failed'],
    ['has lost the key meanwhile', 'echo "[GNUPG:] FAILURE sign 17" >&2; exit 2', 'signer.not-found'],
    ['waits for a smart card in vain', 'echo "[GNUPG:] FAILURE sign 67108976" >&2; exit 2', 'signer.locked'],
    ['does not read what it is given', 'exec <&-; exit 3', 'signer.failed'],
  ])('fails where gpg %s', async (_, script, code) => {
    const signer = await open({ program: standIn('stand-in', script) });
    expect(await faultOf(signer.sign(Buffer.alloc(1 << 20)))).toMatchObject({ code });
  });

  it('gives gpg the arguments that git gives, the terminal, and the payload as it is', async () => {
    const record = join(home.folder, 'record');
    const script = `{ echo "$@"; echo "$GPG_TTY"; cat; } > ${record}; echo "[GNUPG:] SIG_CREATED D 22" >&2; printf 'a\\r\\nb\\r\\n'`;
    const signer = await open({ program: standIn('recorder', script), terminal: '/dev/pts/9' });
    expect(await signer.sign(Buffer.from('bytes\r\n\n'))).toBe('a\nb\n');
    expect(readFileSync(record, 'latin1')).toBe(`--status-fd=2 -bsau ${alice}\n/dev/pts/9\nbytes\r\n\n`);
  });

  it('says so where the public key is missing', async () => {
    const signer = await open({ program: standIn('empty', 'exit 0') });
    expect(await faultOf(signer.certificate())).toMatchObject({ code: 'signer.failed' });
  });
});

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const fault = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Fault) return fault;
  throw new Error('no fault');
}
