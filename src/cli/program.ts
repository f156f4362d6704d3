import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from './flags.ts';
import { auditVerb } from './verbs/audit.ts';
import { demoVerb } from './verbs/demo.ts';
import { addHelpVerb } from './verbs/help.ts';
import { addJudgingVerbs } from './verbs/judging.ts';
import { keyringVerbs } from './verbs/keyring.ts';
import { publishVerb } from './verbs/publish.ts';
import { addReviewingVerbs } from './verbs/reviewing.ts';
import { stateVerbs } from './verbs/state.ts';
import { statusVerb } from './verbs/status.ts';
import { trustVerbs } from './verbs/trust.ts';
import { packageVersion } from './version.ts';

/** Every verb with every flag. Nothing but this, verbs/ and the argument parser is loaded until a verb runs. */
export function makeProgram(dispatch: Dispatch): Command {
  const program = new Command('opam-signet')
    .description('Signed releases for opam, and for every package repository kept in git.')
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  program.addCommand(publishVerb(dispatch));
  program.addCommand(statusVerb(dispatch));
  addJudgingVerbs(program, dispatch);
  addReviewingVerbs(program, dispatch);
  program.addCommand(auditVerb(dispatch));
  program.addCommand(keyringVerbs(dispatch));
  program.addCommand(stateVerbs(dispatch));
  program.addCommand(trustVerbs(dispatch));
  program.addCommand(demoVerb(dispatch));
  addHelpVerb(program, dispatch);
  program.showHelpAfterError('hint: opam-signet help lists the verbs, opam-signet help VERB explains one.');
  for (const verb of program.commands) hintAtHelp(verb, verb.name());
  return program;
}

/** A command line that cannot be parsed ends in what explains the verb, as every error ends in a hint. */
function hintAtHelp(verb: CommandUnknownOpts, path: string): void {
  const shows = verb.commands.length > 0 ? 'lists its verbs' : 'shows its flags and examples';
  verb.showHelpAfterError(`hint: opam-signet help ${path} ${shows}.`);
  for (const below of verb.commands) hintAtHelp(below, `${path} ${below.name()}`);
}
