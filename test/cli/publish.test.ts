import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { RunLock } from '../../src/adapters/run-lock.ts';
import { publishCommand } from '../../src/cli/commands/publish.ts';
import { abortCommand, continueCommand } from '../../src/cli/commands/publish-resume.ts';
import { statusCommand } from '../../src/cli/commands/status.ts';
import type { CommonOptions, Context } from '../../src/cli/context.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { thisProcess } from '../../src/cli/this-process.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { commandContext } from '../support/command-context.ts';
import { fixDate } from '../support/fixed-date.ts';
import { fitsSchema } from '../support/report-schema.ts';
import { archiveUrl, now, PublishWorld } from '../support/publish-world.ts';

let world: PublishWorld;
afterEach(() => world.close());
fixDate(now + 60 * 60);

type Options = Parameters<typeof publishCommand>[1];

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a verb prints and returns. JSON is as docs/report.schema.json says. */
async function told(
  verb: (context: Context) => Promise<number>,
  common: Partial<CommonOptions>,
  more: Record<string, string> = {},
): Promise<Run> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const context = commandContext(
    {
      directory: world.source.folder,
      environment: { ...world.environment, GIT_AUTHOR_NAME: undefined, ...identity, ...more },
      now: Math.floor(Date.now() / 1000),
      symbols: false,
      print: (result) => void stdout.push(result),
      tell: (text) => void stderr.push(text),
    },
    common,
  );
  const code = await verb(context);
  if (common.format === 'json') {
    const written = JSON.parse(stdout.join('')) as unknown;
    expect(fitsSchema(written) ? [] : fitsSchema.errors, stdout.join('')).toEqual([]);
  }
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

const resume = (
  command: typeof continueCommand,
  common: Partial<CommonOptions> = {},
  name?: string,
): Promise<Run> => told((context) => command(context, { run: name, tokenFile: undefined }), common);

/** A run of publish with Alice's secret key in a file. */
async function run(
  options: Partial<Options> = {},
  common: Partial<CommonOptions> = {},
  more: Record<string, string> = {},
): Promise<Run> {
  const keyFile = join(world.home, 'key.asc');
  await writeFile(keyFile, world.alice.armoredSecretKey);
  const all = {
    packages: [],
    expiresIn: '90',
    given: {
      '--allow-dirty': undefined,
      '--accept-tag': undefined,
      '--force-lint': undefined,
      '--force-with-lease': undefined,
    },
    dryRun: false,
    to: world.target.folder,
    archiveUrl,
    archiveFile: join(world.home, 'foo-1.0.tar.gz'),
    keyFile,
    ...options,
  };
  return told((context) => publishCommand(context, all), common, more);
}

const identity = { GIT_COMMITTER_NAME: 'Alice Example', GIT_COMMITTER_EMAIL: 'alice@example.org' };

async function runFolders(): Promise<readonly string[]> {
  const state = join(world.home, '.local', 'state', 'opam-signet', 'publish');
  const names = await readdir(state).catch(() => []);
  return names.map((name) => join(state, name));
}

describe('a run that succeeds', () => {
  test('prints what was done, and keeps the journal but not the workspace', async () => {
    world = await PublishWorld.create();
    const { code, stdout, stderr } = await run();
    expect(code).toBe(0);
    expect(stdout).toContain('publish: submitted: Package foo.1.0');
    expect(stdout).toContain(`Now upload ${join(world.home, 'foo-1.0.tar.gz')} to ${archiveUrl}.`);
    expect(stderr).toContain('+ x-commit-hash:');
    const [folder, ...others] = await runFolders();
    expect(others).toEqual([]);
    expect(await readdir(folder ?? '')).toEqual(['journal.jsonl']);
    expect(stdout).toContain(join(folder ?? '', 'journal.jsonl'));
  });

  test('prints one JSON document with packages, tags, commit, archive, journal and self-check', async () => {
    world = await PublishWorld.create({ tag: null });
    const { code, stdout } = await run({ tag: 'v1.0' }, { format: 'json' });
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      schema: 1,
      verb: 'publish',
      conclusion: 'verified',
      finished: true,
      packages: ['foo.1.0'],
      branch: 'publish-foo.1.0',
      commit: await world.target.git('rev-parse', 'refs/heads/publish-foo.1.0'),
      tags: {
        release: { name: 'v1.0', oid: await world.origin.git('rev-parse', 'refs/tags/v1.0') },
        submission: {
          name: 'signet/foo.1.0',
          oid: await world.target.git('rev-parse', 'refs/tags/signet/foo.1.0'),
        },
      },
      archive: { url: archiveUrl, file: join(world.home, 'foo-1.0.tar.gz') },
      selfCheck: { own: 'verified', byKeyring: null },
      failed: null,
    });
    expect(result['journal']).toMatch(/journal\.jsonl$/);
  });
});

