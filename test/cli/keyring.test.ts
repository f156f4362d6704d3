import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  keyringAddCommand,
  keyringInitCommand,
  keyringPolicyCommand,
} from '../../src/cli/commands/keyring-propose.ts';
import { keyringCheckCommand, keyringShowCommand } from '../../src/cli/commands/keyring-show.ts';
import { Fault } from '../../src/core/fault.ts';
import { day } from '../support/keyring.ts';
import { alice, bob, Desk, init, now, place } from '../support/keyring-desk.ts';
import { temporaryFolder } from '../support/scratch.ts';

const looked = { ...place, cache: true };

describe('the keyring verbs', () => {
  it('make a first version and its signatures, which others then find in order', async () => {
    const desk = await Desk.in(await temporaryFolder());
    expect(await desk.init()).toBe(0);
    expect(desk.told).toContain('+ contributors.alice.roles admin  gives power');
    expect(desk.printed).toBe('version 1, to be signed: opam-signet keyring sign\n');
    expect(await desk.sign('alice')).toBe(0);
    expect(desk.printed).toContain('keyring.threshold');
    expect(await keyringCheckCommand(desk.context(), { ...looked, within: '30' })).toBe(1);
    expect(await desk.sign('bob')).toBe(0);
    expect(desk.told).toContain('signed already by alice');
    expect(desk.printed).toBe(
      'signed by alice, bob: version 1 of the keyring file, which has all the signatures that it needs\nnext, by whoever may push: opam-signet keyring apply\n',
    );
    expect(await keyringCheckCommand(desk.context(), { ...looked, within: '30' })).toBe(0);
    expect(await keyringShowCommand(desk.context(), looked)).toBe(0);
    expect(desk.printed).toContain(`key ${alice.fingerprint} Ed25519: usable`);
    expect(desk.printed).toContain(`signed by bob with certificate ${bob.fingerprint}`);
  });

  it('take the version in force from the repository around the folder', async () => {
    const desk = await Desk.withVersion1();
    const add = {
      ...place,
      dryRun: false,
      id: 'carol',
      files: ['carol.asc'],
      role: ['maintainer'],
      package: ['foo-*'],
    };
    expect(await keyringAddCommand(desk.context({}, now + day), add)).toBe(0);
    expect(await desk.toml()).toContain('version    = 2');
    const more = { ...place, dryRun: false, id: 'carol', files: [], github: 'carol' };
    expect(await keyringAddCommand(desk.context({}, now + day), more)).toBe(0);
    expect(await desk.toml()).toContain('version    = 2');
    expect(await desk.sign('alice', now + day)).toBe(0);
    expect(desk.told).toContain('+ contributors.carol.packages foo-*  gives power');
    expect(desk.told).toContain('- version 1\n+ version 2\n');
    expect(await desk.sign('carol', now + day)).toBe(1);
    expect(desk.told).toContain('keyring.not-admin');
  });

  it('answer in JSON', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init('1', { format: 'json' });
    expect(JSON.parse(desk.printed)).toMatchObject({
      verb: 'keyring init',
      version: 1,
      dryRun: false,
      unsigned: [],
    });
    await keyringShowCommand(desk.context({ format: 'json' }), looked);
    expect(JSON.parse(desk.printed)).toMatchObject({
      verb: 'keyring show',
      threshold: 1,
      contributors: [{ id: 'alice', roles: ['admin'] }, { id: 'bob' }],
      signatures: [],
    });
    await keyringCheckCommand(desk.context({ format: 'json' }), { ...looked, within: '30' });
    expect(JSON.parse(desk.printed)).toMatchObject({ verb: 'keyring check', conclusion: 'rejected' });
    await desk.init('1', { format: 'json' });
    expect(JSON.parse(desk.printed)).toMatchObject({
      conclusion: 'rejected',
      findings: [{ code: 'keyring.exists' }],
    });
  });

  it('write nothing in a dry run, and nothing without a yes', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const dry = { ...init, dryRun: true, threshold: '1', admin: ['alice=alice.asc'] };
    expect(await keyringInitCommand(desk.context({ yes: false }), dry)).toBe(0);
    expect(desk.printed).toBe('version 1, not written\n');
    await expect(desk.init('2', { yes: false })).rejects.toMatchObject({ code: 'usage.missing-answers' });
    expect(await readdir(desk.folder)).not.toContain('keyring');
  });

  it('take the certificate of the signing key where no file is named', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const own = { ...init, threshold: '1', admin: ['alice'], keyFile: 'alice.key' };
    expect(await keyringInitCommand(desk.context(), own)).toBe(0);
    expect(await desk.toml()).toContain(alice.fingerprint);
  });

  it('refuse a secret key in the place of a certificate', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const secret = { ...init, threshold: '1', admin: ['alice=alice.key'] };
    expect(await keyringInitCommand(desk.context(), secret)).toBe(1);
    expect(desk.told).toContain('keyring.secret-key');
    expect(await readdir(desk.folder)).not.toContain('keyring');
  });

  it.each([
    ['a threshold that is no number', { threshold: 'two' }, 'usage.argument'],
    ['an unknown policy', { policy: ['unsigned=perhaps'] }, 'usage.argument'],
    ['a date that is none', { expires: '2027-02-30' }, 'usage.argument'],
    ['a certificate file that is not there', { admin: ['alice=nowhere.asc'] }, 'file.not-found'],
  ])('refuse %s', async (_, change, code) => {
    const desk = await Desk.in(await temporaryFolder());
    const options = { ...init, threshold: '1', admin: ['alice=alice.asc'], ...change };
    const attempt = keyringInitCommand(desk.context(), options);
    await expect(attempt).rejects.toThrow(Fault);
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it('take dates and policies as flags', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const options = {
      ...init,
      threshold: '1',
      admin: ['alice=alice.asc'],
      expires: '2027-11-01',
      policy: ['unsigned=warn', 'merges=maintainer'],
    };
    expect(await keyringInitCommand(desk.context(), options)).toBe(0);
    expect(await desk.toml()).toMatch(
      /expires {4}= 2027-11-01T00:00:00Z[^]*unsigned {6}= "warn"\nmerges {8}= "maintainer"/,
    );
  });

  it('change rules and dates', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init('1');
    const options = {
      ...place,
      dryRun: false,
      settings: ['source-tag=require'],
      threshold: '2',
      expires: '2026-06-01',
    };
    expect(await keyringPolicyCommand(desk.context(), options)).toBe(0);
    expect(await desk.toml()).toMatch(
      /expires {4}= 2026-06-01T00:00:00Z\nthreshold {2}= 2[^]*source-tag {4}= "require"/,
    );
    expect(await keyringPolicyCommand(desk.context(), options)).toBe(1);
    expect(desk.told).toContain('keyring.nothing-changed');
  });

  it('say that there is no keyring, and no such base', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await expect(keyringShowCommand(desk.context(), looked)).rejects.toMatchObject({
      code: 'keyring.unreadable',
    });
    await expect(keyringShowCommand(desk.context(), { ...looked, base: 'main' })).rejects.toMatchObject({
      code: 'repository.not-found',
    });
    await expect(keyringCheckCommand(desk.context(), { ...looked, within: 'soon' })).rejects.toMatchObject({
      code: 'usage.argument',
    });
    await expect(
      keyringAddCommand(desk.context(), { ...place, dryRun: false, id: 'x', files: [], role: ['owner'] }),
    ).rejects.toMatchObject({ code: 'usage.argument' });
  });
});
