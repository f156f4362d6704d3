import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

/** What somebody at the terminal types when a question appears; each question is answered once. */
export interface TypedAnswer {
  readonly question: RegExp;
  /** `\r` is the Enter key; a signal is sent to the program alone, and not to the programs that it runs. */
  readonly keys: string | { readonly signal: NodeJS.Signals };
  /** Called before it is answered. */
  readonly met?: () => void;
  /** Milliseconds that somebody thinks before typing. */
  readonly thinking?: number;
}

export interface TerminalRun {
  readonly status: number;
  /** Everything that was shown, without control sequences. */
  readonly shown: string;
  /** What was answered, in the order of the questions. */
  readonly answered: readonly TypedAnswer[];
  /** What came while somebody was thinking about an answer. */
  readonly meanwhile: ReadonlyMap<TypedAnswer, string>;
}

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));

/** Runs the built program in a terminal of its own, where somebody answers the questions that come. */
export function runInTerminal(
  args: readonly string[],
  answers: readonly TypedAnswer[],
  {
    cwd,
    env,
    patience = 100_000,
  }: { readonly cwd: string; readonly env: Record<string, string>; readonly patience?: number },
): Promise<TerminalRun> {
  const terminal = spawn(process.execPath, [program, ...args], { cwd, env, cols: 140, rows: 60 });
  const answered: TypedAnswer[] = [];
  const meanwhile = new Map<TypedAnswer, string>();
  let [all, fresh] = ['', ''];
  terminal.onData((text) => {
    all += text;
    fresh += text;
    const shown = stripVTControlCharacters(fresh);
    const due = answers.find((one) => !answered.includes(one) && one.question.test(shown));
    if (due === undefined) return;
    answered.push(due);
    fresh = '';
    due.met?.();
    const { keys } = due;
    const type = (): void => {
      if (typeof keys === 'string') terminal.write(keys);
      else terminal.kill(keys.signal);
    };
    if (due.thinking === undefined) {
      type();
      return;
    }
    const before = all.length;
    setTimeout(() => {
      meanwhile.set(due, all.slice(before));
      type();
    }, due.thinking);
  });
  return new Promise((resolve) => {
    const stop = setTimeout(() => {
      terminal.kill('SIGKILL');
    }, patience);
    terminal.onExit(({ exitCode, signal }) => {
      clearTimeout(stop);
      const status = signal === undefined || signal === 0 ? exitCode : 128 + signal;
      resolve({ status, shown: stripVTControlCharacters(all).replaceAll('\r', ''), answered, meanwhile });
    });
  });
}
