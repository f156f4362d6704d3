import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import { oidOf, type ObjectType, type Oid } from '../../../src/core/git/oid.ts';
import { renderTree } from '../../../src/core/git/tree.ts';
import type { ObjectStore, Seconds, StoredObject } from '../../../src/core/ports.ts';
import type { Finding } from '../../../src/core/report/report.ts';
import { fingerprintOfFile, openKeyring, type KeyringFiles } from '../../../src/core/trust/keyring-state.ts';
import { readKeyringFiles } from '../../../src/core/trust/keyring-tree.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import { keyringOf, keyringTree, makeKeyring, openedKeyring } from '../../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;

let alice: TestKey, bob: TestKey, mallory: TestKey;
let files: KeyringFiles;

beforeAll(async () => {
  const key = (name: string) => makeKey({ name, email: `${name}@example.org`, created: start });
  [alice, bob, mallory] = await Promise.all([key('alice'), key('bob'), key('mallory')]);
  const contributors = { alice: { keys: [alice], roles: ['admin'] as const }, bob: { keys: [bob] } };
  files = makeKeyring({ repository: 'https://example.org', threshold: 1, contributors }, [alice], start);
});

/** Objects in memory. `lies` maps an id to what is returned in its place. */
class MemoryStore implements ObjectStore {
  readonly format = 'sha1';
  readonly objects = new Map<Oid, StoredObject>();

  write(type: ObjectType, content: Uint8Array): Promise<Oid> {
    const oid = oidOf(type, content, this.format);
    this.objects.set(oid, { type, content });
    return Promise.resolve(oid);
  }

  read(oid: Oid): Promise<StoredObject | undefined> {
    return Promise.resolve(this.objects.get(oid));
  }

  changes = unused;
  resolve = unused;
  references = unused;
  shallow = unused;
  updateReference = unused;
  close = unused;
  ancestry = (): never => {
    throw new Error('not needed here');
  };
}

function unused(): Promise<never> {
  return Promise.reject(new Error('not needed here'));
}

type Entry = Uint8Array | { readonly mode: string; readonly content: Uint8Array };

/** A tree whose folder keyring/ has these entries. */
async function storeWith(entries: ReadonlyMap<string, Entry>): Promise<{ store: MemoryStore; tree: Oid }> {
  const store = new MemoryStore();
  const inside = await Promise.all(
    [...entries].map(async ([path, entry]) => {
      const { mode, content } = entry instanceof Uint8Array ? { mode: '100644', content: entry } : entry;
      return { name: path.replace('keyring/', ''), mode, oid: await store.write('blob', content) };
    }),
  );
  const keyring = await store.write('tree', renderTree(inside));
  const tree = await store.write('tree', renderTree([{ name: 'keyring', mode: '040000', oid: keyring }]));
  return { store, tree };
}

async function reading(change: (entries: Map<string, Entry>) => void = () => undefined) {
  const entries = new Map<string, Entry>(keyringTree(files));
  change(entries);
  const { store, tree } = await storeWith(entries);
  return readKeyringFiles(store, tree);
}

async function findingsOf(change: (entries: Map<string, Entry>) => void): Promise<readonly Finding[]> {
  const read = await reading(change);
  return read.ok ? [] : read.findings;
}

function openingFindings(change: Partial<KeyringFiles>): readonly Finding[] {
  const opening = openKeyring({ ...files, ...change });
  return opening.ok ? [] : opening.findings;
}

const certificates = (...changed: readonly [TestKey, Uint8Array | string][]): Partial<KeyringFiles> => ({
  certificates: new Map([
    ...files.certificates,
    ...changed.map(([key, file]) => [key.fingerprint, Buffer.from(file)] as const),
  ]),
});

