import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReferenceName } from '../../src/core/git/reference.ts';
import { submissionTagName } from '../../src/core/submission-tag.ts';
import { runProgram } from '../support/gpg-home.ts';

test.each([
  ['foo.1.0', 'signet/foo.1.0'],
  ['foo.1.0~rc1', 'signet/foo.1.0_rc1'],
  ['foo.1..2', 'signet/foo.1.#.2'],
  ['foo.1.', 'signet/foo.1.#'],
  ['foo.1.lock', 'signet/foo.1.#lock'],
])('the submission tag of %s is %s', (nameVersion, tag) => {
  expect(submissionTagName(nameVersion)).toBe(tag);
});

test('every package version has a submission tag that git takes for a name', () => {
  const version = fc.stringMatching(/^[A-Za-z0-9_+.~-]{1,12}$/);
  fc.assert(
    fc.property(version, (text) => {
      expect(isReferenceName(`refs/tags/${submissionTagName(`foo.${text}`)}`)).toBe(true);
    }),
  );
  for (const text of [
    ...fc.sample(version, { numRuns: 30, seed: 5 }),
    '~',
    '..',
    '.lock',
    '1.lock',
    '1.',
    '...',
  ]) {
    const { status } = runProgram('git', [
      'check-ref-format',
      `refs/tags/${submissionTagName(`foo.${text}`)}`,
    ]);
    expect([text, status]).toEqual([text, 0]);
  }
});
