import { writeFile } from 'node:fs/promises';
import { CommanderError } from '@commander-js/extra-typings';
import { Fault } from '../core/fault.ts';
import { forTerminal } from '../render/escape.ts';
import { type Context, makeContext } from './context.ts';
import { type ExitCode, exitCodeOfFault, exitCodes } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';
import { makeProgram } from './program.ts';

/**
 * Runs one command line and returns its exit status (docs/cli). Nothing is thrown: whatever a verb throws is
 * either a Fault, which is told with its mend, or a bug, which says so.
 */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  for (const output of [process.stdout, process.stderr]) output.on('error', leaveWithReader);
  let code: ExitCode = exitCodes.done;
  const program = makeProgram(async (verb, options, run) => {
    const context = makeContext(options, deliver);
    code = await carryOut(verb, context, run);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return code;
}

/** Whoever read the output is gone (`| head`): there is nobody left to tell anything, and no exit status is a conclusion. */
function leaveWithReader(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(exitCodes.interrupted);
  throw error;
}

async function carryOut(
  verb: string,
  context: Context,
  run: (context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run(context);
  } catch (error) {
    if (error instanceof Fault) {
      await tellFault(verb, error, context);
      return exitCodeOfFault[error.kind];
    }
    if (error instanceof Interrupted) {
      context.tell(`${error.message}\n`);
      return exitCodes.interrupted;
    }
    // inquirer rejects a prompt that was left with Ctrl-C by an error of this name.
    if (error instanceof Error && error.name === 'ExitPromptError') return exitCodes.interrupted;
    context.tell(`error: ${verb} met a bug in opam-signet: ${forTerminal(String(error))}\n`);
    context.tell('hint: Please report it, with the lines that --debug shows besides.\n');
    if (context.options.debug && error instanceof Error) context.tell(`${error.stack ?? ''}\n`);
    return exitCodes.internal;
  }
}

async function tellFault(verb: string, fault: Fault, context: Context): Promise<void> {
  const { faultText } = await import('../render/text.ts');
  context.tell(faultText(fault, context.errorStyle));
  if (context.options.debug) context.tell(`${fault.stack ?? ''}\n`);
  const { faultAs } = await import('./report-output.ts');
  const document = await faultAs(context.options.format, verb, fault);
  if (document === undefined) return;
  try {
    await context.print(document);
  } catch (error) {
    // The file of --output may be what the fault is about.
    if (!(error instanceof Fault)) throw error;
    if (error.message !== fault.message) context.tell(faultText(error, context.errorStyle));
  }
}

async function deliver(result: string | Uint8Array, file: string | undefined): Promise<void> {
  if (file !== undefined) return writeResult(file, result);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(result, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function writeResult(file: string, result: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, result);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Fault(
      'file.failed',
      `The result cannot be written to ${file}${why}.`,
      'Name a file in a folder that is there and that you may write to: --output FILE.',
      error,
    );
  }
}
