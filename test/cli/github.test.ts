import { describe, expect, test } from 'vitest';
import { openGitHub } from '../../src/cli/github.ts';
import { commandContext } from '../support/command-context.ts';

const silent = () => undefined;

const open = (environment: Record<string, string>, host?: string) =>
  openGitHub(
    commandContext({
      ...{ environment: { PATH: '', HOME: '/nowhere', ...environment }, directory: '/', now: 0 },
      ...{ symbols: false, print: silent, tell: silent },
    }),
    host === undefined ? {} : { host },
  );

describe('which GitHub is asked', () => {
  test('is the public one, an Enterprise Server by its host, or what the user has set', async () => {
    expect(await open({ GH_TOKEN: 'x' })).toMatchObject({
      api: 'https://api.github.com',
      site: 'https://github.com',
    });
    const enterprise = await open({}, 'github.example.org');
    expect(enterprise).toMatchObject({
      api: 'https://github.example.org/api/v3',
      site: 'https://github.example.org',
    });
    const setting = { OPAM_SIGNET_GITHUB_API: 'http://127.0.0.1:8080/api/v3/' };
    expect(await open(setting)).toMatchObject({
      api: 'http://127.0.0.1:8080/api/v3',
      site: 'http://127.0.0.1:8080',
    });
  });

  test('is never one that the token would be sent to in clear text', async () => {
    for (const address of ['http://github.example.org/api/v3', 'ftp://127.0.0.1/', 'github.example.org']) {
      await expect(open({ OPAM_SIGNET_GITHUB_API: address })).rejects.toMatchObject({
        code: 'config.invalid',
      });
    }
  });
});
