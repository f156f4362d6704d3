import { terminalPrompter } from '../adapters/terminal.ts';
import type { Choice, Prompter, Question } from '../core/ports.ts';
import { forTerminal } from '../render/escape.ts';

/** Asks whoever sits at this terminal. */
export const askAtTerminal = (): Prompter => askSafely(terminalPrompter(process.stderr));

/** Branches, tags and people are named by others: what is agreed to must read as what it is. */
export function askSafely(prompter: Prompter): Prompter {
  return {
    text: (question) => prompter.text(shownQuestion(question)),
    confirm: (question) => prompter.confirm(shownQuestion(question)),
    select: (question, choices) => prompter.select(shownQuestion(question), choices.map(shownChoice)),
    selectMany: (question, choices) => prompter.selectMany(shownQuestion(question), choices.map(shownChoice)),
    secret: (question) => prompter.secret(shownQuestion(question)),
  };
}

const shownQuestion = <T>(question: Question<T>): Question<T> => ({
  ...question,
  message: forTerminal(question.message),
});

const shownChoice = ({ value, title, detail }: Choice): Choice => ({
  value,
  title: forTerminal(title),
  ...(detail === undefined ? {} : { detail: forTerminal(detail) }),
});
