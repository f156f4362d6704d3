import { common, type Dispatch, examples, several, trusting } from '../flags.ts';
import { branchFlags, placeFlags } from './keyring-flags.ts';

/** `keyring compromise`: the one verb that takes history back, so it looks at history first. */
export function compromiseVerb(dispatch: Dispatch) {
  return trusting(
    'compromise',
    'Propose a version that lists a key as compromised; shows first what that voids.',
  )
    .argument('[key]', 'the whole fingerprint of a primary key or subkey')
    .option('--since <day>', 'when it fell into other hands, as far as is known')
    .option('--reason <text>', 'what happened, for people')
    .option('--replacement <file>', 'a new certificate for the person who had it (repeat it)', several)
    .option('--reattest <tag>', 'a state tag up to which history stands all the same (repeat it)', several)
    .option('--confirm <fpr>', 'the fingerprint once more, instead of typing it')
    .option(...placeFlags.folder)
    .option(...placeFlags.base)
    .option(...branchFlags.branch)
    .option(...branchFlags.push)
    .option('-n, --dry-run', 'show what it would void, and write nothing', false)
    .addHelpText(
      'after',
      examples(
        "opam-signet keyring compromise FPR --since 2026-03-01 --reason 'laptop stolen' --dry-run",
        "opam-signet keyring compromise FPR --since 2026-03-01 --reason 'laptop stolen' --replacement new.asc --reattest signet/state/12",
      ),
    )
    .action((key, options) =>
      dispatch('keyring compromise', common(options), async (context) => {
        const { keyringCompromiseCommand } = await import('../commands/keyring-compromise.ts');
        return keyringCompromiseCommand(context, { ...options, key });
      }),
    );
}
