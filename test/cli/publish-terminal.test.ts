import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed } from '../support/gpg-home.ts';
import { runInTerminal, type TerminalRun } from '../support/terminal-run.ts';

const withGpg = installed('gpg');
const why = withGpg ? '' : ' (skipped: gpg is not installed)';

let author: GitHubAuthor;
let run: TerminalRun;
let writesBefore: readonly string[] | undefined;

/** Everything that was asked of the forge but reading. */
const writes = (): readonly string[] =>
  author.server.requests
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/git-upload-pack'))
    .map(({ method, path }) => `${method} ${path}`);

const title = `publish at a terminal, without a single flag${why}`;
describe.runIf(withGpg)(title, () => {
  beforeAll(async () => {
    author = await GitHubAuthor.create();
    const answers = [
      { question: /\? .*has no release tag yet/, keys: '\r' },
      { question: /\? Packages to publish/, keys: '\r' },
      { question: /\? Package repository .*\(ocaml\/opam-repository\)/, keys: '\r' },
      { question: /\? URL where users will download/, keys: `${author.archiveUrl}\r` },
      {
        question: /\? Sign and submit foo\.1\.0, foo-lwt\.1\.0\?/,
        keys: 'y\r',
        met: () => {
          writesBefore = writes();
        },
      },
    ];
    const { folder } = author.source;
    run = await runInTerminal(['publish'], answers, { cwd: folder, env: author.environment });
    expect(run.answered).toEqual(answers);
  }, 120_000);
  afterAll(() => author.close());

  test('writes nothing anywhere before the one yes', () => {
    expect(writesBefore).toEqual([]);
    expect(writes().length).toBeGreaterThanOrEqual(4);
  });

  test('shows package, archive digests, key, fork, branch, tag and the change before it asks', () => {
    const shown = run.shown.slice(0, run.shown.indexOf('? Sign and submit'));
    for (const part of [
      'Packages foo, foo-lwt at 1.0',
      `certificate ${author.fingerprint}`,
      'sha256 ',
      'sha512 ',
      'packages/foo-lwt/foo-lwt.1.0/opam (a new package)',
      '  + x-commit-hash: ',
      'fork ocaml/opam-repository for alice',
      'push branch publish-foo.1.0 and tag signet/foo.1.0 to the fork of alice',
    ])
      expect(shown).toContain(part);
  });

  test('ends with what was done and the address of the pull request', () => {
    const [pull] = author.upstream.pulls;
    expect(run.status).toBe(0);
    expect(run.shown).toContain(
      `✓ open a pull request for branch publish-foo.1.0 at ocaml/opam-repository: ${author.server.url}/ocaml/opam-repository/pull/${pull?.number ?? ''}\n`,
    );
    expect(run.shown).toContain('publish: submitted: Packages foo, foo-lwt at 1.0');
    expect(pull).toMatchObject({ author: 'alice', title: 'Packages foo, foo-lwt at 1.0', state: 'open' });
  });

  test('leaves no spinner behind a question, and the token nowhere on the screen', () => {
    expect(run.shown).not.toContain(author.token);
    expect(run.shown.slice(run.shown.indexOf('? Sign and submit')).split('\n')[0]).not.toMatch(
      /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/,
    );
  });
});
