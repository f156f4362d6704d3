import { common, type Dispatch, examples, verb } from '../flags.ts';

/** `demo`: the whole story on this machine with throw-away keys. */
export function demoVerb(dispatch: Dispatch) {
  return verb('demo', 'Play the whole story on this machine with throw-away keys, attacks included.')
    .option('--keep', 'leave the temporary folder, to look around in it', false)
    .addHelpText('after', examples('opam-signet demo', 'opam-signet demo --keep'))
    .action((options) =>
      dispatch('demo', common(options), async (context) => {
        const { demoCommand } = await import('../commands/demo.ts');
        return demoCommand(context, options);
      }),
    );
}
