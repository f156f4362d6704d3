import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMergeMessage } from '../../../src/core/chain/merge-message.ts';

describe('the message of a mainline commit', () => {
  test.each([
    [
      'Merge pull request #30535 from avsm/release\n\n[new release] lwt (5.9.2)\n',
      '[new release] lwt (5.9.2)',
      30535,
    ],
    ["Merge pull request 'Add lwt' (#7) from alice/topic into main\n\nReviewed-on: x\n", 'Add lwt', 7],
    ["Merge branch 'topic' into 'main'\n\nAdd lwt\n\nSee merge request ocaml/opam!12\n", 'Add lwt', 12],
    ['Add lwt.5.9.2 (#123)\n\n* one\n* two\n', 'Add lwt.5.9.2', 123],
    ['Merge pull request #1 from a/b\n', 'Merge pull request #1 from a/b', 1],
  ])('of a forge, %j, names its pull request', (message, title, pull) => {
    expect(readMergeMessage(message)).toEqual({ title, pull });
  });

  test.each([
    'Fix #12 at last\n',
    "Merge branch 'topic'\n",
    'Add lwt (#0)\n',
    'Merge pull request #x from a/b\n',
    '',
  ])('of anybody else, %j, names none', (message) => {
    expect(readMergeMessage(message)).toEqual({ title: message.trim(), pull: undefined });
  });

  test('is one line of bounded length, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', "'", '#1', '(', ')', '😀', '\0'), maxLength: 400 }),
        fc.constantFrom('', 'Merge pull request #5 from a/b\n\n'),
        (text, before) => {
          const { title } = readMergeMessage(before + text);
          expect(title).not.toContain('\n');
          expect(Array.from(title).length).toBeLessThanOrEqual(160);
        },
      ),
    );
  });

  test('of megabytes is read at once', () => {
    expect(readMergeMessage(`Merge pull request '${"' (#1".repeat(500_000)}`).pull).toBeUndefined();
  });
});
