import inquirer from 'inquirer';
import ora, { type Ora } from 'ora';
import type { Choice, Progress, Prompter, Question } from '../core/ports.ts';

/**
 * Asks at the terminal. Questions go to `output`, which is stderr: stdout has results only. Keys come from stdin
 * unless told otherwise. Whoever makes a prompter knows that somebody is there.
 */
export function terminalPrompter(output: NodeJS.WritableStream, input?: NodeJS.ReadableStream): Prompter {
  const streams = input === undefined ? { output } : { input, output };
  const prompt = inquirer.createPromptModule({ ...streams, skipTTYChecks: true });
  return {
    text: async ({ message, preset }) => {
      const question = { type: 'input', name: 'answer', message, required: true } as const;
      const { answer } = await prompt<{ answer: string }>(
        preset === undefined ? question : { ...question, default: preset },
      );
      return answer.trim();
    },
    confirm: async ({ message, preset = false }) => {
      const { answer } = await prompt<{ answer: boolean }>({
        type: 'confirm',
        name: 'answer',
        message,
        default: preset,
      });
      return answer;
    },
    select: async ({ message, preset }, choices) => {
      const question = { type: 'select', name: 'answer', message, choices: choices.map(listed) } as const;
      const { answer } = await prompt<{ answer: string }>(
        preset === undefined ? question : { ...question, default: preset },
      );
      return answer;
    },
    selectMany: async (question, choices) => {
      const { answer } = await prompt<{ answer: string[] }>(checkbox(question, choices));
      return answer;
    },
    secret: async ({ message }) => {
      const { answer } = await prompt<{ answer: string }>({
        type: 'password',
        name: 'answer',
        message,
        mask: true,
      });
      return answer;
    },
  };
}

const listed = ({ value, title, detail }: Choice) => ({
  value,
  name: title,
  ...(detail === undefined ? {} : { description: detail }),
});

const checkbox = ({ message, preset = [] }: Question<readonly string[]>, choices: readonly Choice[]) =>
  ({
    type: 'checkbox',
    name: 'answer',
    message,
    required: true,
    choices: choices.map((choice) => ({ ...listed(choice), checked: preset.includes(choice.value) })),
  }) as const;

/**
 * A spinner on stderr. It is silent from `end` to the next `stage`, so that pinentry, ssh and git can have the
 * terminal; typed keys are left to them.
 */
export function terminalProgress(): Progress {
  let spinner: Ora | undefined;
  let stage: { readonly title: string; readonly total: number | undefined; done: number } | undefined;
  return {
    stage(title, total) {
      stage = { title, total, done: 0 };
      spinner ??= ora({ discardStdin: false });
      spinner.start(title);
    },
    advance(by = 1) {
      if (stage === undefined || spinner === undefined) return;
      stage.done += by;
      spinner.text = `${stage.title}: ${amount(stage.done, stage.total)}`;
    },
    end() {
      spinner?.stop();
      stage = undefined;
    },
  };
}

function amount(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return done.toLocaleString('en');
  return `${Math.min(100, Math.floor((100 * done) / total))} %`;
}

/** For pipes, logs and `--no-input`. */
export const silentProgress: Progress = {
  stage: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};
