import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { runSignet, runUnread, type SignetAnswer } from '../support/signet.ts';

/** An error for people: what, a hint, where it is explained; no stack trace, nothing on stdout, never success. */
function expectTold({ status, stdout, stderr }: SignetAnswer, code: number, what: string): void {
  expect(status, stderr).toBe(code);
  expect(stdout).toBe('');
  expect(stderr).toContain(what);
  expect(stderr).toMatch(/^hint: \w.*\.$/m);
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('output that nobody reads any more', () => {
  test('ends the run as an interrupted one, without a word', async () => {
    expect(await runUnread(['help', 'findings.md'])).toMatchObject({ status: 130, stderr: '' });
  });
});

describe('a command line that cannot be parsed', () => {
  test.each([
    [['publish', '--nope'], 'opam-signet help publish shows its flags and examples.'],
    [['keyring', 'add', '--nope'], 'opam-signet help keyring add shows its flags and examples.'],
    [['keyring', 'ad'], 'opam-signet help keyring lists its verbs.'],
    [['verify'], 'opam-signet help lists the verbs, opam-signet help VERB explains one.'],
  ])('%j ends in what explains the verb', async (words, hint) => {
    const answer = await runSignet(words);
    expectTold(answer, 2, `hint: ${hint}`);
  });
});

describe('a result that cannot be written where --output says', () => {
  test.each([['text'], ['json']])('is told as a fault with the file, in format %s', async (format) => {
    const folder = await temporaryFolder();
    for (const file of [join(folder, 'nowhere', 'result'), folder]) {
      const answer = await runSignet(['trust', 'list', '--format', format, '--output', file]);
      expectTold(answer, 3, `The result cannot be written to ${file}`);
      expect(answer.stderr.match(/^error: /gm)).toHaveLength(1);
    }
  });
});

describe('help', () => {
  test('explains a verb below another', async () => {
    const { status, stdout } = await runSignet(['help', 'keyring', 'add']);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: opam-signet keyring add');
  });

  test('explains one finding by its code, as the list of all does', async () => {
    const one = await runSignet(['help', 'attribution.withdrawn']);
    const all = await runSignet(['help', 'findings']);
    expect(one.status).toBe(0);
    expect(one.stdout).toMatch(/^attribution\.withdrawn {2}.*\n( {4}.*\n)+$/);
    expect(all.stdout).toContain(one.stdout);
  });

  test('says where to look for what it does not know', async () => {
    expectTold(await runSignet(['help', 'no.such-code']), 2, 'There is no finding "no.such-code".');
    expectTold(await runSignet(['help', 'keyring', 'nope']), 2, 'there is no verb or topic "keyring nope"');
  });
});

describe('what can be wrong around a repository', () => {
  test('a folder that is no repository', async () => {
    const cwd = await temporaryFolder();
    const answer = await runSignet(['verify-repo', '--quorum', '1', '--fingerprint', 'A'.repeat(40)], {
      cwd,
    });
    expectTold(answer, 2, 'is not a git repository');
  });

  test('a reference that does not exist', async () => {
    const repository = await TestRepository.create();
    await repository.ref(
      'refs/heads/main',
      await repository.commitFiles({ files: { repo: '' }, date: 1_700_000_000 }),
    );
    const answer = await runSignet(
      ['verify-pr', 'main..nowhere', '--quorum', '1', '--fingerprint', 'A'.repeat(40)],
      { cwd: repository.folder },
    );
    expectTold(answer, 2, '"nowhere"');
  });

  test('nothing that says whom to trust', async () => {
    const repository = await TestRepository.create();
    await repository.ref(
      'refs/heads/main',
      await repository.commitFiles({ files: { repo: '' }, date: 1_700_000_000 }),
    );
    expectTold(await runSignet(['verify-repo'], { cwd: repository.folder }), 2, 'whom to trust');
  });

  test('a keyring path that is not there, and one without a certificate in it', async () => {
    const repository = await TestRepository.create();
    await repository.ref(
      'refs/heads/main',
      await repository.commitFiles({ files: { repo: '' }, date: 1_700_000_000 }),
    );
    const cwd = repository.folder;
    expectTold(await runSignet(['verify-repo', '--keyring', 'nowhere'], { cwd }), 2, 'nowhere');
    await writeFile(join(cwd, 'empty.asc'), 'not a certificate\n');
    expectTold(await runSignet(['verify-repo', '--keyring', 'empty.asc'], { cwd }), 2, 'empty.asc');
  });

  test('a keyring file that does not parse names the line', async () => {
    const repository = await TestRepository.create();
    await repository.ref(
      'refs/heads/main',
      await repository.commitFiles({ files: { repo: '' }, date: 1_700_000_000 }),
    );
    await writeFile(join(await folderIn(repository.folder), 'keyring.toml'), 'format = 1\nversion = "one"\n');
    expectTold(
      await runSignet(['verify-repo', '--keyring', 'keys'], { cwd: repository.folder }),
      2,
      'line 2',
    );
  });

  test('an unknown flag and an unknown verb end with the usage', async () => {
    expect(await runSignet(['verify-repo', '--unknown'])).toMatchObject({ status: 2, stdout: '' });
    expect(await runSignet(['verify'])).toMatchObject({ status: 2, stdout: '' });
  });

  test('with --json a failure is one JSON document too', async () => {
    const cwd = await temporaryFolder();
    const answer = await runSignet(['verify-repo', '--json'], { cwd });
    expect(JSON.parse(answer.stdout)).toMatchObject({
      schema: 1,
      verb: 'verify-repo',
      conclusion: 'undetermined',
      fault: { code: 'repository.not-found' },
    });
  });
});

async function folderIn(parent: string): Promise<string> {
  const { mkdir } = await import('node:fs/promises');
  const folder = join(parent, 'keys');
  await mkdir(folder);
  return folder;
}
