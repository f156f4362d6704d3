import type { Choice, Prompter, Question } from '../core/ports.ts';

/**
 * Asks at the terminal. Questions go to `output`, which is stderr: stdout has results only. Keys come from stdin
 * unless told otherwise. Whoever makes a prompter knows that somebody is there.
 */
export function terminalPrompter(output: NodeJS.WritableStream, input?: NodeJS.ReadableStream): Prompter {
  const streams = input === undefined ? { output } : { input, output };
  // Loading it takes longer than many a command, and most of them ask nothing.
  const prompting = async () =>
    (await import('inquirer')).default.createPromptModule({ ...streams, skipTTYChecks: true });
  return {
    text: async ({ message, preset, refusal }) => {
      const prompt = await prompting();
      const validate = (answer: string) => refusal?.(answer.trim()) ?? true;
      const question = { type: 'input', name: 'answer', message, required: true, validate } as const;
      const { answer } = await prompt<{ answer: string }>(
        preset === undefined ? question : { ...question, default: preset },
      );
      return answer.trim();
    },
    confirm: async ({ message, preset = false }) => {
      const prompt = await prompting();
      const { answer } = await prompt<{ answer: boolean }>({
        type: 'confirm',
        name: 'answer',
        message,
        default: preset,
      });
      return answer;
    },
    select: async ({ message, preset }, choices) => {
      const prompt = await prompting();
      const common = { name: 'answer', message } as const;
      if (choices.length > mostWithoutSearch) {
        const source = (term?: string) => matching(choices, term).map(listed);
        const { answer } = await prompt<{ answer: string }>({ ...common, type: 'search', source });
        return answer;
      }
      const question = { ...common, type: 'select', choices: choices.map(listed) } as const;
      const { answer } = await prompt<{ answer: string }>(
        preset === undefined ? question : { ...question, default: preset },
      );
      return answer;
    },
    selectMany: async (question, choices) => {
      const prompt = await prompting();
      if (choices.length > mostWithoutSearch) {
        return searchMany(question, choices, async (message, source) => {
          const { answer } = await prompt<{ answer: string }>({
            ...{ type: 'search', name: 'answer', message },
            source: (term?: string) => source(term).map(listed),
          });
          return answer;
        });
      }
      const { answer } = await prompt<{ answer: string[] }>(checkbox(question, choices));
      return answer;
    },
    secret: async ({ message }) => {
      const prompt = await prompting();
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

/** More choices than this are found by typing a part of them. */
const mostWithoutSearch = 8;

const matching = (choices: readonly Choice[], term = ''): readonly Choice[] =>
  choices.filter(({ title }) => title.toLowerCase().includes(term.trim().toLowerCase()));

const listed = ({ value, title, detail }: Choice) => ({
  value,
  name: title,
  ...(detail === undefined ? {} : { description: detail }),
});

/** What ends a choice of many. No choice has an empty value. */
const done = '';

/** One after the other is searched for and put in or taken out, until that was all. */
async function searchMany(
  { message, preset = [] }: Question<readonly string[]>,
  choices: readonly Choice[],
  search: (message: string, source: (term?: string) => readonly Choice[]) => Promise<string>,
): Promise<readonly string[]> {
  const chosen = new Set(preset);
  for (;;) {
    const mark = (choice: Choice): Choice => ({
      ...choice,
      title: `${chosen.has(choice.value) ? '[x]' : '[ ]'} ${choice.title}`,
    });
    const ending = { value: done, title: `That is all: ${chosen.size} of ${choices.length}` };
    const answer = await search(message, (term = '') => [
      ...(chosen.size > 0 && term.trim() === '' ? [ending] : []),
      ...matching(choices, term).map(mark),
    ]);
    if (answer === done) return choices.map(({ value }) => value).filter((value) => chosen.has(value));
    if (!chosen.delete(answer)) chosen.add(answer);
  }
}

const checkbox = ({ message, preset = [] }: Question<readonly string[]>, choices: readonly Choice[]) =>
  ({
    type: 'checkbox',
    name: 'answer',
    message,
    required: true,
    choices: choices.map((choice) => ({ ...listed(choice), checked: preset.includes(choice.value) })),
  }) as const;
