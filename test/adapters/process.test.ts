import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, start, which } from '../../src/adapters/process.ts';
import { temporaryFolder } from '../support/scratch.ts';

const env = { PATH: process.env['PATH'] };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const sh = (script: string, options: Partial<Parameters<typeof run>[2]> = {}): ReturnType<typeof run> =>
  run('sh', ['-c', script], { env, ...options });

describe('running a program', () => {
  test('gives its status, output and errors', async () => {
    const { status, stdout, stderr } = await sh('cat; echo why >&2; exit 3', { input: 'in' });
    expect([status, text(stdout), stderr]).toEqual([3, 'in', 'why']);
  });

  test('hands over arguments as they are, and only the environment that it is given', async () => {
    const { stdout } = await run('printf', ['%s|', '$HOME', '; echo x', ''], { env });
    expect(text(stdout)).toBe('$HOME|; echo x||');
    expect(
      text((await sh('echo "${HOME-none} $GREETING"', { env: { ...env, GREETING: 'hello' } })).stdout),
    ).toBe('none hello\n');
  });

  test('does not mind a program that does not read what it is given', async () => {
    const { status } = await sh('exit 0', { input: Buffer.alloc(1_000_000) });
    expect(status).toBe(0);
  });

  test('takes control characters out of what the program says about itself', async () => {
    const { stderr } = await sh("printf 'red \\033[31m\\a bell\\r\\nnext\\tline\\n' >&2");
    expect(stderr).toBe('red \uFFFD[31m\uFFFD bell\nnext\tline');
  });

  test('keeps no more than the start of endless errors', async () => {
    const { stderr } = await sh('head -c 1000000 /dev/zero | tr "\\0" x >&2');
    expect(stderr).toHaveLength(64 * 1024);
  });

  test.each([
    ['prints too much', 'cat /dev/zero', { maximumOutput: 1000 }, 'printed more than 1000 bytes'],
    ['takes too long', 'sleep 60', { timeout: 50 }, 'took longer than 0.05 s'],
    [
      'takes too long with a child that holds its output open',
      'sleep 60 & sleep 60',
      { timeout: 50 },
      'took longer',
    ],
    ['is killed', 'kill -9 $$', {}, 'ended by SIGKILL'],
  ])('is a Fault if it %s', async (_what, script, options, words) => {
    await expect(sh(script, options)).rejects.toMatchObject({
      code: 'process.failed',
      message: expect.stringContaining(words) as string,
    });
  });

  test('is a Fault if it is not installed, or cannot be started', async () => {
    await expect(run('no-such-program', [], { env })).rejects.toMatchObject({
      code: 'process.failed',
      mend: expect.stringContaining('no-such-program') as string,
    });
    await expect(run('/no/such/program', [], { env })).rejects.toMatchObject({ code: 'process.failed' });
    await expect(run('sh', [], { env, cwd: '/no/such/folder' })).rejects.toMatchObject({
      code: 'process.failed',
    });
  });
});

describe('a running program', () => {
  test('answers while it is talked to', async () => {
    const cat = start((await which('cat', env)) ?? '', [], { env });
    const answers: string[] = [];
    cat.send('one');
    for await (const chunk of cat.output) {
      answers.push(text(chunk));
      if (answers.join('') === 'one') cat.send('two');
      else cat.finish();
    }
    expect(answers.join('')).toBe('onetwo');
    expect((await cat.ended).status).toBe(0);
  });

  test('can be killed, and says so', async () => {
    const cat = start((await which('cat', env)) ?? '', [], { env });
    cat.kill();
    for await (const chunk of cat.output) expect(chunk).toBeUndefined();
    expect(await cat.ended).toMatchObject({
      status: undefined,
      reason: expect.stringContaining('SIGKILL') as string,
    });
  });
});

describe('finding a program', () => {
  test('takes the first that can be executed, from whole folders only', async () => {
    const [first, second] = [await temporaryFolder(), await temporaryFolder()];
    for (const folder of [first, second]) await writeFile(join(folder, 'tool'), '#!/bin/sh\n');
    await chmod(join(second, 'tool'), 0o755);
    expect(await which('tool', { PATH: `relative:${first}::${second}` })).toBe(join(second, 'tool'));
    expect(await which('tool', { PATH: '.' })).toBeUndefined();
    expect(await which('tool', {})).toBeUndefined();
  });
});
