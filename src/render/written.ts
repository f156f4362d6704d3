import type { Published } from '../core/publish/outcome.ts';
import { forTerminal } from './escape.ts';
import { accountLines, publishedObject } from './published.ts';
import type { Style } from './text.ts';

/** A release that lies in a folder. */
interface Written extends Published {
  readonly folder: string;
  /** What its author still has to do, in whole sentences. */
  readonly remaining: readonly string[];
}

/** What was written, and what is left to do by hand. */
export function writtenText({ plan, account, folder, remaining }: Written, style: Style): string {
  const whole = account.failed === undefined;
  const { paint } = style;
  return [
    ...accountLines(account, style),
    ...(whole ? ['Nothing was sent anywhere. What is left to do:'] : []),
    ...(whole ? remaining.map((one, index) => `  ${index + 1}. ${forTerminal(one)}`) : []),
    whole
      ? `publish: ${paint.green.bold('written')}: ${forTerminal(`${plan.submission.title} to ${folder}`)}.`
      : `publish: ${paint.red.bold('not written')}: the list above says what was done and what was not.`,
  ]
    .join('\n')
    .concat('\n');
}

/** The same for programs. The journal of such a run is not kept. */
export function writtenObject(written: Written): Record<string, unknown> {
  const fields = { ...publishedObject(written), output: written.folder, remaining: written.remaining };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'journal'));
}
