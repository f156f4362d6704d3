import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Forgejo } from '../../src/adapters/forgejo-client.ts';
import { forgejoSubmission } from '../../src/adapters/forgejo-submission.ts';
import { forkingForge, type ForkingProduct } from '../../src/adapters/forking-forge.ts';
import { GitLab } from '../../src/adapters/gitlab-client.ts';
import { gitlabSubmission } from '../../src/adapters/gitlab-submission.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { PackageRepository, Submission } from '../../src/core/ports.ts';
import { forgejo } from '../support/other-forges/forgejo.ts';
import { gitlab } from '../support/other-forges/gitlab.ts';
import { SmallForge } from '../support/other-forges/small-forge.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const token = { secret: 'glpat-alice', origin: 'the test' };
const products = [
  {
    title: 'GitLab',
    dialect: gitlab,
    connect: (site: string): ForkingProduct =>
      gitlabSubmission(new GitLab({ site, token }), 'ocaml/opam-repository'),
  },
  {
    title: 'Forgejo',
    dialect: forgejo,
    connect: (site: string): ForkingProduct =>
      forgejoSubmission(new Forgejo({ site, token }), { owner: 'ocaml', repo: 'opam-repository' }),
  },
];

async function openAt(product: ForkingProduct): Promise<PackageRepository> {
  const home = await temporaryFolder();
  const environment = scrubbedEnvironment(home);
  const forge = forkingForge(product, {
    ...{ fork: undefined, draft: false, environment, folder: join(home, 'workspace') },
    openStore: (folder) => openStore(folder, { kind: 'git', environment }),
  });
  return forge.open('main');
}

/** A commit on the base with its tag, both in the workspace. */
async function submissionIn(repository: PackageRepository, text: string): Promise<Submission> {
  const { store, base } = repository;
  const who = 'Alice <alice@example.org> 1777852800 +0000';
  const tree = /^tree ([0-9a-f]{40})$/m.exec(
    Buffer.from((await store.read(base))?.content ?? []).toString(),
  )?.[1];
  const commit = `tree ${tree ?? ''}\nparent ${base}\nauthor ${who}\ncommitter ${who}\n\nAdd foo.1.0\n`;
  const head = await store.write('commit', Buffer.from(commit));
  const tag = `object ${head}\ntype commit\ntag signet/foo.1.0\ntagger ${who}\n\nSubmit foo.1.0\n`;
  const tagOid = await store.write('tag', Buffer.from(tag));
  const names = { branch: 'publish-foo.1.0', tag: 'signet/foo.1.0' };
  return { ...names, head, tagOid, title: 'Add foo.1.0', text, draft: false };
}

test.each(products)(
  '$title takes a submission from a fork that is made, brings it up to date, and takes it back',
  async ({ dialect, connect }) => {
    const forge = await SmallForge.start(dialect);
    await forge.repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
    const repository = await openAt(connect(forge.site));
    const submission = await submissionIn(repository, 'First words.');
    expect(repository.announce(submission)).toHaveLength(3);
    const [fork, push] = repository.acts(submission);
    expect(await fork?.perform()).toMatchObject({ made: true, facts: { fork: 'alice/opam-repository' } });
    expect(await push?.perform()).toMatchObject({ made: true });
    const [request] = repository.requests(submission);
    const opened = await request?.perform();
    expect(opened).toMatchObject({ made: true, facts: { number: '1' } });
    expect(forge.pulls).toMatchObject([{ author: 'alice', title: 'Add foo.1.0', head: submission.head }]);
    const names = ['refs/heads/publish-foo.1.0', 'refs/tags/signet/foo.1.0'];
    expect((await repository.standing(names)).map(({ oid }): Oid => oid)).toEqual([
      submission.head,
      submission.tagOid,
    ]);

    const [pull] = forge.pulls;
    if (pull !== undefined) pull.text = `Words of people.\n\n${pull.text}`;
    const [again] = repository.requests({ ...submission, text: 'Second words.' });
    expect(await again?.perform()).toMatchObject({ made: false });
    expect(pull?.text).toMatch(/^Words of people\.\n[^]*Second words\.\n/);
    expect(pull?.text).not.toContain('First words.');

    expect(await request?.undo?.(opened?.facts)).toMatchObject({ undone: true });
    expect(await request?.undo?.(opened?.facts)).toMatchObject({ undone: false });
    expect(await push?.undo?.({})).toMatchObject({ undone: true });
    expect(await repository.standing(names)).toEqual([]);
    await repository.close();
    await forge.close();
  },
);
