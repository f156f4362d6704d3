import { common, type Dispatch, examples, verb } from '../flags.ts';

/** `status`: what publish left unfinished, and how submissions stand. */
export function statusVerb(dispatch: Dispatch) {
  return verb('status', 'Show unfinished runs of publish, and how your submissions stand.')
    .option('--offline', 'read the journals only', false)
    .option('--all', 'also what was merged or taken back', false)
    .addHelpText('after', examples('opam-signet status', 'opam-signet status --all --json'))
    .action((options) =>
      dispatch('status', common(options), async (context) => {
        const { statusCommand } = await import('../commands/status.ts');
        return statusCommand(context, options);
      }),
    );
}
