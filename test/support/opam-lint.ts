import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './gpg-home.ts';
import { temporaryFolder } from './scratch.ts';

/** What the real opam says of an opam file: the numbers of the errors and warnings of `opam lint`. */
export async function opamLint(content: string): Promise<readonly number[]> {
  const folder = await temporaryFolder();
  const file = join(folder, 'foo.opam');
  writeFileSync(file, content);
  const env = { HOME: folder, OPAMROOT: join(folder, 'root'), OPAMROOTISOK: '1', OPAMNO: '1' };
  const { stdout } = runProgram('opam', ['lint', '--short', file], { env });
  return (Buffer.from(stdout).toString().match(/\d+/g) ?? []).map(Number);
}
