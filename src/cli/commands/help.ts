import { catalogueMarkdown, catalogueText, exitCodeText } from '../../render/catalogue.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, exitMeanings } from '../exit-code.ts';
import type { HelpTopic } from '../help-topics.ts';

/** `help TOPIC`. */
export async function helpCommand(context: Context, topic: HelpTopic): Promise<ExitCode> {
  await context.print(textOf(topic, context));
  return exitCodes.done;
}

function textOf(topic: HelpTopic, context: Context): string {
  switch (topic) {
    case 'exit-codes':
      return exitCodeText(exitCodes, exitMeanings);
    case 'findings':
      return catalogueText(context.style);
    case 'findings.md':
      return catalogueMarkdown();
    default:
      return topic satisfies never;
  }
}
