import { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, storeOption, trusting, verb } from '../flags.ts';

/** `state sign|show|list`: signed statements about the repository as a whole. */
export function stateVerbs(dispatch: Dispatch) {
  const load = () => import('../commands/state.ts');
  const state = new Command('state')
    .description('Sign and show states of a repository: number n, good until a date.')
    .exitOverride();
  state.addCommand(
    trusting('sign', 'Verify history, then sign the state that it led to.')
      .option('--to <ref>', 'the branch or commit whose state is signed', 'HEAD')
      .option('--expires-in <days>', 'how long the state is good', '7')
      .option('--key <fpr>', 'the key to sign with; without it, as git signs')
      .option('--key-file <file>', 'an armored secret key to sign with')
      .option('-n, --dry-run', 'show what would be signed', false)
      .addHelpText(
        'after',
        examples(
          'opam-signet state sign --anchor ocaml',
          'opam-signet state sign --anchor ocaml --from signet/state/41 --yes',
        ),
      )
      .action((options) =>
        dispatch('state sign', common(options), async (context) =>
          (await load()).stateSignCommand(context, options),
        ),
      ),
  );
  const showing = (name: string, description: string) =>
    verb(name, description)
      .option('--to <ref>', 'whose keyring says who may sign', 'HEAD')
      .addOption(storeOption());
  state.addCommand(
    showing('show', 'Show the newest state tag, or that of a number, and whether it is true.')
      .argument('[number]', 'its sequence number', undefined)
      .addHelpText('after', examples('opam-signet state show', 'opam-signet state show 41 --json'))
      .action((sequence, options) =>
        dispatch('state show', common(options), async (context) =>
          (await load()).stateShowCommand(context, { ...options, sequence }),
        ),
      ),
  );
  state.addCommand(
    showing('list', 'Show all state tags, the newest first.').action((options) =>
      dispatch('state list', common(options), async (context) =>
        (await load()).stateListCommand(context, options),
      ),
    ),
  );
  return state;
}
