import { afterEach, describe, expect, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { now } from '../support/publish-world.ts';
import { Released } from '../support/released.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

let released: Released;
afterEach(() => released.close());

describe('moved-tag: the source tag is not any more what was published', () => {
  test('verify-pr rejects a tag that was made anew on another commit, even by its own author', async () => {
    released = await Released.create();
    const { source, origin, alice, head } = released.world;
    const other = await source.commitFiles({
      parents: [head],
      files: { 'src/foo.ml': 'let answer = 43\n' },
      message: 'Quick fix\n',
      date: now,
    });
    const moved = await source.tag({
      name: 'v1.0',
      object: other,
      date: now,
      sign: (payload) => alice.sign(payload, now),
    });
    await source.git('push', '--quiet', '--force', origin.folder, 'v1.0');
    const report = await released.verifyPr();
    expect(expectRejected(report, 'release.source-moved', 'v1.0').message).toContain(moved);
  });

  test('verify-pr rejects a new tag object on the very same commit', async () => {
    released = await Released.create();
    const { source, origin, alice, head } = released.world;
    const date = now - day / 2;
    await source.tag({ name: 'v1.0', object: head, date, sign: (payload) => alice.sign(payload, date) });
    await source.git('push', '--quiet', '--force', origin.folder, 'v1.0');
    expectRejected(await released.verifyPr(), 'release.source-moved', 'v1.0');
  });

  test('verify-pr rejects a tag that was taken away', async () => {
    released = await Released.create();
    await released.world.origin.git('update-ref', '-d', 'refs/tags/v1.0');
    expectRejected(await released.verifyPr(), 'release.source-moved', 'v1.0');
  });

  test('the tag as it was published is verified', async () => {
    released = await Released.create();
    expectVerified(await released.verifyPr());
  });
});