describe('where the branch stands with commits of somebody else', () => {
  test('nothing is pushed without the flag; with it and the yes, all is shown and overwritten', async () => {
    world = await PublishWorld.create();
    const theirs = await world.target.commitFiles({
      parents: [world.base],
      files: { x: 'y' },
      date: now - 60,
      author: 'Mia Example <mia@example.org>',
      message: 'Fix the bounds\n',
    });
    await world.target.ref('refs/heads/publish-foo.1.0', theirs);
    const refused = await run();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Mia Example[^]*or publish all the same: --force-with-lease/);
    const given = {
      ...{ '--allow-dirty': undefined, '--accept-tag': undefined, '--force-lint': undefined },
      '--force-with-lease': true,
    };
    await expect(run({ given }, { yes: false })).rejects.toMatchObject({ code: 'usage.missing-answers' });
    expect(await world.target.git('rev-parse', 'publish-foo.1.0')).toBe(theirs);
    const planned = await run({ given, dryRun: true }, { format: 'json' });
    expect(JSON.parse(planned.stdout)).toMatchObject({
      plan: { submission: { overwritten: { branch: theirs, commits: [{ subject: 'Fix the bounds' }] } } },
    });
    const { code, stderr } = await run({ given });
    expect(code).toBe(0);
    expect(stderr).toContain(
      `${theirs} 2026-05-04T11:59:00Z Mia Example <mia@example.org> (not by you): Fix the bounds\n`,
    );
    expect(await world.target.git('rev-parse', 'publish-foo.1.0^')).toBe(world.base);
  });
});

describe('a run that is refused', () => {
  test('tells what is wrong, what mends it and the flag that goes on all the same', async () => {
    world = await PublishWorld.create({ tag: null });
    await world.tagRelease('v1.0', 'nobody');
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /error tag\.not-signed-by-you\n {4}Tag v1\.0 .*\n {4}mend: .*\n {4}or publish all the same: --accept-tag\n/,
    );
    expect(await runFolders()).toEqual([]);
  });

  test('says the same in JSON', async () => {
    world = await PublishWorld.create({ published: { 'packages/foo/foo.1.0/opam': '' } });
    const { code, stdout } = await run({}, { format: 'json' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      conclusion: 'rejected',
      problems: [
        { code: 'version.published', severity: 'error' },
        { code: 'keyring.none', severity: 'warning' },
      ],
    });
  });

  test('only for the key has the exit status for credentials', async () => {
    world = await PublishWorld.create();
    const keyFile = join(world.home, 'nothing.asc');
    await writeFile(keyFile, 'no key');
    expect((await run({ keyFile })).code).toBe(4);
  });
});

