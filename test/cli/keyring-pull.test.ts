import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyringApplyCommand } from '../../src/cli/commands/keyring-apply.ts';
import { keyringPolicyCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringRequestCommand } from '../../src/cli/commands/keyring-request.ts';
import type { Context } from '../../src/cli/context.ts';
import type { ForgeRepository } from '../support/forge-server/forge-state.ts';
import { ForgeServer } from '../support/forge-server/forge-server.ts';
import { day } from '../support/keyring.ts';
import { Desk, now, place } from '../support/keyring-desk.ts';
import { forgejo } from '../support/other-forges/forgejo.ts';
import { gitlab } from '../support/other-forges/gitlab.ts';
import { SmallForge } from '../support/other-forges/small-forge.ts';
import { ScriptedPrompter } from '../support/prompter.ts';
import { TestRepository } from '../support/repository.ts';

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
    const prompter = new ScriptedPrompter({ '--yes': true, ID: 'carol' });
    const asked = { ...context({ yes: false }), prompter };
    expect(await request({ id: undefined }, asked)).toBe(0);
    expect(prompter.asked).toEqual(['ID', '--yes']);
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

  it('goes to the fork of whoever cannot push elsewhere, and that is made where there is none', async () => {
    expect(await request({ push: undefined })).toBe(0);
    expect(upstream.pulls).toMatchObject([{ headBranch: 'keyring-request-carol', baseBranch: 'main' }]);
    expect(upstream.pulls[0]?.head).toBe(fork);
    const token = server.addUser('dora');
    identity = { ...identity, GH_TOKEN: token };
    await git('config', '--unset-all', `credential.${server.url}.helper`);
    await git('branch', '-D', 'keyring-request-carol');
    const told = context({ yes: false });
    const prompter = new ScriptedPrompter({ '--yes': true });
    expect(await request({ push: undefined }, { ...told, prompter })).toBe(0);
    expect(prompter.messages.at(-1)).toBe(
      'Sign this request on branch keyring-request-carol, fork ocaml/opam-repository for dora, push it to branch keyring-request-carol of the fork of dora and open a pull request for branch keyring-request-carol at ocaml/opam-repository?',
    );
    const [, second] = upstream.pulls;
    expect(second?.head.parent).toBe(upstream);
    expect(second?.headOid).toBe(await git('rev-parse', 'keyring-request-carol'));
    expect(`${desk.told}${desk.printed}`).not.toContain(token);
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

  it('goes to a branch named after the version, where no remote is named', async () => {
    expect(await apply({ push: undefined })).toBe(0);
    expect(upstream.pulls).toMatchObject([{ headBranch: 'keyring-2' }]);
    expect(await fork.git.git('rev-parse', 'keyring-2^')).toBe(await git('rev-parse', 'main'));
  });

  it('is not for the branch that it would be pushed to', async () => {
    await expect(apply({ push: 'origin:main' })).rejects.toMatchObject({
      mend: 'Push to another one: --push REMOTE:BRANCH.',
    });
    expect(upstream.pulls).toEqual([]);
  });
});

const others = [
  { title: 'GitLab', dialect: gitlab, site: 'OPAM_SIGNET_GITLAB', token: 'GITLAB_TOKEN' },
  { title: 'Forgejo', dialect: forgejo, site: 'OPAM_SIGNET_FORGEJO', token: 'FORGEJO_TOKEN' },
];

describe.each(others)('the same at $title', ({ dialect, site, token }) => {
  let forge: SmallForge;
  let to: string;
  beforeEach(async () => {
    const repository = await TestRepository.create({ bare: true });
    await repository.git('fetch', '--quiet', desk.folder, 'main:main');
    await repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
    forge = await SmallForge.start(dialect, repository);
    to = `${forge.site}/ocaml/opam-repository`;
    identity = { ...identity, [site]: forge.site, [token]: 'glpat-alice' };
  });
  afterEach(() => forge.close());

  it('a request goes to a fork that is made for it', async () => {
    expect(await request({ to, push: undefined, draft: true })).toBe(0);
    const head = await git('rev-parse', 'keyring-request-carol');
    expect(forge.pulls).toMatchObject([
      { author: 'alice', branch: 'keyring-request-carol', head, state: 'open' },
    ]);
    expect(forge.pulls[0]?.title).toMatch(/^(?:Draft|WIP): Add carol to the keyring$/);
    expect(forge.pulls[0]?.text).toContain('opam-signet keyring add carol --request FETCH_HEAD');
    expect(desk.printed).toContain(forge.site);
    expect(`${desk.told}${desk.printed}`).not.toContain('glpat-alice');
  });

  it('a version goes to the fork that the remote is, and is brought up to date', async () => {
    const policy = { ...place, settings: ['unsigned=warn'], dryRun: false };
    expect(await keyringPolicyCommand(context(), policy)).toBe(0);
    await desk.sign('alice', later);
    await desk.sign('bob', later);
    await forge.fork('alice');
    await git(
      'config',
      `credential.${forge.site}.helper`,
      '!echo username=alice; echo password=glpat-alice;:',
    );
    await git('remote', 'add', 'mine', `${forge.site}/alice/opam-repository.git`);
    expect(await apply({ to, push: 'mine:keyring-2' })).toBe(0);
    const [pull] = forge.pulls;
    expect(pull).toMatchObject({ title: 'Keyring version 2', branch: 'keyring-2' });
    if (pull !== undefined) pull.text = `Words of people.\n\n${pull.text}`;
    expect(await apply({ to, push: undefined })).toBe(0);
    expect(forge.pulls).toHaveLength(1);
    expect(pull?.text).toMatch(/^Words of people\.\n/);
  });
});
