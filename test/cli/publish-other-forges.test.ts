import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgejo } from '../support/other-forges/forgejo.ts';
import { gitlab } from '../support/other-forges/gitlab.ts';
import { SmallForge } from '../support/other-forges/small-forge.ts';
import { archiveUrl, PublishWorld } from '../support/publish-world.ts';
import { runSignet, type SignetAnswer } from '../support/signet.ts';

const products = [
  { title: 'GitLab', kind: 'gitlab', dialect: gitlab, site: 'OPAM_SIGNET_GITLAB', token: 'GITLAB_TOKEN' },
  {
    title: 'Forgejo',
    kind: 'forgejo',
    dialect: forgejo,
    site: 'OPAM_SIGNET_FORGEJO',
    token: 'FORGEJO_TOKEN',
  },
] as const;

let world: PublishWorld;
let forge: SmallForge;
afterEach(async () => {
  await world.close();
  await forge.close();
});

describe.each(products)('publish at $title', ({ kind, dialect, site, token }) => {
  let environment: Readonly<Record<string, string>>;
  let keyFile: string;
  beforeEach(async () => {
    world = await PublishWorld.create();
    await world.target.git('symbolic-ref', 'HEAD', 'refs/heads/main');
    forge = await SmallForge.start(dialect, world.target);
    keyFile = join(world.home, 'key.asc');
    await writeFile(keyFile, world.alice.armoredSecretKey);
    environment = {
      ...world.environment,
      ...{ GIT_COMMITTER_NAME: 'Alice Example', GIT_COMMITTER_EMAIL: 'alice@example.org' },
      ...{ [site]: forge.site, [token]: 'glpat-alice' },
    };
  });

  const signet = (...args: readonly string[]): Promise<SignetAnswer> =>
    runSignet(['publish', ...args, '--no-input'], { cwd: world.source.folder, env: environment });

  const publish = (...more: readonly string[]): Promise<SignetAnswer> =>
    signet(
      ...['--to', `${forge.site}/ocaml/opam-repository`, '--archive-url', archiveUrl],
      ...['--archive-file', join(world.home, 'foo-1.0.tar.gz'), '--key-file', keyFile, '--yes', ...more],
    );

  test('forks, pushes what was signed with the token, and opens a request that says what it is', async () => {
    const answer = await publish('--json');
    expect(answer.status, answer.stderr).toBe(0);
    const result = JSON.parse(answer.stdout) as { readonly commit: string };
    expect(result).toMatchObject({
      finished: true,
      done: [
        { act: 'write-archive' },
        { act: 'fork' },
        { act: 'push-submission' },
        { act: 'open-pull-request', outcome: expect.stringContaining(forge.site) as string },
      ],
    });
    expect(forge.pulls).toMatchObject([
      { author: 'alice', title: 'Package foo.1.0', head: result.commit, state: 'open' },
    ]);
    expect(forge.pulls[0]?.text).toContain('* `foo.1.0`: A library for tests\n');
    const fork = forge.forks.get('alice');
    expect(await fork?.git('rev-parse', 'signet/foo.1.0^{commit}')).toBe(result.commit);
    expect(`${answer.stdout}${answer.stderr}`).not.toContain('glpat-alice');
  });

  test('told by --forge for OWNER/NAME, a dry run writes nowhere', async () => {
    const answer = await signet(
      ...['--to', 'ocaml/opam-repository', '--forge', kind, '--archive-url', archiveUrl, '--dry-run'],
      ...['--archive-file', join(world.home, 'foo-1.0.tar.gz'), '--key-file', keyFile],
    );
    expect(answer.status, answer.stderr).toBe(0);
    expect(answer.stdout).toContain(`${forge.site}/ocaml/opam-repository`);
    expect(forge.forks.size).toBe(0);
    expect(forge.pulls).toEqual([]);
  });

  test('that the fork refused is finished by a later process', async () => {
    await forge.fork('alice');
    const hook = join(forge.forks.get('alice')?.folder ?? '', 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const failed = await publish();
    expect(failed.status, failed.stderr).toBe(3);
    expect(failed.stdout).toContain('publish: not finished');
    await writeFile(hook, '#!/bin/sh\nexit 0\n');
    const continued = await signet('--continue');
    expect(continued.status, continued.stderr).toBe(0);
    expect(forge.pulls).toHaveLength(1);
    const status = await runSignet(['status', '--json'], { cwd: world.source.folder, env: environment });
    expect(JSON.parse(status.stdout)).toMatchObject({
      runs: [{ standing: 'submitted', submission: { kind: 'open' } }],
    });
  });
});
