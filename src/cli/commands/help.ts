import { Fault } from '../../core/fault.ts';
import { catalogueMarkdown, catalogueText, exitCodeText, findingExplained } from '../../render/catalogue.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, exitMeanings } from '../exit-code.ts';
import type { HelpTopic } from '../help-topics.ts';

/** `help TOPIC`. */
export async function helpCommand(context: Context, topic: HelpTopic): Promise<ExitCode> {
  await context.print(textOf(topic, context));
  return exitCodes.done;
}

function textOf(topic: HelpTopic, { style }: Context): string {
  if ('code' in topic) return explained(topic.code, style);
  switch (topic.page) {
    case 'exit-codes':
      return exitCodeText(exitCodes, exitMeanings);
    case 'findings':
      return catalogueText(style);
    case 'findings.md':
      return catalogueMarkdown();
    default:
      return topic.page satisfies never;
  }
}

function explained(code: string, style: Context['style']): string {
  const text = findingExplained(code, style);
  if (text !== undefined) return text;
  throw new Fault(
    'usage.argument',
    `There is no finding "${code}".`,
    'opam-signet help findings lists them all; the codes of faults are in docs/faults.md.',
  );
}
