import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { silentProgress } from '../../src/adapters/silent-progress.ts';
import { terminalPrompter } from '../../src/adapters/terminal.ts';
import type { Prompter } from '../../src/core/ports.ts';

/** Somebody who presses keys as soon as the question stands on the screen. */
async function ask<T>(
  keys: readonly string[],
  question: (prompter: Prompter) => Promise<T>,
): Promise<{ answer: T; screen: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let screen = '';
  const pending = [...keys];
  output.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const key = screen.includes('?') ? pending.shift() : undefined;
    if (key !== undefined) setImmediate(() => input.write(key));
  });
  const answer = await question(terminalPrompter(output, input));
  return { answer, screen };
}

const enter = '\r';
const down = '\x1b[B';

describe('at a terminal', () => {
  test('a text is asked for, with what is suggested', async () => {
    const { answer, screen } = await ask([enter], (prompter) =>
      prompter.text({ flag: '--tag', message: 'Release tag?', preset: 'v1.0' }),
    );
    expect(answer).toBe('v1.0');
    expect(screen).toContain('Release tag?');
  });

  test('a text loses the spaces around it', async () => {
    const { answer } = await ask([' ../opam ', enter], (prompter) =>
      prompter.text({ flag: '--to', message: 'Where to?' }),
    );
    expect(answer).toBe('../opam');
  });

  test('a text that is refused is asked for again, with the reason', async () => {
    const refusal = (text: string) => (text === '2' ? undefined : `"${text}" is no number.`);
    const { answer, screen } = await ask(['x', enter, '\x7f', '2', enter], (prompter) =>
      prompter.text({ flag: '--threshold', message: 'How many?', refusal }),
    );
    expect(answer).toBe('2');
    expect(screen).toContain('"x" is no number.');
  });

  test('yes takes a yes: enter alone is no', async () => {
    const question = { flag: '--yes', message: 'Publish?', preset: false };
    expect((await ask([enter], (prompter) => prompter.confirm(question))).answer).toBe(false);
    expect((await ask(['y', enter], (prompter) => prompter.confirm(question))).answer).toBe(true);
  });

  test('one of several is chosen', async () => {
    const choices = [
      { value: 'v1.0', title: 'v1.0' },
      { value: 'v1.1', title: 'v1.1', detail: 'newer' },
    ];
    const { answer } = await ask([down, enter], (prompter) =>
      prompter.select({ flag: '--tag', message: 'Which tag?' }, choices),
    );
    expect(answer).toBe('v1.1');
  });

  test('one of many is found by typing a part of it', async () => {
    const choices = Array.from({ length: 20 }, (_, at) => ({ value: `v${at}`, title: `release ${at}.0` }));
    const { answer, screen } = await ask(['17', enter], (prompter) =>
      prompter.select({ flag: '--tag', message: 'Which tag?' }, choices),
    );
    expect(answer).toBe('v17');
    expect(screen).toContain('release 17.0');
  });

  test('several of several are chosen, those suggested being ticked', async () => {
    const choices = ['foo', 'bar', 'baz'].map((name) => ({ value: name, title: name }));
    const question = { flag: 'PACKAGE', message: 'Which packages?', preset: ['foo', 'bar'] };
    const { answer } = await ask([' ', enter], (prompter) => prompter.selectMany(question, choices));
    expect(answer).toEqual(['bar']);
  });

  test('several of many are searched for, put in and taken out, until that was all', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `package-${index}`);
    const choices = names.map((name) => ({ value: name, title: name }));
    const question = { flag: 'PACKAGE', message: 'Which packages?', preset: ['package-3'] };
    const [input, output] = [new PassThrough(), new PassThrough()];
    // A terminal stays open after a question, unlike other streams.
    output.end = () => output;
    // Each key is pressed when the screen has come to this; a part of a name is typed, as people do.
    const steps: (readonly [RegExp, string])[] = [
      [/That is all: 1 of 30/, 'e-21'],
      [/\[ \] package-21/, enter],
      [/That is all: 2 of 30/, enter],
    ];
    let frame = '';
    output.on('data', (chunk: Buffer) => {
      frame = chunk.toString();
      const [first] = steps;
      if (first?.[0].test(frame) !== true) return;
      steps.shift();
      // People take a moment; a list that is still being filtered takes no Enter.
      setTimeout(() => input.write(first[1]), 50);
    });
    const answer = await terminalPrompter(output, input).selectMany(question, choices);
    expect(answer).toEqual(['package-3', 'package-21']);
    expect(steps).toEqual([]);
  });

  test('a secret is not shown', async () => {
    const { answer, screen } = await ask(['hunter2', enter], (prompter) =>
      prompter.secret({ flag: 'X', message: 'Passphrase?' }),
    );
    expect(answer).toBe('hunter2');
    expect(screen).not.toContain('hunter2');
  });
});

test('silent progress takes everything and says nothing', () => {
  expect(() => {
    silentProgress.stage('work', 3);
    silentProgress.advance();
    silentProgress.end();
  }).not.toThrow();
});
