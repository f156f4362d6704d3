import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseJournal } from '../../src/adapters/journal-entries.ts';
import type { JournalEntry } from '../../src/core/publish/journal-entry.ts';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed } from '../support/gpg-home.ts';
import { type EndedSignet, startSignet } from '../support/signet.ts';

const withGpg = installed('gpg');
const why = withGpg ? '' : ' (skipped: gpg is not installed)';

let author: GitHubAuthor;
afterEach(() => author.close());

/** The requests in whose midst Ctrl-C comes; the forge takes its time to answer them, but does what they ask. */
const points = [
  {
    during: 'git-receive-pack of the release tag',
    method: 'POST',
    path: /^\/alice\/foo\.git\/git-receive-pack$/,
  },
  { during: 'forking', method: 'POST', path: /\/repos\/ocaml\/opam-repository\/forks$/ },
  {
    during: 'git-receive-pack of the submission',
    method: 'POST',
    path: /^\/alice\/opam-repository\.git\/git-receive-pack$/,
  },
] as const;

const opening = { method: 'POST', path: /\/repos\/ocaml\/opam-repository\/pulls$/ };

interface Point {
  readonly method: string;
  readonly path: RegExp;
}

/** A run that gets Ctrl-C, with all the programs that it runs as in a terminal, while the forge is busy. */
async function interrupted({ method, path }: Point, twice = false): Promise<EndedSignet> {
  author = await GitHubAuthor.create();
  const { server } = author;
  const running = startSignet(['publish', ...author.answers, '--yes', '--no-input'], {
    cwd: author.source.folder,
    env: author.environment,
  });
  const done = running.said(/^Ctrl-C again ends at once/m).then(() => {
    if (twice) running.interrupt();
  });
  let met = false;
  server.disturb = (request) => {
    if (met || request.method !== method || !path.test(request.path)) return undefined;
    met = true;
    running.interrupt();
    return { delay: 400 };
  };
  const answer = await running.ended;
  expect(met).toBe(true);
  await done;
  await server.idle();
  server.disturb = () => undefined;
  return answer;
}

async function journal(): Promise<readonly JournalEntry[]> {
  const runs = join(author.home, '.local', 'state', 'opam-signet', 'publish');
  const [run = ''] = await readdir(runs);
  const entries = parseJournal(await readFile(join(runs, run, 'journal.jsonl'), 'utf8'));
  if (entries === undefined) throw new Error('no journal');
  return entries;
}

const actsThat = (entries: readonly JournalEntry[], event: JournalEntry['event']): readonly string[] =>
  entries.flatMap((entry) => (entry.event === event && 'act' in entry ? [entry.act] : []));

/** Names of branches and tags that a run makes, at the project and at the fork. */
async function made(): Promise<string> {
  const names = ['foo', 'opam-repository'].map(async (name) => {
    const there = author.server.state.repositories.get(`alice/${name}`);
    return there?.git.git('for-each-ref', '--format=%(refname)', 'refs/tags', 'refs/heads/publish-*') ?? '';
  });
  return (await Promise.all(names)).filter((one) => one !== '').join('\n');
}

describe.runIf(withGpg).each(points)(`Ctrl-C during $during${why}`, (point) => {
  test('ends the run, with an honest journal, and --continue does the rest and nothing twice', async () => {
    const answer = await interrupted(point);
    expect(answer.status).toBe(130);
    expect(answer.stdout).toContain('publish: not finished');
    const before = await journal();
    expect(before.at(-1)?.event).toMatch(/^(?:done|failed)$/);
    const ended = [...actsThat(before, 'done'), ...actsThat(before, 'failed')];
    expect(ended.toSorted()).toEqual(actsThat(before, 'started').toSorted());
    const continued = await author.run(['publish', '--continue']);
    expect(`${continued.status} ${continued.stderr}`).toMatch(/^0 /);
    const done = actsThat(await journal(), 'done');
    expect(new Set(done).size).toBe(done.length);
    expect(done).toHaveLength(6);
    expect(author.upstream.pulls).toHaveLength(1);
    expect(await made()).toBe('refs/tags/v1.0\nrefs/heads/publish-foo.1.0\nrefs/tags/signet/foo.1.0');
  });

  test('ends the run, and --abort takes back what it made', async () => {
    await interrupted(point);
    const aborted = await author.run(['publish', '--abort', '--yes']);
    expect(`${aborted.status} ${aborted.stderr}`).toMatch(/^0 /);
    expect(await made()).toBe('');
    expect(author.upstream.pulls.every(({ state }) => state === 'closed')).toBe(true);
    expect((await journal()).at(-1)?.event).toBe('aborted');
    expect(await author.source.git('tag', '--list')).toBe('');
  });
});

describe.runIf(withGpg)(`Ctrl-C during the last act${why}`, () => {
  test('comes too late: everything was done, and that is what is told', async () => {
    const { status, stdout } = await interrupted(opening);
    expect(status).toBe(0);
    expect(stdout).toContain('publish: submitted');
    expect((await journal()).at(-1)?.event).toBe('finished');
  });
});

describe.runIf(withGpg)(`Ctrl-C twice${why}`, () => {
  test('ends at once; the journal says what was begun, and --continue looks at how it ended', async () => {
    const { signal } = await interrupted(opening, true);
    expect(signal).toBe('SIGINT');
    expect((await journal()).at(-1)).toMatchObject({ event: 'started', act: 'open-pull-request' });
    const continued = await author.run(['publish', '--continue', '--json']);
    expect(JSON.parse(continued.stdout)).toMatchObject({ continued: true, finished: true });
    expect(author.upstream.pulls).toHaveLength(1);
  });
});

describe.runIf(withGpg)(`Ctrl-C before the yes${why}`, () => {
  test('leaves nothing behind', async () => {
    author = await GitHubAuthor.create();
    const running = startSignet(['publish', ...author.answers, '--yes', '--no-input'], {
      cwd: author.source.folder,
      env: author.environment,
    });
    author.server.disturb = ({ path }) => {
      if (!path.endsWith('/info/refs')) return undefined;
      running.interrupt();
      return { delay: 400 };
    };
    const { status } = await running.ended;
    expect(status).toBe(130);
    const runs = join(author.home, '.local', 'state', 'opam-signet', 'publish');
    expect(await readdir(runs).catch(() => [])).toEqual([]);
    await author.server.idle();
  });
});
