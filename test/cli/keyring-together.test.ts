import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyringApplyCommand } from '../../src/cli/commands/keyring-apply.ts';
import { keyringCompromiseCommand } from '../../src/cli/commands/keyring-compromise.ts';
import { keyringMergeCommand } from '../../src/cli/commands/keyring-merge.ts';
import { keyringGrantCommand } from '../../src/cli/commands/keyring-people.ts';
import { keyringAddCommand, keyringPolicyCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringRefreshCommand } from '../../src/cli/commands/keyring-refresh.ts';
import { keyringSignCommand } from '../../src/cli/commands/keyring-sign.ts';
import type { Context } from '../../src/cli/context.ts';
import { Fault } from '../../src/core/fault.ts';
import { day } from '../support/keyring.ts';
import { alice, bob, Desk, now, place } from '../support/keyring-desk.ts';
import { TestRepository } from '../support/repository.ts';
import { runSignet } from '../support/signet.ts';

const identity = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@b',
};
const later = now + day;
let desk: Desk;
let remote: TestRepository;

const context = (at = later): Context => {
  const plain = desk.context({}, at);
  return { ...plain, environment: { ...plain.environment, ...identity } };
};
const git = async (...args: readonly string[]): Promise<string> => {
  const settings = ['-c', 'user.name=A', '-c', 'user.email=a@b', '-c', 'commit.gpgSign=false'];
  return (await desk.repository?.git(...settings, ...args)) ?? '';
};
const change = { ...place, dryRun: false };
const addCarol = (more = {}) =>
  keyringAddCommand(context(), { ...change, id: 'carol', files: ['carol.asc'], ...more });
const refresh = (more = {}) => keyringRefreshCommand(context(), { ...change, files: ['alice.asc'], ...more });
const sign = (name: string, more = {}, at = later) =>
  keyringSignCommand(context(at), { ...place, keyFile: `${name}.key`, ...more });
const apply = (more = {}) => keyringApplyCommand(context(later + day), { ...place, dryRun: false, ...more });

beforeEach(async () => {
  desk = await Desk.withVersion1();
  remote = await TestRepository.create({ bare: true });
  await git('branch', '-M', 'main');
  await git('remote', 'add', 'origin', remote.folder);
  await git('push', '-q', 'origin', 'main');
});

describe('a proposal on a branch', () => {
  it('is fetched and signed by the other admin, and applied as one step that verifies', async () => {
    expect(await addCarol({ branch: 'keyring-2', push: 'origin' })).toBe(0);
    expect(desk.printed).toBe(
      'version 2, on branch keyring-2, pushed to origin, to be signed: opam-signet keyring sign --commit --push origin\n',
    );
    expect(await sign('alice', { commit: true, push: 'origin' })).toBe(0);
    expect(desk.printed).toContain('\nthe signature is committed and pushed to origin\n');
    expect(await remote.git('rev-list', '--count', 'main..keyring-2')).toBe('2');
    expect(await sign('bob', { commit: true, push: 'origin' })).toBe(0);
    expect(desk.printed).toContain('which has all the signatures that it needs');
    expect(await apply({ base: 'origin/main', push: 'origin:main' })).toBe(0);
    expect(desk.printed).toContain('version 2 of the keyring file is committed and pushed to origin:main: ');
    expect(await remote.git('rev-list', '--count', 'main')).toBe('2');
    const anchor = ['--quorum', '2', '--fingerprint', alice.fingerprint, '--fingerprint', bob.fingerprint];
    const verified = await runSignet(['verify-repo', '-C', remote.folder, '--to', 'main', ...anchor]);
    expect(verified.stdout).toContain('verified');
    expect(verified.status).toBe(0);
  });

  it('may list a key as compromised', async () => {
    const stolen = {
      key: alice.fingerprint,
      confirm: alice.fingerprint,
      since: '2026-01-05',
      reason: 'stolen',
    };
    const told = { ...change, ...stolen, replacement: ['carol.asc'], branch: 'keyring-2', push: 'origin' };
    expect(await keyringCompromiseCommand(context(), told)).toBe(0);
    expect(await remote.git('show', 'keyring-2:keyring/keyring.toml')).toContain('stolen');
  });
});

