import { Fault } from '../core/fault.ts';
import type { Choice, Prompter, Question } from '../core/ports.ts';

/**
 * Gets the answers that no flag gave: from somebody at a terminal, or not at all. What is missing is told at once,
 * with the flags' names (architecture: prompts are data).
 */
export class Answers {
  readonly #prompter: Prompter | undefined;
  readonly #missing: string[] = [];

  /** @param prompter undefined where nobody can be asked. */
  constructor(prompter: Prompter | undefined) {
    this.#prompter = prompter;
  }

  /** Whether there is somebody to ask. */
  get interactive(): boolean {
    return this.#prompter !== undefined;
  }

  /** The text typed; undefined, and noted as missing, where nobody can be asked. */
  text(question: Question<string>): Promise<string | undefined> {
    return this.#ask(question, (prompter) => prompter.text(question));
  }

  select(question: Question<string>, choices: readonly Choice[]): Promise<string | undefined> {
    return this.#ask(question, (prompter) => prompter.select(question, choices));
  }

  /** Which of the choices; the preset where nobody can be asked. */
  async selectMany(
    question: Question<readonly string[]> & { readonly preset: readonly string[] },
    choices: readonly Choice[],
  ): Promise<readonly string[]> {
    return this.#prompter === undefined ? question.preset : this.#prompter.selectMany(question, choices);
  }

  /** Notes an answer as missing that will be needed later, where nobody can be asked for it then. */
  need(flag: string, message: string): void {
    if (this.#prompter === undefined) this.#missing.push(`${flag} (${message})`);
  }

  /** Throws a `usage.missing-answers` Fault if any answer is missing. */
  requireAll(): void {
    if (this.#missing.length === 0) return;
    throw new Fault(
      'usage.missing-answers',
      `Without a terminal these answers must be given as flags: ${this.#missing.join('; ')}.`,
      `Add ${this.#missing.map((one) => one.replace(/ \(.*$/s, '')).join(', ')}, or run it in a terminal.`,
    );
  }

  async #ask<T>(
    { flag, message }: Question<T>,
    ask: (prompter: Prompter) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#prompter !== undefined) return ask(this.#prompter);
    this.need(flag, message);
    return undefined;
  }
}
