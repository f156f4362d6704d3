import type { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, keyFlags, reviewing, several } from '../flags.ts';

/** The verbs by which maintainers act on a pull request: endorse. */
export function addReviewingVerbs(program: Command, dispatch: Dispatch): void {
  program.addCommand(
    reviewing('endorse', 'Answer for the change of a pull request with a signed endorsement tag.', [
      'text',
      'json',
    ])
      .option('--owner <name=contributor>', 'enrol a standing package on the way (repeat it)', several)
      .option('--remote <remote>', "the package repository's remote: a name or an address")
      .option('--no-push', 'make the tag in this repository only')
      .option(...keyFlags.key)
      .option(...keyFlags.keyFile)
      .option('--expires-in <days>', 'how long the endorsement may be used', '90')
      .option('-n, --dry-run', 'show the plan; sign nothing, write nothing, push nothing', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet endorse --anchor ocaml origin/master..refs/pull/30000/head',
          'opam-signet endorse --anchor ocaml --owner lwt=alice master..bounds --dry-run',
        ),
      )
      .action((pr, options) =>
        dispatch('endorse', common(options), async (context) => {
          const { endorseCommand } = await import('../commands/endorse.ts');
          return endorseCommand(context, { ...options, pr });
        }),
      ),
  );
}
