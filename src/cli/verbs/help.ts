import type { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, verb } from '../flags.ts';
import { isHelpTopic } from '../help-topics.ts';

/** `help [TOPIC]`: a verb's flags and examples, or a page. */
export function addHelpVerb(program: Command, dispatch: Dispatch): void {
  program.helpCommand(false).addCommand(
    verb('help', 'Explain a verb, or one of: exit-codes, findings.')
      .argument('[topic]', 'a verb, exit-codes or findings')
      .action(async (topic, options) => {
        const command = program.commands.find((one) => one.name() === topic);
        if (topic === undefined) program.outputHelp();
        else if (command !== undefined) command.outputHelp();
        else if (!isHelpTopic(topic)) program.error(`error: there is no verb or topic "${topic}"`);
        else {
          await dispatch('help', common(options), async (context) => {
            const { helpCommand } = await import('../commands/help.ts');
            return helpCommand(context, topic);
          });
        }
      }),
  );
}
