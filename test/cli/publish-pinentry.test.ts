import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed } from '../support/gpg-home.ts';
import { runInTerminal, type TypedAnswer } from '../support/terminal-run.ts';

const equipped = installed('gpg') && installed('pinentry-curses');
const why = equipped ? '' : ' (skipped: gpg or pinentry-curses is not installed)';
const passphrase = 'correct horse battery';

let author: GitHubAuthor;
afterEach(() => author.close());

describe.runIf(equipped)(`a key whose passphrase pinentry asks for in the terminal${why}`, () => {
  test('signs a release with its asset; no spinner draws while pinentry has the terminal', async () => {
    author = await GitHubAuthor.create();
    const { gpg, source, server, upstream } = author;
    const now = Math.floor(Date.now() / 1000);
    const key = gpg.generate('Alice at the terminal <alice@example.org>', now - 60, { passphrase });
    await source.git('config', 'user.signingKey', key);
    await writeFile(join(gpg.folder, 'gpg-agent.conf'), 'pinentry-program /usr/bin/pinentry-curses\n');
    gpg.lock();
    const pinentry: TypedAnswer = { question: /Passphrase/, keys: `${passphrase}\r`, thinking: 500 };
    const answers = [
      { question: /\? .*has no release tag yet/, keys: '\r' },
      { question: /\? Packages to publish/, keys: '\r' },
      { question: /\? Package repository /, keys: '\r' },
      { question: /\? The archive[^]*a release asset at GitHub[^]*a place of your own/, keys: '\r' },
      pinentry,
      { question: /\? Sign and submit foo\.1\.0, foo-lwt\.1\.0\?/, keys: 'y\r' },
    ];
    const flags = ['publish', '--source-forge', 'github'];
    const run = await runInTerminal(flags, answers, { cwd: source.folder, env: author.environment });

    expect(run.answered, run.shown).toEqual(answers);
    expect(run.status).toBe(0);
    expect(run.meanwhile.get(pinentry)).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/u);
    expect(run.shown).not.toContain(passphrase);
    expect(upstream.pulls.map(({ state }) => state)).toEqual(['open']);
    const { releases, git } = server.state.repository('alice', 'foo', 'alice');
    const files = ['foo-1.0.tar.gz', 'foo-1.0.tar.gz.asc'];
    expect(releases.map(({ draft, assets }) => [draft, assets.map(({ name }) => name)])).toEqual([
      [false, files],
    ]);
    const env = { GNUPGHOME: gpg.folder, HOME: gpg.folder };
    expect((await git.tryGit(['verify-tag', 'v1.0'], { env })).stderr).toContain('Good signature');
  }, 120_000);
});
