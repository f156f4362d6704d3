import { run } from '../../../src/adapters/process.ts';

/** Runs git in a repository, out of reach of whoever's settings; its output, one character for each byte. */
export async function gitText(
  repository: string,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C',
  };
  const command = ['-C', repository, '-c', 'core.commitGraph=false', ...args];
  const { status, stdout, stderr } = await run('git', command, { env, input, maximumOutput: 2 ** 31 });
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with status ${status}. ${stderr}`);
  return Buffer.from(stdout).toString('latin1');
}
