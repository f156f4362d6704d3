import { describe, expect, test } from 'vitest';
import { progressLine } from '../../src/adapters/progress-line.ts';

const stretch = { title: 'Judging steps', total: 18_000, done: 1_234, remark: undefined };

describe('a line of progress', () => {
  test('tells how much is done, how fast, how long it will take, and what was found', () => {
    expect(progressLine({ ...stretch, remark: '3 not verified' }, 10)).toBe(
      'Judging steps: 1,234 of 18,000 (6 %), 123 a second, 2 min 16 s left, 3 not verified',
    );
  });

  test('promises nothing in the first moments, nor where the end is not known', () => {
    expect(progressLine(stretch, 1)).toBe('Judging steps: 1,234 of 18,000 (6 %)');
    expect(progressLine({ ...stretch, total: undefined }, 10)).toBe('Judging steps: 1,234, 123 a second');
    expect(progressLine({ ...stretch, done: 18_000 }, 10)).toBe(
      'Judging steps: 18,000 of 18,000 (100 %), 1,800 a second',
    );
  });

  test('counts in hours where it takes hours', () => {
    expect(progressLine({ ...stretch, total: 100_000, done: 10 }, 5)).toContain('13 h 53 min left');
    expect(progressLine({ ...stretch, total: 100, done: 50 }, 5)).toContain('5 s left');
  });

  test('counts bytes as downloads do', () => {
    const download = {
      title: 'Downloading',
      total: 12_300_000,
      done: 999,
      unit: 'bytes',
      remark: undefined,
    } as const;
    expect(progressLine(download, 1)).toBe('Downloading: 999 B of 12.3 MB (0 %)');
    expect(progressLine({ ...download, done: 6_150_000 }, 3)).toBe(
      'Downloading: 6.2 MB of 12.3 MB (50 %), 2.0 MB a second, 3 s left',
    );
  });
});
