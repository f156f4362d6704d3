import { join } from 'node:path';
import { readIdentity } from '../adapters/git-config.ts';
import { JournalFile } from '../adapters/journal-file.ts';
import { UserGit } from '../adapters/user-git.ts';
import { Fault } from '../core/fault.ts';
import type { Account } from '../core/publish/outcome.ts';
import type { Author } from '../core/publish/plan.ts';
import { findingObject, resultJson } from '../render/json.ts';
import { reportText } from '../render/text.ts';
import type { ReportView } from '../render/view.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodeOfFault, exitCodes } from './exit-code.ts';
import { makeRunFolder, stateFolder } from './run-folder.ts';
import { environmentOfPrograms } from './signing-key.ts';

/** A journal in a folder of its own, for one run of a verb. */
export async function newJournal(context: Context, verb: string): Promise<JournalFile> {
  return new JournalFile(join(await makeRunFolder(stateFolder(context, verb)), 'journal.jsonl'));
}

/** Who signs, as git knows the user. */
export async function requireIdentity(context: Context): Promise<Author> {
  const git = new UserGit(context.options.directory, environmentOfPrograms(context));
  const identity = await readIdentity(git);
  if (identity !== undefined) return identity;
  throw new Fault(
    'usage.missing-answers',
    'git does not know your name and e-mail address, which what you sign will bear.',
    'git config --global user.name "Your Name" && git config --global user.email you@example.org',
  );
}

/** Tells why a verb that acts on a pull request did nothing. */
export async function refuseByReport(
  context: Context,
  verb: string,
  view: ReportView,
  why: string,
): Promise<ExitCode> {
  const { conclusion, findings } = view.report;
  if (context.options.format === 'json') {
    await context.print(resultJson(verb, { conclusion, findings: findings.map(findingObject) }));
  } else {
    context.tell(reportText(view, context.errorStyle));
    context.tell(`${verb}: ${why}\n`);
  }
  return conclusion === 'verified' ? exitCodes.rejected : exitCodeOf(conclusion);
}

/** The exit status of acts that were carried out as far as they could. */
export function exitCodeOfAccount({ failed }: Account): ExitCode {
  if (failed === undefined) return exitCodes.done;
  return failed.error instanceof Fault ? exitCodeOfFault[failed.error.kind] : exitCodes.internal;
}
