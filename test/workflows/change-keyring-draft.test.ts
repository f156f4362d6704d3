import { beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore, Seconds } from '../../src/core/ports.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { keyringAt } from '../../src/workflows/change-keyring-draft.ts';
import { makeKey } from '../support/keys.ts';
import { keyringTree, makeKeyring } from '../support/keyring.ts';
import { TestRepository, type FileContent } from '../support/repository.ts';
import { openEmbedded } from '../support/stores.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;

let files: KeyringFiles;

beforeAll(async () => {
  const alice = await makeKey({ name: 'Alice', email: 'alice@example.org', created: start });
  const contributors = { alice: { keys: [alice], roles: ['admin' as const] } };
  files = makeKeyring({ repository: 'https://example.org', threshold: 1, contributors }, [alice], start);
});

async function keyringOfCommit(content: Readonly<Record<string, FileContent>>) {
  const repository = await TestRepository.create({ bare: true });
  const commit = await repository.commitFiles({ files: content, date: start });
  const store: ObjectStore = await openEmbedded(repository.folder);
  try {
    return await keyringAt(store, commit);
  } finally {
    await store.close();
  }
}

describe('the keyring of a commit', () => {
  it('is read from its tree', async () => {
    const outcome = await keyringOfCommit(Object.fromEntries(keyringTree(files)));
    expect(outcome).toMatchObject({ ok: true, value: { toml: new Uint8Array(files.toml) } });
  });

  it('is none where the commit has no such folder', async () => {
    expect(await keyringOfCommit({ repo: 'x' })).toEqual({ ok: true, value: undefined });
  });

  it('is refused where the folder is something else', async () => {
    const link = { mode: '120000', content: 'elsewhere' };
    expect(await keyringOfCommit({ keyring: link })).toMatchObject({
      ok: false,
      findings: [{ code: 'keyring.removed' }],
    });
  });
});
