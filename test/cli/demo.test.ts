import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { runSignet } from '../support/signet.ts';

describe.skipIf(!installed('git'))('demo (needs git)', () => {
  test('plays the whole story, refuses every attack and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await runSignet(['demo', '--json']);
    expect(status, stderr).toBe(0);
    const { held, proofs } = JSON.parse(stdout) as {
      held: boolean;
      proofs: { expected: string; held: boolean }[];
    };
    expect(held).toBe(true);
    expect(proofs.map(({ expected }) => expected)).toEqual([
      'verified',
      'verified',
      'rejected, release.archive-differs',
      'rejected, attribution.no-authority',
      'verified',
      'rejected, attribution.evil-merge',
    ]);
  });
});
