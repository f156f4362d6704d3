import type { Command, CommandUnknownOpts } from '@commander-js/extra-typings';
import { common, type Dispatch, verb } from '../flags.ts';
import { helpTopicOf } from '../help-topics.ts';

/** `help [TOPIC]`: a verb's flags and examples, a page, or a finding. */
export function addHelpVerb(program: Command, dispatch: Dispatch): void {
  program.helpCommand(false).addCommand(
    verb('help', 'Explain a verb, exit-codes, findings, or the code of one finding.')
      .argument(
        '[topic...]',
        'a verb such as keyring add, exit-codes, findings, or a code such as attribution.unsigned',
      )
      .action(async (words, options) => {
        const command = commandAt(program, words);
        const topic = helpTopicOf(words.join(' '));
        if (command !== undefined) command.outputHelp();
        else if (topic === undefined) program.error(`error: there is no verb or topic "${words.join(' ')}"`);
        else {
          await dispatch('help', common(options), async (context) => {
            const { helpCommand } = await import('../commands/help.ts');
            return helpCommand(context, topic);
          });
        }
      }),
  );
}

/** The verb of these words, the program itself without any; undefined where there is none. */
const commandAt = (program: Command, words: readonly string[]): CommandUnknownOpts | undefined =>
  words.reduce<CommandUnknownOpts | undefined>(
    (above, word) => above?.commands.find((one) => one.name() === word),
    program,
  );