describe('a run whose push fails', () => {
  test('says what was done and what was not, and keeps everything that a later run needs', async () => {
    world = await PublishWorld.create();
    const hook = join(world.target.folder, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\necho "closed today" >&2\nexit 1\n');
    await chmod(hook, 0o755);
    const { code, stdout } = await run();
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^done write the archive to .*\nfailed push branch publish-foo\.1\.0 and tag signet\/foo\.1\.0 .*\n {4}Nothing was pushed to .*closed today/,
    );
    expect(stdout).toContain('publish: not finished');
    const [folder = ''] = await runFolders();
    expect((await readdir(folder)).sort()).toEqual(['archive', 'journal.jsonl', 'workspace.git']);
    expect(await world.target.git('for-each-ref', 'refs/heads/publish-*', 'refs/tags')).toBe('');

    expect((await resume(continueCommand)).code).toBe(3);
    await rm(hook);
    const continued = await resume(continueCommand, { format: 'json' });
    expect(continued.code).toBe(0);
    expect(JSON.parse(continued.stdout)).toMatchObject({ continued: true, finished: true, failed: null });
    expect(await world.target.git('for-each-ref', 'refs/tags', '--format=%(refname)')).toBe(
      'refs/tags/signet/foo.1.0',
    );
    expect(await readdir(folder)).toEqual(['journal.jsonl']);
    await expect(resume(continueCommand)).rejects.toMatchObject({ code: 'usage.argument' });
  });

  test('is taken back only after a yes, archive and all', async () => {
    world = await PublishWorld.create();
    const hook = join(world.target.folder, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    await run();
    expect((await resume(abortCommand, { yes: false })).code).toBe(130);
    expect(await readdir(world.home)).toContain('foo-1.0.tar.gz');
    const { code, stdout } = await resume(abortCommand);
    expect(code).toBe(0);
    expect(stdout).toContain(`done removed ${join(world.home, 'foo-1.0.tar.gz')}\n`);
    expect(stdout).toContain('publish: taken back');
    expect(await readdir(world.home)).not.toContain('foo-1.0.tar.gz');
  });
});

describe('a run that is not finished', () => {
  /** One whose push is refused, as its package repository says no. */
  async function failed(): Promise<string> {
    world = await PublishWorld.create();
    const hook = join(world.target.folder, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    const { code, stdout } = await run({}, { format: 'json' });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      finished: false,
      failed: { what: expect.stringMatching(/^push branch/) as string },
    });
    const [folder = ''] = await runFolders();
    return folder;
  }

  test('is told of by the next publish, with the commands that end it', async () => {
    const name = basename(await failed());
    const { stdout } = await run({ dryRun: true }, { format: 'json', yes: false });
    expect(JSON.parse(stdout)).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({
          code: 'run.unfinished',
          severity: 'warning',
          what: expect.stringContaining(`The run ${name} for foo.1.0 to ${world.target.folder}`) as string,
          mend: expect.stringMatching(new RegExp(`--continue ${name}.*--abort ${name}`)) as string,
        }),
      ]) as unknown,
    });
    const { stderr } = await run({ archiveFile: join(world.home, 'other.tar.gz') });
    expect(stderr).toContain('warning run.unfinished');
    await resume(abortCommand, {}, name);
    expect((await run({ dryRun: true })).stderr).not.toContain(name);
  });

  test('is left alone while another process is at work on it, and taken from a dead one', async () => {
    const folder = await failed();
    // This very process does not act on it; nobody else can tell.
    const lock = await RunLock.take(folder, thisProcess);
    await expect(resume(continueCommand)).rejects.toMatchObject({
      code: 'publish.in-use',
      message: expect.stringContaining(`Process ${process.pid}`) as string,
    });
    await expect(resume(abortCommand)).rejects.toMatchObject({ code: 'publish.in-use' });
    const { stderr } = await run({ dryRun: true });
    expect(stderr).toContain(`Process ${process.pid} is at work on it.`);
    await lock.release();
    await RunLock.take(folder, { ...thisProcess, pid: 2 ** 30 });
    const { code, stdout } = await resume(abortCommand, { format: 'json' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ verb: 'publish', aborted: true, failed: [] },
      undone: [{ act: 'write-archive' }],
      kept: [{ act: 'push-submission' }],
    });
    expect(await readdir(folder)).toEqual(['journal.jsonl']);
  });
});

