import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffLines } from '../../../src/core/publish/line-diff.ts';

const shown = (before: string, after: string): readonly string[] =>
  diffLines(before, after).map((hunk) => hunk.map(({ sign, text }) => sign + text).join('\n'));

describe('the difference of two texts', () => {
  test('is shown with three lines around each change', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
    expect(shown(before, before.replace('e', 'E'))).toEqual([' b\n c\n d\n-e\n+E\n f\n g\n h']);
  });

  test('is cut where nothing changed for long', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const changed = lines.map((line, index) => (index === 2 || index === 17 ? `${line}!` : line));
    expect(diffLines(lines.join('\n'), changed.join('\n'))).toHaveLength(2);
  });

  test('of a text and nothing is the whole text', () => {
    expect(shown('', 'a\nb\n')).toEqual(['+a\n+b']);
    expect(shown('a\n', '')).toEqual(['-a']);
  });

  test('of the same text is empty', () => {
    expect(diffLines('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  test('of texts too long to compare is everything replaced', () => {
    const long = 'x\n'.repeat(3000);
    expect(diffLines(long, `${long}y\n`)[0]).toHaveLength(6001);
  });
});

test('old and new text can be read off every difference', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const around = 'same\n'.repeat(3);
      const [hunk = []] = diffLines(`${before}${around}`, `${after}${around}`);
      const removed = hunk.filter(({ sign }) => sign !== '+').map(({ text: line }) => line);
      const added = hunk.filter(({ sign }) => sign !== '-').map(({ text: line }) => line);
      fc.pre(hunk.length > 0);
      expect(`${before}${around}`).toContain(`${removed.join('\n')}\n`);
      expect(`${after}${around}`).toContain(`${added.join('\n')}\n`);
    }),
  );
});
