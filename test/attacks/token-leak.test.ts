import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishCommand } from '../../src/cli/commands/publish.ts';
import { continueCommand } from '../../src/cli/commands/publish-resume.ts';
import type { Context } from '../../src/cli/context.ts';
import { Fault } from '../../src/core/fault.ts';
import { faultText } from '../../src/render/text.ts';
import { commandContext } from '../support/command-context.ts';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed } from '../support/gpg-home.ts';
import { temporaryFolder } from '../support/scratch.ts';

const withGpg = installed('gpg');
const why = withGpg ? '' : ' (skipped: gpg is not installed)';

/** Everything that anybody could read afterwards: output, arguments of every git, and files. */
const seen: string[] = [];

let author: GitHubAuthor;
let environment: Record<string, string>;
let argumentsFile: string;

/** A git that writes down its arguments, and those of every program that it starts. */
async function watchedGit(): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  argumentsFile = join(folder, 'arguments');
  const git = `#!/bin/sh\nprintf '%s\\n' "$@" >> ${argumentsFile}\nPATH=/usr/local/bin:/usr/bin:/bin exec git "$@"\n`;
  await writeFile(join(folder, 'git'), git, { mode: 0o755 });
  const { PATH = '', ...others } = author.environment;
  return { ...others, PATH: `${folder}:${PATH}`, GIT_TRACE: argumentsFile };
}

/** One run; whatever it prints, also as a fault, is kept. */
async function run(verb: (context: Context) => Promise<number>): Promise<number> {
  const keep = (text: string): void => void seen.push(text);
  const context = commandContext(
    {
      ...{ directory: author.source.folder, environment, now: Math.floor(Date.now() / 1000), symbols: false },
      ...{ print: keep, tell: keep },
    },
    {},
  );
  try {
    return await verb(context);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    seen.push(faultText(error, context.errorStyle), String(error.stack), JSON.stringify(error.cause ?? null));
    return 3;
  }
}

const publish = (context: Context) =>
  publishCommand(context, {
    ...{ packages: [], expiresIn: '90', dryRun: false, to: 'ocaml/opam-repository', tag: 'v1.0' },
    given: {
      '--allow-dirty': undefined,
      '--accept-tag': undefined,
      '--force-lint': undefined,
      '--force-with-lease': undefined,
    },
    archiveUrl: author.archiveUrl,
    archiveFile: join(author.home, 'foo-1.0.tar.gz'),
  });

const resume = (context: Context) => continueCommand(context, { run: undefined, tokenFile: undefined });

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map((file) => readFile(file, 'latin1')));
}

describe.runIf(withGpg)(`token-leak: every call fails once, and GitHub repeats the token${why}`, () => {
  const failed = new Set<string>();
  const passwords = new Set<string>();
  let codes: number[] = [];

  beforeAll(async () => {
    author = await GitHubAuthor.create({ helper: false });
    environment = await watchedGit();
    author.server.disturb = ({ method, path, password }) => {
      if (password !== undefined) passwords.add(password);
      const call = `${method} ${path}`;
      if (failed.has(call)) return undefined;
      failed.add(call);
      return { status: path.startsWith('/api/') ? 422 : 500, message: `No, ${author.token}, not now` };
    };
    const planned = () => seen.some((text) => text.includes('--continue does the rest'));
    for (let attempt = 0; attempt < 40 && codes.at(-1) !== 0; attempt++) {
      codes = [...codes, await run(planned() ? resume : publish)];
    }
  }, 240_000);
  afterAll(() => author.close());

  test('fails at each of them, and is finished all the same', () => {
    const expected = [
      'GET /api/v3/user',
      'GET /alice/foo.git/info/refs',
      'POST /alice/foo.git/git-receive-pack',
      'GET /ocaml/opam-repository.git/info/refs',
      'POST /ocaml/opam-repository.git/git-upload-pack',
      'POST /api/v3/repos/ocaml/opam-repository/forks',
      'POST /alice/opam-repository.git/git-receive-pack',
      'GET /api/v3/repos/ocaml/opam-repository/pulls',
      'POST /api/v3/repos/ocaml/opam-repository/pulls',
    ];
    expect([...failed]).toEqual(expect.arrayContaining(expected));
    expect(codes.filter((code) => code !== 0).length).toBeGreaterThanOrEqual(expected.length);
    expect(codes.at(-1)).toBe(0);
    expect(author.upstream.pulls).toHaveLength(1);
  });

  test('uses the token, or this would show nothing', () => {
    expect(passwords).toContain(author.token);
  });

  test('shows it in no output', () => {
    expect(seen.join('')).toContain('not now');
    expect(seen.join('')).not.toContain(author.token);
  });

  test('gives it to no program as an argument', async () => {
    const all = await readFile(argumentsFile, 'latin1');
    expect(all).toContain('git-remote-http');
    expect(all).not.toContain(author.token);
  });

  test('keeps it in no journal, no configuration and no other file, its own or the forge’s', async () => {
    const places = [author.home, author.source.folder, author.server.state.folder];
    const files = (await Promise.all(places.map(filesBelow))).flat();
    expect(files.some((content) => content.includes('"event":"done"'))).toBe(true);
    expect(files.filter((content) => content.includes(author.token))).toEqual([]);
  });
});