describe('the keyring folder of a tree', () => {
  it('is read with every certificate', async () => {
    const read = await reading();
    if (!read.ok) throw new Error(JSON.stringify(read.findings));
    expect(Buffer.from(read.files.toml)).toEqual(Buffer.from(files.toml));
    expect(Buffer.from(read.files.signatures)).toEqual(Buffer.from(files.signatures));
    expect([...read.files.certificates.keys()].sort()).toEqual([alice.fingerprint, bob.fingerprint].sort());
  });

  it('without signatures is one that nobody has signed', async () => {
    const read = await reading((entries) => entries.delete('keyring/keyring.toml.asc'));
    expect(read).toMatchObject({ ok: true, files: { signatures: new Uint8Array(0) } });
  });

  it('that is missing is a removed keyring, not one that need not be checked', async () => {
    const store = new MemoryStore();
    const tree = await store.write(
      'tree',
      renderTree([{ name: 'repo', mode: '100644', oid: await store.write('blob', files.toml) }]),
    );
    const read = await readKeyringFiles(store, tree);
    expect(read).toMatchObject({
      ok: false,
      findings: [{ code: 'keyring.removed', at: { object: tree, path: 'keyring' } }],
    });
  });

  it.each([
    ['120000', 'is a symbolic link'],
    ['160000', 'is a submodule'],
    ['100644', 'is a file of mode 100644'],
  ])('that is of mode %s in the place of a folder is refused', async (mode, words) => {
    const store = new MemoryStore();
    const oid = await store.write('blob', Buffer.from('elsewhere'));
    const tree = await store.write('tree', renderTree([{ name: 'keyring', mode, oid }]));
    const read = await readKeyringFiles(store, tree);
    expect(read).toMatchObject({ ok: false, findings: [{ code: 'keyring.removed' }] });
    expect(read.ok ? '' : read.findings[0]?.message).toContain(words);
  });

  it('without its keyring file is refused', async () => {
    const [finding] = await findingsOf((entries) => entries.delete('keyring/keyring.toml'));
    expect(finding).toMatchObject({ code: 'keyring.removed', at: { path: 'keyring/keyring.toml' } });
  });

  it('with the keyring file under another name is refused', async () => {
    const [finding] = await findingsOf((entries) => {
      entries.delete('keyring/keyring.toml');
      entries.set('keyring/Keyring.toml', files.toml);
    });
    expect(finding?.code).toBe('keyring.removed');
  });

  it.each(['120000', '100755', '160000'])('with a keyring file of mode %s is refused', async (mode) => {
    const [finding] = await findingsOf((entries) =>
      entries.set('keyring/keyring.toml', { mode, content: files.toml }),
    );
    expect(finding).toMatchObject({ code: 'keyring.removed', at: { path: 'keyring/keyring.toml' } });
  });

  it('with a certificate or signatures that are links or executables is refused', async () => {
    const path = `keyring/${alice.fingerprint}.asc`;
    const findings = await findingsOf((entries) => {
      entries.set(path, { mode: '120000', content: Buffer.from('../x') });
      entries.set('keyring/keyring.toml.asc', { mode: '100755', content: files.signatures });
    });
    expect(findings.map(({ code, at }) => [code, at.path])).toEqual([
      ['keyring.extra-file', path],
      ['keyring.extra-file', 'keyring/keyring.toml.asc'],
    ]);
  });

  it.each(['README', 'alice.asc', 'keyring.toml~', '0A0A.asc', 'keyring.toml.sig'])(
    'with a file %j is refused',
    async (name) => {
      const [finding] = await findingsOf((entries) => entries.set(`keyring/${name}`, Buffer.from('x')));
      expect(finding).toMatchObject({ code: 'keyring.extra-file', at: { path: `keyring/${name}` } });
    },
  );

  it('whose certificate is named in small letters is refused', async () => {
    const [finding] = await findingsOf((entries) => {
      entries.set(`keyring/${alice.fingerprint.toLowerCase()}.asc`, Buffer.from('x'));
    });
    expect(finding?.code).toBe('keyring.extra-file');
    expect(fingerprintOfFile(`${alice.fingerprint}.asc`)).toBe(alice.fingerprint);
  });

  it('with a file over four megabytes is refused', async () => {
    const [finding] = await findingsOf((entries) => {
      entries.set(`keyring/${alice.fingerprint}.asc`, new Uint8Array(4 * 1024 * 1024 + 1));
    });
    expect(finding?.code).toBe('keyring.too-large');
  });

  it('over sixty-four megabytes in all is refused', async () => {
    const megabytes = new Uint8Array(4 * 1024 * 1024);
    const [finding] = await findingsOf((entries) => {
      for (let index = 0; index < 17; index++) {
        entries.set(`keyring/${index.toString().padStart(40, '0')}.asc`, megabytes);
      }
    });
    expect(finding?.code).toBe('keyring.too-large');
  });

  it('one of whose files is not in the repository leaves the judgement open', async () => {
    const { store, tree } = await storeWith(keyringTree(files));
    store.objects.delete(oidOf('blob', files.toml, 'sha1'));
    const read = await readKeyringFiles(store, tree);
    expect(read).toMatchObject({
      ok: false,
      findings: [{ code: 'object.missing', at: { path: 'keyring/keyring.toml' } }],
    });
  });

  it('one of whose files has other bytes than its id says is refused', async () => {
    const { store, tree } = await storeWith(keyringTree(files));
    store.objects.set(oidOf('blob', files.toml, 'sha1'), {
      type: 'blob',
      content: Buffer.from('format = 1'),
    });
    const read = await readKeyringFiles(store, tree);
    expect(read).toMatchObject({
      ok: false,
      findings: [{ code: 'object.mismatch', at: { path: 'keyring/keyring.toml' } }],
    });
  });
});

