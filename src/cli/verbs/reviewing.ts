import { type Command, Option } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, keyFlags, reviewing, several } from '../flags.ts';

/** The verbs by which people act on a pull request: resign, endorse, merge-pr. */
export function addReviewingVerbs(program: Command, dispatch: Dispatch): void {
  program.addCommand(
    reviewing('resign', 'Sign your submission again, after others changed the pull request.', [
      'text',
      'json',
    ])
      .option('--tag <tag>', 'which submission tag is meant, where there are several')
      .option(...keyFlags.key)
      .option(...keyFlags.keyFile)
      .option('--expires-in <days>', 'how long the submission may be used', '90')
      .option('-n, --dry-run', 'show what changed and the plan; sign nothing, write nothing', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet resign --anchor ocaml 30000',
          'opam-signet resign --anchor ocaml 30000 --dry-run',
          'opam-signet resign --anchor ocaml master..fork/foo.1.0 --remote fork',
        ),
      )
      .action((pr, options) =>
        dispatch('resign', common(options), async (context) => {
          const { resignCommand } = await import('../commands/resign.ts');
          return resignCommand(context, { ...options, pr });
        }),
      ),
  );

  program.addCommand(
    reviewing('endorse', 'Answer for the change of a pull request with a signed endorsement tag.', [
      'text',
      'json',
    ])
      .option('--owner <name=contributor>', 'enrol a standing package on the way (repeat it)', several)
      .option('--no-push', 'make the tag in this repository only')
      .option(...keyFlags.key)
      .option(...keyFlags.keyFile)
      .option('--expires-in <days>', 'how long the endorsement may be used', '90')
      .option('-n, --dry-run', 'show the plan; sign nothing, write nothing, push nothing', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet endorse --anchor ocaml 30000',
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

  program.addCommand(
    reviewing('merge-pr', 'Verify a pull request, merge it with its evidence, and verify the result.', [
      'text',
      'json',
    ])
      .option('--branch <branch>', 'the branch to merge into (default: the one that the base names)')
      .option('--button', "press the forge's button, bound to the head that was verified", false)
      .addOption(
        new Option('--method <method>', 'which button')
          .choices(['merge', 'squash', 'rebase'] as const)
          .default('merge' as const),
      )
      .option(...keyFlags.key)
      .option(...keyFlags.keyFile)
      .option('-n, --dry-run', 'show the plan; sign nothing, write nothing, push nothing', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet merge-pr --anchor ocaml 30000',
          'opam-signet merge-pr --anchor ocaml 30000 --button --method squash',
          'opam-signet merge-pr --anchor ocaml --base master signet/foo.1.0 --remote upstream',
        ),
      )
      .action((pr, options) =>
        dispatch('merge-pr', common(options), async (context) => {
          const { mergePrCommand } = await import('../commands/merge-pr.ts');
          return mergePrCommand(context, { ...options, pr });
        }),
      ),
  );
}
