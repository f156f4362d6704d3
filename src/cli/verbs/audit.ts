import { common, type Dispatch, examples, storeOption, verb } from '../flags.ts';

/** `audit [DIR]`: a survey, for a repository that has no keyring yet. */
export const auditVerb = (dispatch: Dispatch) =>
  verb('audit', 'Show who signs what in a repository that has no keyring yet, and what rules would change.')
    .argument('[dir]', 'the package repository', undefined)
    .option('--to <ref>', 'the branch or commit to look at', 'HEAD')
    .option('--from <commit>', 'the commit where signed history would begin')
    .option('--keyring <path>', 'whose keys are known: a drafted keyring folder, or certificates')
    .addOption(storeOption())
    .addHelpText(
      'after',
      examples(
        'opam-signet audit opam-repository',
        'opam-signet audit --keyring certificates/ --from 4f2c…',
        'opam-signet audit --keyring keyring/ --json -o audit.json',
      ),
    )
    .action((dir, options) =>
      dispatch('audit', common(options), async (context) => {
        const { auditCommand } = await import('../commands/audit.ts');
        return auditCommand(context, { ...options, dir });
      }),
    );
