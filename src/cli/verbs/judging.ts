import type { Command } from '@commander-js/extra-typings';
import { formats } from '../context.ts';
import {
  common,
  type Dispatch,
  examples,
  judgingPulls,
  reporting,
  pullRequestWords,
  storeOption,
  trusting,
} from '../flags.ts';

/** The verbs that judge: verify-repo, verify-pr, inspect. */
export function addJudgingVerbs(program: Command, dispatch: Dispatch): void {
  program.addCommand(
    trusting('verify-repo', 'Judge every step of a repository from the trust anchor to its head.')
      .argument('[dir]', 'the package repository', undefined)
      .option('--to <ref>', 'the branch, reference or commit to judge', 'HEAD')
      .option('--tip <ref>', 'the newest commit of the branch, where --to ends a part before it')
      .option('--part <file>', 'write the judgement of this part, for join-parts')
      .option('--as-of <moment>', 'judge for this moment; parts to be joined need the same one')
      .option(
        '--explain <path>',
        'show who signed for a path or PACKAGE[@VERSION], and where each file came from',
      )
      .addHelpText(
        'after',
        examples(
          'opam-signet verify-repo --quorum 2 --fingerprint FPR1 --fingerprint FPR2 opam-repository',
          'opam-signet verify-repo --keyring keys/ --from 4f2c… --json opam-repository',
          'opam-signet verify-repo --anchor ocaml --explain packages/lwt',
          'opam-signet verify-repo --anchor ocaml --format html -o history.html',
          'opam-signet verify-repo --anchor ocaml --from signet/state/41',
        ),
      )
      .action((dir, options) =>
        dispatch('verify-repo', common(options), async (context) => {
          const { verifyRepoCommand } = await import('../commands/verify-repo.ts');
          return verifyRepoCommand(context, { ...options, dir });
        }),
      ),
  );

  program.addCommand(
    reporting('join-parts', 'Report on a whole history from parts that verify-repo judged one by one.')
      .argument('<part...>', 'the files that verify-repo --part wrote')
      .addHelpText('after', examples('opam-signet join-parts part-*.json'))
      .action((paths, options) =>
        dispatch('verify-repo', common(options), async (context) => {
          const { joinPartsCommand } = await import('../commands/join-parts.ts');
          return joinPartsCommand(context, paths);
        }),
      ),
  );

  program.addCommand(
    judgingPulls('verify-pr', 'Judge the step that merging a pull request would make.', formats)
      .argument('[pr]', pullRequestWords)
      .option('--all-open', 'judge every pull request that is open at the forge', false)
      .option('--comment', 'show the report in a comment on the pull request, kept up to date', false)
      .option('--check', 'report to the forge: a check with remarks on lines, or a status', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet verify-pr --anchor ocaml 30000',
          'opam-signet verify-pr --anchor ocaml https://github.com/ocaml/opam-repository/pull/30000',
          'opam-signet verify-pr --anchor ocaml --all-open',
          'opam-signet verify-pr --anchor ocaml master..refs/pull/30000/head',
          'opam-signet verify-pr --keyring keyring/ signet/foo.1.0',
          'opam-signet verify-pr --anchor ocaml 30000 --check --comment',
        ),
      )
      .action((pr, options) =>
        dispatch('verify-pr', common(options), async (context) => {
          const { verifyPrCommand } = await import('../commands/verify-pr.ts');
          return verifyPrCommand(context, { ...options, pr });
        }),
      ),
  );

  program.addCommand(
    reporting(
      'inspect',
      'Show one commit or tag: payload, signature, key, verdict, trailers; or the verdicts of a whole history.',
    )
      .option('--keyring <path>', 'whose keys are known: a keyring folder, or certificates')
      .option('--all', 'every commit that the object reaches', false)
      .option('--from <commit>', 'with --all: without this commit and those that it reaches')
      .addOption(storeOption())
      .argument('<object>', 'a commit or tag: an id, or the name of a reference')
      .addHelpText(
        'after',
        examples(
          'opam-signet inspect --keyring keyring/ HEAD',
          'opam-signet inspect --keyring certificates/ --all --from 4f2c… main --json',
        ),
      )
      .action((object, options) =>
        dispatch('inspect', common(options), async (context) => {
          const { inspectCommand } = await import('../commands/inspect.ts');
          return inspectCommand(context, { ...options, object });
        }),
      ),
  );
}
