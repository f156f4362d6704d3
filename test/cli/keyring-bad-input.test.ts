import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyringGrantCommand } from '../../src/cli/commands/keyring-people.ts';
import { keyringAddCommand } from '../../src/cli/commands/keyring-propose.ts';
import { day } from '../support/keyring.ts';
import { alice, carol, Desk, now, place } from '../support/keyring-desk.ts';
import { bytes, packet, packetType } from '../support/openpgp-packets.ts';
import { runSignet } from '../support/signet.ts';

let desk: Desk;
let before: string;
const change = { ...place, dryRun: false };

beforeEach(async () => {
  desk = await Desk.withVersion1();
  before = await desk.toml();
});

const add = async (content: string | Uint8Array, at = now + day): Promise<string> => {
  await writeFile(join(desk.folder, 'given.asc'), content);
  const attempt = { ...change, id: 'carol', files: ['given.asc'] };
  expect(await keyringAddCommand(desk.context({}, at), attempt)).toBe(1);
  expect(await desk.toml()).toBe(before);
  return desk.told;
};

describe('bad input to the keyring verbs', () => {
  it('armor that is no certificate is refused: a signature, a broken block, a note', async () => {
    const signature = await alice.sign(Buffer.from('x'), now);
    expect(await add(signature)).toContain('neither a certificate nor a key');
    expect(await add(carol.armoredCertificate.replace(/\n=.{4}\n/, '\n=AAAA\n'))).toContain('CRC');
    expect(await add('Here is my key, sorry for the delay.\n')).toContain('holds no OpenPGP certificate');
  });

  it('a secret key is refused loudly and never written, whatever its armor calls it', async () => {
    for (const text of [carol.armoredSecretKey, carol.armoredSecretKey.replaceAll('PRIVATE', 'PUBLIC')]) {
      expect(await add(text)).toContain('keyring.secret-key');
    }
    const names = await readdir(join(desk.folder, 'keyring'));
    expect(names.join()).not.toContain(carol.fingerprint);
  });

  it('a huge certificate is refused', async () => {
    const image = packet(packetType.userAttribute, new Uint8Array(5 * 1024 * 1024));
    expect(await add(bytes(carol.certificate, image))).toContain('over the limit');
  });

  it('a certificate that belongs to somebody already is refused, with the name', async () => {
    expect(await add(alice.armoredCertificate)).toContain('belongs to alice already');
  });

  it('a pattern that matches everything is refused', async () => {
    for (const pattern of ['*', '**', '-*', '*-*']) {
      const grant = { ...change, id: 'bob', packages: [pattern], role: ['contributor'] };
      expect(await keyringGrantCommand(desk.context({}, now + day), grant)).toBe(1);
      expect(desk.told).toContain('contributors.bob.packages[0]');
    }
  });

  it('a clock that stands before the version in force is noticed', async () => {
    expect(await add(carol.armoredCertificate, now - 3600)).toContain('keyring.created');
    expect(desk.told).toContain('Set the clock right');
  });

  it('a clock that runs ahead is noticed by whoever signs next', async () => {
    const ahead = { ...change, id: 'carol', files: ['carol.asc'] };
    expect(await keyringAddCommand(desk.context({}, now + 9 * day), ahead)).toBe(0);
    expect(await desk.sign('alice', now + day)).toBe(1);
    expect(desk.told).toContain('which is still to come');
  });

  it('answers that are missing on the command line are named all at once', async () => {
    const { status, stderr } = await runSignet(['keyring', 'init', '--no-input', '-C', desk.folder]);
    expect(status).toBe(2);
    expect(stderr).toContain('Add --repository, --admin, --threshold, or run it in a terminal.');
  });
});