describe('an opened keyring', () => {
  it('knows people by their certificates, and nobody else', () => {
    const state = openedKeyring(files);
    expect(state.holderOf(alice.fingerprint)?.id).toBe('alice');
    expect(state.holderOf(bob.fingerprint)?.id).toBe('bob');
    expect(state.holderOf(mallory.fingerprint)).toBeUndefined();
    expect(state.certificates.find(alice.fingerprint)?.userIds).toEqual(['alice <alice@example.org>']);
    expect(state.certificates.find(mallory.fingerprint)).toBeUndefined();
    expect(state.keyring.digest).toBe(keyringOf(files).digest);
  });

  it('is none where the keyring file is empty', () => {
    expect(openingFindings({ toml: new Uint8Array(0) })).toMatchObject([{ code: 'keyring.removed' }]);
  });

  it('is none where the keyring file can not be read, and says in which line', () => {
    const toml = Buffer.from(Buffer.from(files.toml).toString().replace('threshold  = 1', 'threshold  = 9'));
    expect(openingFindings({ toml })).toMatchObject([
      {
        code: 'keyring.unreadable',
        at: { path: 'keyring/keyring.toml', line: 7 },
        message:
          'keyring/keyring.toml, line 7, threshold: Asks for 9 admins, but only 1 contributor has the role admin.',
        mend: 'Correct line 7, threshold of keyring/keyring.toml, then run opam-signet keyring check.',
      },
    ]);
    expect(openingFindings({ toml: Uint8Array.of(0xff) })).toMatchObject([
      { message: 'keyring/keyring.toml: Is not text in UTF-8.', at: { path: 'keyring/keyring.toml' } },
    ]);
  });

  it('is none where a listed certificate is missing', () => {
    const [finding] = openingFindings({ certificates: new Map([...files.certificates].slice(1)) });
    expect(finding?.code).toBe('keyring.certificate-file');
    expect(finding?.message).toMatch(
      /is missing: the keyring file lists certificate [0-9A-F]{40} with (alice|bob)/,
    );
  });

  it('is none where a certificate is there that nobody lists', () => {
    const [finding, ...others] = openingFindings(certificates([mallory, mallory.armoredCertificate]));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'keyring.certificate-file',
      at: { path: `keyring/${mallory.fingerprint}.asc` },
      mend: `Remove keyring/${mallory.fingerprint}.asc.`,
    });
  });

  it("is none where a file holds another person's certificate", () => {
    const [finding] = openingFindings(certificates([alice, mallory.armoredCertificate]));
    expect(finding).toMatchObject({
      code: 'keyring.certificate-file',
      at: { path: `keyring/${alice.fingerprint}.asc` },
    });
    expect(finding?.message).toContain(mallory.fingerprint);
  });

  it.each(['armored', 'binary'] as const)(
    'is none where a second certificate was slipped into a file (%s)',
    (form) => {
      const both =
        form === 'armored'
          ? alice.armoredCertificate + mallory.armoredCertificate
          : Buffer.concat([alice.certificate, mallory.certificate]);
      const [finding] = openingFindings(certificates([alice, both]));
      expect(finding?.code).toBe('keyring.certificate-file');
      expect(finding?.message).toContain(`${alice.fingerprint}, ${mallory.fingerprint}`);
    },
  );

  it('is none where a secret key stands in the place of a certificate', () => {
    const [finding] = openingFindings(certificates([alice, alice.armoredSecretKey]));
    expect(finding).toMatchObject({
      code: 'keyring.secret-key',
      at: { path: `keyring/${alice.fingerprint}.asc` },
    });
    const [beside] = openingFindings(
      certificates([alice, alice.armoredCertificate + alice.armoredSecretKey]),
    );
    expect(beside?.code).toBe('keyring.secret-key');
  });

  it('is none where a certificate file holds something else', () => {
    expect(openingFindings(certificates([alice, 'hello']))).toMatchObject([
      { code: 'keyring.certificate-file' },
    ]);
    expect(openingFindings(certificates([alice, '']))).toMatchObject([
      { message: `keyring/${alice.fingerprint}.asc holds no OpenPGP certificate.` },
    ]);
  });
});
