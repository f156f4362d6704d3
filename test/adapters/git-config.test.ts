import { describe, expect, test } from 'vitest';
import { readIdentity, readSigning } from '../../src/adapters/git-config.ts';
import { UserGit, withoutPasswords } from '../../src/adapters/user-git.ts';
import { TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment } from '../support/scratch.ts';

async function gitWith(
  config: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<UserGit> {
  const repository = await TestRepository.create();
  for (const [name, value] of Object.entries(config)) await repository.git('config', '--add', name, value);
  return new UserGit(repository.folder, { ...scrubbedEnvironment(repository.folder), ...more });
}

describe('the identity', () => {
  test('is what git would put on a commit, with the zone of the clock', async () => {
    const git = await gitWith(
      { 'user.name': 'Älice Example', 'user.email': 'alice@example.org' },
      { TZ: 'UTC-2' },
    );
    expect(await readIdentity(git)).toEqual({
      name: 'Älice Example',
      email: 'alice@example.org',
      zone: '+0200',
    });
  });

  test('follows the environment as git does', async () => {
    const git = await gitWith(
      { 'user.name': 'A', 'user.email': 'a@example.org' },
      { GIT_COMMITTER_NAME: 'B' },
    );
    expect((await readIdentity(git))?.name).toBe('B');
  });

  test('that git would have to guess is none', async () => {
    expect(await readIdentity(await gitWith({ 'user.name': 'Alice' }))).toBeUndefined();
  });
});

describe('how git signs', () => {
  test('is OpenPGP by gpg with the committer’s key unless something is set', async () => {
    expect(await readSigning(await gitWith({}))).toEqual({
      format: 'openpgp',
      key: undefined,
      program: 'gpg',
    });
  });

  test('is read from user.signingKey, gpg.format and the later one of the two names of the program', async () => {
    const git = await gitWith({
      'user.signingKey': '0123',
      'gpg.format': 'ssh',
      'gpg.program': '/opt/first',
      'gpg.openpgp.program': '~/bin/gpg',
    });
    expect(await readSigning(git)).toEqual({ format: 'ssh', key: '0123', program: `${git.folder}/bin/gpg` });
  });
});

describe('the user’s git', () => {
  test('is not led elsewhere by what a git alias exports', async () => {
    const other = await TestRepository.create({ bare: true });
    const git = await gitWith({ 'user.name': 'here' }, { GIT_DIR: other.folder, GIT_PREFIX: 'x/' });
    expect(await git.lookUp(['config', '--get', 'user.name'])).toBe('here');
  });

  test('says why it failed, without passwords, on one line', async () => {
    const git = await gitWith({});
    const refusal = { code: 'network.failed', what: 'It failed.', mend: 'Mend it.' } as const;
    const attempt = git.ask(['ls-remote', 'http://me:hunter2@127.0.0.1:1/x'], refusal);
    await expect(attempt).rejects.toMatchObject({
      code: 'network.failed',
      message: expect.stringMatching(/^It failed\. git says: [^\n]+$/) as string,
    });
    await expect(attempt).rejects.not.toMatchObject({
      message: expect.stringContaining('hunter2') as string,
    });
    await expect(git.ask(['ls-remote', '/nowhere/at/all'], refusal)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^It failed\. git says: [^\n]*not appear to be a git repository [^\n]+$/,
      ) as string,
    });
  });
});

test.each([
  ['https://me:secret@example.org/x', 'https://example.org/x'],
  ['https://token@example.org/x', 'https://example.org/x'],
  ['ssh://git@example.org/x', 'ssh://git@example.org/x'],
  ['ssh://git:secret@example.org/x', 'ssh://git@example.org/x'],
  ['git@example.org:x', 'git@example.org:x'],
  ['fatal: unable to access "http://a:b@c/d": no', 'fatal: unable to access "http://c/d": no'],
  ['/path/with@sign', '/path/with@sign'],
  [
    'mail alice@example.org about https://example.org/x',
    'mail alice@example.org about https://example.org/x',
  ],
])('of %s nobody learns a password', (text, shown) => {
  expect(withoutPasswords(text)).toBe(shown);
});
