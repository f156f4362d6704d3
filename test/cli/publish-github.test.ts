import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ForgePull } from '../support/forge-server/forge-state.ts';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed, runProgram } from '../support/gpg-home.ts';
import type { SignetAnswer } from '../support/signet.ts';

const withGpg = installed('gpg');
const withOpam = withGpg && installed('opam');
const why = (there: boolean, program: string) => (there ? '' : ` (skipped: ${program} is not installed)`);

let author: GitHubAuthor;
let answer: SignetAnswer;
let pull: ForgePull;

describe.runIf(withGpg)(`a release of two packages without a terminal${why(withGpg, 'gpg')}`, () => {
  beforeAll(async () => {
    author = await GitHubAuthor.create();
    answer = await author.run(['publish', ...author.answers, '--yes', '--no-input', '--json']);
    const [only] = author.upstream.pulls;
    if (only === undefined) throw new Error(answer.stderr);
    pull = only;
  });
  afterAll(() => author.close());

  test('ends in a pull request that says what was released', () => {
    expect(answer.status).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({
      conclusion: 'verified',
      finished: true,
      packages: ['foo.1.0', 'foo-lwt.1.0'],
      commit: pull.headOid,
      done: [
        { act: 'make-release-tag' },
        { act: 'push-source-tag' },
        { act: 'write-archive' },
        { act: 'fork' },
        { act: 'push-submission' },
        {
          act: 'open-pull-request',
          outcome: `${author.server.url}/ocaml/opam-repository/pull/${pull.number}`,
        },
      ],
    });
    expect(pull).toMatchObject({ title: 'Packages foo, foo-lwt at 1.0', baseBranch: 'main', draft: false });
    expect(pull.body).toContain('* `foo-lwt.1.0`: A library for tests, with Lwt\n');
    expect(pull.body).toContain(`* Archive: \`${author.archiveUrl}\`\n`);
    expect(pull.body).toContain(`OpenPGP key \`${author.fingerprint}\``);
  });

  test('has a commit and tags that git verifies by gpg', async () => {
    const { git } = pull.head;
    const env = { GNUPGHOME: author.gpg.folder, HOME: author.gpg.folder };
    const verify = async (repository: typeof git, ...args: readonly string[]) =>
      (await repository.tryGit(args, { env })).stderr;
    expect(await verify(git, 'verify-commit', 'publish-foo.1.0')).toContain(
      'Good signature from "Alice Example',
    );
    expect(await verify(git, 'verify-tag', 'signet/foo.1.0')).toContain('Good signature from "Alice Example');
    const project = author.server.state.repository('alice', 'foo', 'alice').git;
    expect(await verify(project, 'verify-tag', 'v1.0')).toContain('Good signature from "Alice Example');
    expect(await git.git('rev-parse', 'signet/foo.1.0^{commit}')).toBe(pull.headOid);
  });

  test('changes nothing but the two opam files', async () => {
    const changed = await pull.base.git.git(
      'diff-tree',
      '-r',
      '--name-status',
      `${pull.headOid}^`,
      pull.headOid,
    );
    expect(changed.split('\n').map((line) => line.split('\t').join(' '))).toEqual([
      'A packages/foo-lwt/foo-lwt.1.0/opam',
      'A packages/foo/foo.1.0/opam',
    ]);
  });

  test.runIf(withOpam)(
    `passes opam lint, and opam installs it once it is merged${why(withOpam, 'opam')}`,
    async () => {
      const merged = await author.server.merge(pull, 'mia');
      const root = await mkdtemp(join(tmpdir(), 'signet-opam-'));
      try {
        const repository = join(root, 'repository');
        await author.upstream.git.git('worktree', 'add', '--quiet', '--detach', repository, merged);
        const opam = (...args: readonly string[]) =>
          runProgram('opam', args, {
            env: { HOME: root, OPAMROOT: join(root, 'opam'), OPAMYES: '1', OPAMNOENVNOTICE: '1' },
          });
        for (const name of ['foo', 'foo-lwt']) {
          const lint = opam(
            'lint',

            join(repository, 'packages', name, `${name}.1.0`, 'opam'),
          );
          expect([lint.status, Buffer.from(lint.stdout).toString(), lint.stderr].join('\n')).toMatch(/^0\n/);
        }
        const init = opam('init', '--bare', '--no-setup', '--disable-sandboxing', 'signed', repository);
        expect(`${init.status} ${init.stderr}`).toMatch(/^0 /);
        const made = opam('switch', 'create', 'empty', '--empty');
        expect(`${made.status} ${made.stderr}`).toMatch(/^0 /);
        const install = opam('install', '--fake', '--switch=empty', 'foo', 'foo-lwt');
        expect(`${install.status} ${install.stderr}`).toMatch(/^0 /);
        const listed = opam('list', '--switch=empty', '--installed', '--short', '--columns=package');
        expect(Buffer.from(listed.stdout).toString()).toMatch(/^foo\.1\.0\nfoo-lwt\.1\.0\n/);
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    },
  );

  test('is refused the second time: the version was submitted already', async () => {
    const again = await author.run(['publish', ...author.answers, '--yes', '--no-input']);
    expect(again.status).toBe(1);
    expect(again.stderr).toMatch(/foo\.1\.0 is published already|Tag signet\/foo\.1\.0 stands there already/);
    expect(author.upstream.pulls).toHaveLength(1);
  });
});
