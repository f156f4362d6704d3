import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LintFindings } from '../core/publish/lint-findings.ts';
import { run, which, type Environment } from './process.ts';

/**
 * Runs the installed `opam lint` over a file as it would stand in a package repository; undefined where opam is not
 * installed. Nothing is asked of the network or of the user's switches.
 */
export async function lintWithOpam(
  nameVersion: string,
  opam: Uint8Array,
  environment: Environment,
  temporary: string,
): Promise<LintFindings | undefined> {
  const program = await which('opam', environment);
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(temporary, 'opam-signet-lint-'));
  try {
    // opam takes name and version from the folder, as in a repository.
    const place = join(folder, nameVersion);
    await mkdir(place);
    await writeFile(join(place, 'opam'), opam);
    const env = {
      ...environment,
      OPAMROOT: join(folder, 'root'),
      OPAMCOLOR: 'never',
      OPAMUTF8: 'never',
      LC_ALL: 'C',
    };
    const { stdout } = await run(program, ['lint', join(place, 'opam')], {
      env,
      cwd: folder,
      timeout: 60_000,
    });
    return readFindings(Buffer.from(stdout).toString('utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readFindings(output: string): LintFindings {
  const found = [...output.matchAll(/^ +(error|warning) +(\d+: .*(?:\n {15,}.*)*)$/gm)].map(
    ([, kind = '', text = '']) => ({
      kind,
      line: `${kind} ${text.replaceAll(/\s*\n\s*/g, ' ')}`,
    }),
  );
  const of = (kind: string): readonly string[] =>
    found.filter((one) => one.kind === kind).map(({ line }) => line);
  return { errors: of('error'), warnings: of('warning') };
}