describe('what would be pushed and is nowhere committed', () => {
  const nothing = { code: 'usage.argument', message: expect.stringContaining('--push origin') as string };

  it('is refused before anything is written: a proposal without --branch, a signature without --commit', async () => {
    await expect(addCarol({ push: 'origin' })).rejects.toMatchObject(nothing);
    await expect(refresh({ push: 'origin' })).rejects.toMatchObject(nothing);
    expect(await git('status', '--porcelain', 'keyring')).toBe('');
    await addCarol();
    await expect(sign('alice', { push: 'origin' })).rejects.toMatchObject(nothing);
  });
});

describe('a certificate that grew', () => {
  it('is committed on the branch that is named, and pushed', async () => {
    await writeFile(join(desk.folder, 'grown.asc'), alice.extended(now, now + 900 * day).armoredCertificate);
    expect(await refresh({ files: ['grown.asc'], branch: 'refresh', push: 'origin' })).toBe(0);
    expect(desk.printed).toContain(`${alice.fingerprint} of alice grew by 1 packet`);
    expect(await remote.git('log', '--format=%s', '--name-only', 'main..refresh')).toBe(
      `Refresh certificates\n\nkeyring/${alice.fingerprint}.asc`,
    );
  });
});

describe('two admins at once', () => {
  /** Alice adds Carol on one branch; on another, Bob changes something else. */
  const both = async (bobs: () => Promise<number>): Promise<void> => {
    await addCarol({ branch: 'alices' });
    await git('switch', '-q', 'main');
    expect(await bobs()).toBe(0);
  };

  it('are told how to go on where git can not merge, and merge by field', async () => {
    await both(() =>
      keyringGrantCommand(context(later + 60), {
        ...change,
        id: 'bob',
        packages: ['bar'],
        role: ['contributor'],
        branch: 'bobs',
      }),
    );
    await expect(git('merge', '-q', 'alices')).rejects.toThrow();
    expect(await sign('alice')).toBe(1);
    expect(desk.told).toContain('conflict markers');
    expect(desk.told).toContain('opam-signet keyring merge');
    await git('merge', '--abort');
    expect(await keyringMergeCommand(context(later + 120), { ...change, ref: 'alices' })).toBe(0);
    const toml = await desk.toml();
    expect(toml).toContain('version    = 2');
    expect(toml).toContain('[contributors.carol]');
    expect(toml).toContain('packages     = ["bar"]');
    expect(await sign('alice', {}, later + day)).toBe(0);
    expect(await sign('bob', {}, later + day)).toBe(0);
    expect(desk.printed).toContain('all the signatures');
  });

  it('bring the slower one on top of the version that came in first', async () => {
    await both(() => keyringPolicyCommand(context(later + 60), { ...change, settings: ['unsigned=warn'] }));
    await sign('alice');
    await sign('bob');
    expect(await apply({ push: 'origin:main' })).toBe(0);
    await git('switch', '-q', 'alices');
    // Signed by both, and too late: the push is refused, and says how to go on.
    await sign('alice', { commit: true });
    await sign('bob', { commit: true });
    const late = apply({ base: await git('rev-parse', 'main~1'), push: 'origin:main' });
    await expect(late).rejects.toThrow(Fault);
    await expect(late).rejects.toMatchObject({ mend: expect.stringContaining('keyring merge') as unknown });
    await git('switch', '-q', 'main');
    expect(await keyringMergeCommand(context(later + 2 * day), { ...change, ref: 'alices' })).toBe(0);
    const toml = await desk.toml();
    expect(toml).toContain('version    = 3');
    expect(toml).toMatch(/unsigned {6}= "warn"[^]*\[contributors.carol\]/);
  });

  it('are told which field they changed in two ways', async () => {
    await both(() =>
      keyringAddCommand(context(), {
        ...change,
        id: 'carol',
        name: 'Caroline',
        files: ['carol.asc'],
        branch: 'bobs',
      }),
    );
    expect(await keyringMergeCommand(context(), { ...change, ref: 'alices' })).toBe(1);
    expect(desk.told).toContain('keyring.conflict');
    expect(desk.told).toContain('contributors.carol.name is Caroline in one and Carol in the other');
  });
});
