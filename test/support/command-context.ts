import { Chalk } from 'chalk';
import type { CommonOptions, Context } from '../../src/cli/context.ts';

/** What a command is run with where nobody is asked: everything is answered with yes, and nothing is coloured. */
export function commandContext(
  where: Pick<Context, 'environment' | 'now' | 'tell'> & {
    readonly directory: string;
    readonly symbols: boolean;
    readonly print: (result: string) => void;
  },
  options: Partial<CommonOptions> = {},
): Context {
  const { directory, symbols, print, ...rest } = where;
  const style = { paint: new Chalk({ level: 0 }), symbols };
  return {
    options: {
      directory,
      format: 'text',
      output: undefined,
      color: false,
      input: false,
      yes: true,
      debug: false,
      ...options,
    },
    style,
    errorStyle: style,
    interactive: false,
    onScreen: false,
    print: (result) => {
      print(Buffer.from(result).toString());
      return Promise.resolve();
    },
    ...rest,
  };
}
