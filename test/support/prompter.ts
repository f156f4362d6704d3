import type { Choice, Prompter, Question } from '../../src/core/ports.ts';

type Answer = string | boolean | readonly string[];

/** Somebody at a terminal who knows beforehand what to answer, by the flag of the question. */
export class ScriptedPrompter implements Prompter {
  /** The flags of the questions, in the order in which they were asked. */
  readonly asked: string[] = [];
  readonly messages: string[] = [];
  readonly presets = new Map<string, unknown>();
  readonly choices = new Map<string, readonly string[]>();
  readonly #answers: Readonly<Record<string, Answer>>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.#answers = answers;
  }

  text(question: Question<string>): Promise<string> {
    return this.#answer(question, (answer) => typeof answer === 'string');
  }

  confirm(question: Question<boolean>): Promise<boolean> {
    return this.#answer(question, (answer) => typeof answer === 'boolean');
  }

  select(question: Question<string>, choices: readonly Choice[]): Promise<string> {
    this.choices.set(
      question.flag,
      choices.map(({ value }) => value),
    );
    return this.text(question);
  }

  selectMany(question: Question<readonly string[]>, choices: readonly Choice[]): Promise<readonly string[]> {
    this.choices.set(
      question.flag,
      choices.map(({ value }) => value),
    );
    return this.#answer(question, (answer): answer is readonly string[] => Array.isArray(answer));
  }

  secret(question: Question<string>): Promise<string> {
    return this.text(question);
  }

  #answer<T>(question: Question<T>, fits: (answer: unknown) => answer is T): Promise<T> {
    this.asked.push(question.flag);
    this.messages.push(question.message);
    this.presets.set(question.flag, question.preset);
    const answer = this.#answers[question.flag] ?? question.preset;
    if (!fits(answer))
      throw new Error(`nobody knows what to answer to ${question.flag}: ${question.message}`);
    return Promise.resolve(answer);
  }
}
