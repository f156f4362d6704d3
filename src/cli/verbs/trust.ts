import { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, several, verb } from '../flags.ts';

/** `trust add|show|remove|list`: the user's own pins, outside every repository. */
export function trustVerbs(dispatch: Dispatch) {
  const load = () => import('../commands/trust.ts');
  const trust = new Command('trust')
    .description('Pin the admins whose first keyring file you believe.')
    .exitOverride();
  trust.addCommand(
    verb('add', "Pin a repository's admins under a name.")
      .argument('<name>', 'your name for the repository')
      .requiredOption('--quorum <n>', 'how many of the fingerprints must have signed the first keyring')
      .requiredOption('--fingerprint <fpr>', 'the fingerprint of an admin (repeat it)', several)
      .option('--repository <id>', 'the id that the keyring file must bear')
      .option('--from <commit>', 'the commit where signed history begins')
      .addHelpText(
        'after',
        examples('opam-signet trust add ocaml --quorum 2 --fingerprint FPR1 --fingerprint FPR2'),
      )
      .action((name, options) =>
        dispatch('trust add', common(options), async (context) =>
          (await load()).trustAddCommand(context, { ...options, name }),
        ),
      ),
  );
  trust.addCommand(
    verb('show', 'Show one anchor.')
      .argument('<name>', 'its name')
      .action((name, options) =>
        dispatch('trust show', common(options), async (context) =>
          (await load()).trustShowCommand(context, name),
        ),
      ),
  );
  trust.addCommand(
    verb('remove', 'Forget an anchor.')
      .argument('<name>', 'its name')
      .action((name, options) =>
        dispatch('trust remove', common(options), async (context) =>
          (await load()).trustRemoveCommand(context, name),
        ),
      ),
  );
  trust.addCommand(
    verb('list', 'Show all anchors.').action((options) =>
      dispatch('trust list', common(options), async (context) => (await load()).trustListCommand(context)),
    ),
  );
  return trust;
}