describe('a dry run', () => {
  test('prints the plan on stdout and leaves nothing behind', async () => {
    world = await PublishWorld.create({ tag: null });
    const before = await world.everything();
    const { code, stdout } = await run({ tag: 'v1.0', dryRun: true }, { yes: false });
    expect(code).toBe(0);
    expect(stdout).toContain('What will be done, in this order:\n  1. make tag v1.0 at');
    expect(await world.everything()).toBe(before);
    expect(await runFolders()).toEqual([]);
    expect(await readdir(world.home)).toEqual(['key.asc']);
  });

  test('has the same plan in JSON', async () => {
    world = await PublishWorld.create();
    const { stdout } = await run({ dryRun: true }, { format: 'json', yes: false });
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      plan: {
        packages: [{ nameVersion: 'foo.1.0', comparedWith: 'foo.0.9' }],
        releaseTag: { make: false, pushTo: null },
      },
    });
  });
});

describe('status', () => {
  const status = (options = { offline: false, all: false }) =>
    told((context) => statusCommand(context, options), { format: 'json' });
  const runs = async (options?: Parameters<typeof status>[0]) =>
    (JSON.parse((await status(options)).stdout) as { runs: Record<string, unknown>[] }).runs;

  test('follows a submission from open over changed to merged', async () => {
    world = await PublishWorld.create({
      contributors: (alice) => ({
        alice: { keys: [alice], roles: ['admin', 'contributor'], packages: ['foo'] },
      }),
    });
    expect(await runs()).toEqual([]);
    await run();
    expect(await runs()).toMatchObject([
      { packages: ['foo.1.0'], standing: 'submitted', submission: { kind: 'open', verdict: 'verified' } },
    ]);
    const { target, base } = world;
    let tip = base;
    for (const README of ['one', 'other'])
      tip = await target.commitFiles({ parents: [tip], files: { README }, date: now - 60 });
    await target.ref('refs/heads/main', tip);
    expect(await runs()).toMatchObject([{ submission: { kind: 'open', verdict: 'verified' } }]);
    const head = (await target.git('rev-parse', 'refs/heads/publish-foo.1.0')) as Oid;
    await target.ref('refs/heads/publish-foo.1.0', base);
    const changed = (next: RegExp) => [
      { submission: { kind: 'changed', why: expect.stringMatching(next) as string } },
    ];
    expect(await runs()).toMatchObject(changed(/opam-signet resign\.$/));
    const tag = (await target.git('rev-parse', 'refs/tags/signet/foo.1.0')) as Oid;
    await target.tag({ name: 'signet/foo.1.0', object: base, date: now });
    expect(await runs()).toMatchObject(changed(/signed again since: opam-signet verify-pr judges it\.$/));
    await target.ref('refs/tags/signet/foo.1.0', tag);
    await target.git('branch', '-D', 'publish-foo.1.0');
    expect(await runs()).toMatchObject([{ submission: { kind: 'gone' } }]);
    await target.ref('refs/heads/main', head);
    expect(await runs()).toEqual([]);
    expect(await runs({ offline: false, all: true })).toMatchObject([{ submission: { kind: 'merged' } }]);
    expect(await runs({ offline: true, all: false })).toMatchObject([{ submission: null }]);
  });

  test('names the unfinished run, what it has done, and the command that goes on', async () => {
    world = await PublishWorld.create();
    const hook = join(world.target.folder, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    await run();
    const look = (common: Partial<CommonOptions>) =>
      told((context) => statusCommand(context, { offline: false, all: false }), common);
    expect(JSON.parse((await look({ format: 'json' })).stdout)).toMatchObject({
      runs: [{ standing: 'unfinished', begun: [expect.stringMatching(/^push branch/)], submission: null }],
    });
    const { stdout } = await look({});
    expect(stdout).toMatch(
      /^unfinished foo\.1\.0 to .*\n {4}done: write the archive .*\n {4}begun: push branch .*\n {4}mend: opam-signet publish --continue run-\w+, or --abort run-\w+\n$/,
    );
  });
});

describe('a run with --output', () => {
  test('writes what would be sent into a folder, signatures intact, and sends nothing', async () => {
    world = await PublishWorld.create({ tag: null });
    const output = join(world.home, 'out');
    const remote = [await world.origin.git('for-each-ref'), await world.target.git('for-each-ref')];
    const { code, stdout } = await run({ tag: 'v1.0', output, archiveFile: undefined }, { format: 'json' });
    expect(code).toBe(0);
    expect([await world.origin.git('for-each-ref'), await world.target.git('for-each-ref')]).toEqual(remote);
    const result = JSON.parse(stdout) as { commit: string; tags: { submission: { oid: string } } };
    expect(result).toMatchObject({ finished: true, output });
    expect((await readdir(output)).sort()).toEqual([
      ...['commit', 'foo-1.0.tar.gz', 'release-tag', 'submission-tag'],
      ...['submission.bundle', 'submission.patch'],
    ]);

    const { target, source } = world;
    const tag = 'refs/tags/signet/foo.1.0';
    await target.git(
      'fetch',
      '--quiet',
      join(output, 'submission.bundle'),
      'publish-foo.1.0',
      `${tag}:${tag}`,
    );
    expect(await target.git('rev-parse', 'FETCH_HEAD')).toBe(result.commit);
    expect(await target.git('rev-parse', tag)).toBe(result.tags.submission.oid);
    expect(await target.git('hash-object', '-t', 'commit', join(output, 'commit'))).toBe(result.commit);
    expect(await target.git('fsck', '--strict')).toBe('');
    expect(await source.git('hash-object', '-t', 'tag', join(output, 'release-tag'))).toBe(
      await source.git('rev-parse', 'refs/tags/v1.0'),
    );
    expect(await readFile(join(output, 'submission.patch'), 'utf8')).toContain('+x-commit-hash:');
    expect(await runFolders()).toEqual([]);
  });

  test('says what is left to do, and overwrites nothing', async () => {
    world = await PublishWorld.create({ tag: null });
    const output = join(world.home, 'out');
    const { stdout } = await run({ tag: 'v1.0', output, archiveFile: undefined });
    expect(stdout).toMatch(
      /1\. Push the release tag v1\.0 .*\n {2}2\. Upload the archive.*\n {2}3\. Send .*bundle/,
    );
    await expect(run({ output, archiveFile: undefined })).rejects.toMatchObject({ code: 'usage.argument' });
  });
});

describe('secrets', () => {
  test('stand in no output and no journal: neither the passphrase nor the secret key, nor a password of the remote', async () => {
    world = await PublishWorld.create({ tag: null });
    await world.source.git(
      'remote',
      'set-url',
      '--push',
      'origin',
      'http://alice:hunter2@127.0.0.1:1/foo.git',
    );
    const secrets = [
      'correct horse',
      'hunter2',
      ...world.alice.armoredSecretKey.split('\n').filter((line) => line.length > 40),
    ];
    const outputs: string[] = [];
    for (const format of ['text', 'json'] as const) {
      const { code, stdout, stderr } = await run(
        { tag: 'v1.0' },
        { format },
        { OPAM_SIGNET_PASSPHRASE: 'correct horse' },
      );
      expect(code).not.toBe(0);
      outputs.push(stdout, stderr);
    }
    for (const folder of await runFolders())
      outputs.push(await readFile(join(folder, 'journal.jsonl'), 'utf8'));
    expect(outputs.join()).toContain('http://127.0.0.1:1/foo.git');
    for (const secret of secrets) expect(outputs.join()).not.toContain(secret);
  });
});

test('every flag of the command line reaches the verb', async () => {
  world = await PublishWorld.create();
  const seen: [string, CommonOptions][] = [];
  const program = makeProgram((verb, options) => {
    seen.push([verb, options]);
    return Promise.resolve();
  });
  await program.parseAsync(['publish', 'foo', '--to', 'x', '--json', '-n', '-y', '-C', 'd', '--no-input'], {
    from: 'user',
  });
  expect(seen).toEqual([
    ['publish', expect.objectContaining({ directory: 'd', format: 'json', input: false, yes: true })],
  ]);
});
