import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { dataFolder, realSlice } from '../support/repository.ts';
import { openEmbedded, openGit } from '../support/stores.ts';

describe.skipIf(dataFolder === undefined)('the real repository (needs OPAM_SIGNET_DATA)', () => {
  test('has the same history and the same changes in both stores, and as git has them', async () => {
    const slice = await realSlice();
    if (slice === undefined) throw new Error('There is no data.');
    const [onGit, embedded] = [await openGit(slice.folder), await openEmbedded(slice.folder)];
    const head = await onGit.resolve('refs/heads/master');
    if (head === undefined) throw new Error('There is no master.');
    const found = [new Map<Oid, readonly Oid[]>(), new Map<Oid, readonly Oid[]>()] as const;
    for await (const { oid, parents } of onGit.ancestry([head])) found[0].set(oid, parents);
    for await (const { oid, parents } of embedded.ancestry([head])) found[1].set(oid, parents);
    expect(found[1]).toEqual(found[0]);
    expect([...found[0].keys()].sort()).toEqual((await slice.git('rev-list', head)).split('\n').sort());

    let at = head;
    for (let step = 0; step < 300; step += 1) {
      const parent: Oid | undefined = found[0].get(at)?.[0];
      if (parent === undefined) break;
      const changes = await onGit.changes(parent, at);
      expect(await embedded.changes(parent, at), at).toEqual(changes);
      const names = await slice.git(
        '-c',
        'core.quotePath=false',
        'diff-tree',
        '-r',
        '--no-renames',
        '--name-only',
        parent,
        at,
      );
      expect(changes.map((change) => Buffer.from(change.path, 'latin1').toString()).join('\n'), at).toBe(
        names,
      );
      at = parent;
    }
    expect(at).not.toBe(head);
    await Promise.all([onGit.close(), embedded.close()]);
  }, 300_000);
});
