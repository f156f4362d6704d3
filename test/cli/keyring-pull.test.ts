import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyringApplyCommand } from '../../src/cli/commands/keyring-apply.ts';
import { keyringPolicyCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringRequestCommand } from '../../src/cli/commands/keyring-request.ts';
import type { Context } from '../../src/cli/context.ts';
import type { ForgeRepository } from '../support/forge-server/forge-state.ts';
import { ForgeServer } from '../support/forge-server/forge-server.ts';
import { day } from '../support/keyring.ts';
import { Desk, now, place } from '../support/keyring-desk.ts';
import { ScriptedPrompter } from '../support/prompter.ts';

const later = now + day;
let desk: Desk;
let server: ForgeServer;
let upstream: ForgeRepository;
let fork: ForgeRepository;
let identity: Readonly<Record<string, string>>;

const git = async (...args: readonly string[]): Promise<string> =>
  (await desk.repository?.git(...args)) ?? '';

function context(more: Parameters<Desk['context']>[0] = {}): Context {
  const plain = desk.context(more, later);
  return { ...plain, environment: { ...plain.environment, ...identity } };
}

const wanted = { pr: true, to: 'ocaml/opam-repository' };
const carol = { id: 'carol', base: 'HEAD', keyFile: 'carol.key', dryRun: false };
const request = (more = {}, at = context()) =>
  keyringRequestCommand(at, { ...carol, push: 'fork', ...wanted, ...more });
const apply = (more = {}) =>
  keyringApplyCommand(context(), { ...place, dryRun: false, base: 'main', ...wanted, ...more });

beforeEach(async () => {
  desk = await Desk.withVersion1();
  await git('branch', '-M', 'main');
  server = await ForgeServer.start(() => later);
  const token = server.addUser('carol');
  server.addUser('ocaml');
  if (desk.repository === undefined) throw new Error('no repository');
  upstream = await server.state.link('ocaml', 'opam-repository', desk.repository);
  fork = await server.state.link('carol', 'opam-repository', desk.repository, { parent: upstream });
  await git('remote', 'add', 'fork', `${server.url}/carol/opam-repository.git`);
  await git('remote', 'add', 'origin', `${server.url}/ocaml/opam-repository.git`);
  const helper = '!f() { test "$1" = get && echo username=carol && echo "password=$GH_TOKEN"; }; f';
  await git('config', `credential.${server.url}.helper`, helper);
  identity = {
    ...{ GIT_AUTHOR_NAME: 'Carol', GIT_AUTHOR_EMAIL: 'carol@example.org' },
    ...{ GIT_COMMITTER_NAME: 'Carol', GIT_COMMITTER_EMAIL: 'carol@example.org' },
    ...{ GH_TOKEN: token, OPAM_SIGNET_GITHUB_API: server.api },
  };
});
afterEach(() => server.close());

describe('the pull request of a keyring request', () => {
  it('is opened from the fork that the remote is, after one yes that says so', async () => {
    const prompter = new ScriptedPrompter({ '--yes': true, '--push': 'fork', ID: 'carol' });
    const asked = { ...context({ yes: false }), prompter };
    expect(await request({ id: undefined, push: undefined }, asked)).toBe(0);
    expect(prompter.asked).toEqual(['ID', '--push', '--yes']);
    const [pull] = upstream.pulls;
    expect(pull).toMatchObject({
      title: 'Add carol to the keyring',
      ...{ headBranch: 'keyring-request-carol', baseBranch: 'main', draft: false },
      headOid: await git('rev-parse', 'keyring-request-carol'),
    });
    expect(pull?.head).toBe(fork);
    expect(pull?.body).toContain('opam-signet keyring add carol --request FETCH_HEAD');
    expect(pull?.body).toContain('* `+ ');
    expect(desk.printed).toContain(`${server.url}/ocaml/opam-repository/pull/${pull?.number ?? ''}`);
  });

  it('is told, and nothing is signed, pushed or opened, in a dry run', async () => {
    expect(await request({ dryRun: true, draft: true })).toBe(0);
    expect(desk.told).toContain(
      'would sign this request on branch keyring-request-carol, push it to fork:keyring-request-carol, open a draft pull request for branch keyring-request-carol at ocaml/opam-repository',
    );
    expect(upstream.pulls).toEqual([]);
    expect(await fork.git.git('for-each-ref', 'refs/heads/keyring-request-carol')).toBe('');
  });

  it('is refused before anything is signed where it can’t be opened', async () => {
    await expect(request({ to: undefined })).rejects.toMatchObject({ code: 'usage.argument' });
    await git('remote', 'add', 'folder', desk.folder);
    await expect(request({ push: 'folder' })).rejects.toMatchObject({
      mend: 'Name it: --fork OWNER/NAME.',
    });
    await expect(request({ push: undefined })).rejects.toMatchObject({ code: 'usage.missing-answers' });
    identity = { ...identity, GH_TOKEN: '' };
    await expect(request()).rejects.toMatchObject({ code: 'token.missing' });
    expect(await git('for-each-ref', 'refs/heads/keyring-request-carol')).toBe('');
  });
});

describe('the pull request of a keyring version', () => {
  beforeEach(async () => {
    const policy = { ...place, settings: ['unsigned=warn'], dryRun: false };
    expect(await keyringPolicyCommand(context(), policy)).toBe(0);
    await desk.sign('alice', later);
    await desk.sign('bob', later);
  });

  it('asks for the commit that apply made on top of the base', async () => {
    expect(await apply({ push: 'fork:keyring-2', draft: true })).toBe(0);
    const [pull] = upstream.pulls;
    expect(pull).toMatchObject({ title: 'Keyring version 2', headBranch: 'keyring-2', draft: true });
    expect(await upstream.git.git('rev-parse', `${pull?.headOid ?? ''}^`)).toBe(
      await git('rev-parse', 'main'),
    );
    expect(pull?.body).toContain('unsigned');
    expect(desk.printed).toContain('/pull/');
  });

  it('is not for the branch that it would be pushed to', async () => {
    await expect(apply({ push: 'origin:main' })).rejects.toMatchObject({
      mend: 'Push to another one: --push REMOTE:BRANCH.',
    });
    expect(upstream.pulls).toEqual([]);
  });
});
