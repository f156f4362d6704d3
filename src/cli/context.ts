import { Chalk, supportsColor } from 'chalk';
import type { Prompter, Seconds } from '../core/ports.ts';
import type { Style } from '../render/text.ts';

/** How a report can be written. Results that are no reports are text or JSON. */
export const formats = ['text', 'json', 'markdown', 'sarif', 'html'] as const;
export type Format = (typeof formats)[number];

/** Flags that every verb has. */
export interface CommonOptions {
  readonly directory: string;
  readonly format: Format;
  readonly output: string | undefined;
  readonly color: boolean | undefined;
  readonly input: boolean;
  readonly yes: boolean;
  readonly debug: boolean;
}

/**
 * What a verb may know of the process: cli/ alone looks at it, and hands it on as values.
 * stdout has the result and nothing else; stderr everything that is for eyes only.
 */
export interface Context {
  readonly options: CommonOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One now for the whole run. */
  readonly now: Seconds;
  readonly style: Style;
  /** The style of stderr, which may be a terminal when stdout is not. */
  readonly errorStyle: Style;
  /** Whether somebody can answer questions: a terminal on both ends, and no `--no-input`. */
  readonly interactive: boolean;
  /** Whether the result goes to a screen: to a terminal, and to no file. */
  readonly onScreen: boolean;
  /** Who answers questions, where it is not somebody at this terminal. */
  readonly prompter?: Prompter;
  /** Writes the result to where it is to go: `--output`, unless a file was named later. */
  print(result: string | Uint8Array, file?: string): Promise<void>;
  tell(message: string): void;
}

export function makeContext(
  options: CommonOptions,
  write: (result: string | Uint8Array, file: string | undefined) => Promise<void>,
): Context {
  return {
    options,
    environment: process.env,
    now: Math.floor(Date.now() / 1000),
    style: styleOf(options, process.stdout.isTTY, supportsColor === false ? 0 : supportsColor.level),
    errorStyle: styleOf(options, process.stderr.isTTY, supportsColor === false ? 1 : supportsColor.level),
    interactive: options.input && process.stdin.isTTY && process.stderr.isTTY,
    onScreen: process.stdout.isTTY && options.output === undefined,
    print: (result, file = options.output) => write(result, file),
    tell: (message) => void process.stderr.write(message),
  };
}

function styleOf({ color, output }: CommonOptions, terminal: boolean, level: 0 | 1 | 2 | 3): Style {
  const coloured = color ?? (terminal && output === undefined && process.env['NO_COLOR'] === undefined);
  const paint = new Chalk({ level: coloured ? (level === 0 ? 1 : level) : 0 });
  return { paint, symbols: terminal || process.env['LANG']?.toUpperCase().includes('UTF-8') === true };
}
