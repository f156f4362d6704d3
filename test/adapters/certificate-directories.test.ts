import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateDirectories } from '../../src/adapters/certificate-directories.ts';
import type { CertificateDirectory, DirectoryName } from '../../src/core/trust/certificate-directory.ts';
import { findCertificates } from '../../src/workflows/find-certificates.ts';
import { refreshFrom } from '../../src/workflows/refresh-keyring.ts';
import { silentProgress } from '../../src/adapters/silent-progress.ts';
import { GpgHome, installed } from '../support/gpg-home.ts';
import { serveKeys, wkdPath, type KeyServers } from '../support/key-servers.ts';
import { day, makeKeyring, MemoryFolder } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const now = start + 10 * day;
const person = (name: string): Promise<TestKey> =>
  makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: start, expires: start + 30 * day });
const [alice, mallory] = await Promise.all([person('Alice'), person('Mallory')]);
/** z-base-32 of the SHA-1 of "alice", as `gpg --with-wkd-hash --list-keys` prints it. */
const aliceHash = 'kei1q4tipxxu1yj79k9kfukdhfy631xe';
const lookup = (query: string): string => `/pks/lookup?op=get&options=mr&search=${query}`;

let servers: KeyServers;
let directories: readonly CertificateDirectory[];
const named = (name: DirectoryName): readonly CertificateDirectory[] =>
  directories.filter((one) => one.name === name);

beforeAll(async () => {
  servers = await serveKeys();
  const environment = scrubbedEnvironment(await temporaryFolder());
  const keyServer = servers.url;
  directories = certificateDirectories({ program: 'gpg', environment, keyServer, fetch: servers.fetch });
});
afterAll(() => servers.close());

describe('the places where certificates are looked up', () => {
  it('a Web Key Directory gives the certificate of an address, and no other that it slips in', async () => {
    const slipped = Buffer.concat([alice.certificate, mallory.certificate]);
    servers.files.set(wkdPath(aliceHash, 'alice'), slipped);
    const found = await findCertificates(
      directories,
      [{ directory: 'wkd', query: 'alice@example.org' }],
      now,
    );
    expect(found).toMatchObject({ ok: true, value: [{ data: Uint8Array.from(alice.certificate) }] });
    expect(servers.requests).toContain(
      `openpgpkey.example.org /.well-known/openpgpkey/example.org/hu/${aliceHash}?l=alice`,
    );
  });

  it('a key server gives the certificate of a fingerprint', async () => {
    servers.files.set(lookup(`0x${alice.fingerprint}`), alice.armoredCertificate);
    const found = await findCertificates(
      directories,
      [{ directory: 'server', query: alice.fingerprint }],
      now,
    );
    expect(found).toMatchObject({ ok: true, value: [{ source: `the key server: ${alice.fingerprint}` }] });
  });

  it('what is not known, or answered by another certificate, is not found', async () => {
    servers.files.set(lookup(`0x${mallory.fingerprint}`), alice.armoredCertificate);
    for (const query of [
      { directory: 'wkd', query: 'nobody@example.org' },
      { directory: 'server', query: 'nobody@example.org' },
      { directory: 'server', query: mallory.fingerprint },
    ] as const) {
      const found = await findCertificates(directories, [query], now);
      expect(found).toMatchObject({ ok: false, findings: [{ code: 'keyring.certificate-not-found' }] });
    }
  });

  it('several that can sign under one address are for people to tell apart', async () => {
    const other = await person('Alice');
    servers.files.set(
      lookup('alice%40example.org'),
      `${alice.armoredCertificate}\n${other.armoredCertificate}`,
    );
    const found = await findCertificates(
      directories,
      [{ directory: 'server', query: 'alice@example.org' }],
      now,
    );
    expect(found).toMatchObject({ ok: false, findings: [{ code: 'keyring.certificate-not-found' }] });
    expect(JSON.stringify(found)).toContain(other.fingerprint);
  });

  it('a secret key is refused loudly', async () => {
    const leaked = alice.armoredSecretKey.replaceAll('PRIVATE', 'PUBLIC');
    servers.files.set(lookup('leaked%40example.org'), leaked);
    const found = await findCertificates(
      directories,
      [{ directory: 'server', query: 'leaked@example.org' }],
      now,
    );
    expect(found).toMatchObject({ ok: false, findings: [{ code: 'keyring.secret-key' }] });
  });

  it('a server that sends without end is left, and one that is not there is a fault', async () => {
    servers.files.set(lookup('huge%40example.org'), Buffer.alloc(9 * 1024 * 1024, 0x20));
    await expect(named('server')[0]?.find('huge@example.org')).rejects.toMatchObject({
      code: 'network.failed',
    });
    const closed = certificateDirectories({
      program: 'gpg',
      environment: {},
      keyServer: 'http://127.0.0.1:9',
      fetch: () => Promise.reject(new Error('connection refused')),
    });
    for (const directory of closed.filter((one) => one.name !== 'gpg')) {
      await expect(directory.find('alice@example.org'), directory.name).rejects.toMatchObject({
        code: 'network.failed',
      });
    }
  });

  it.skipIf(!installed('gpg'))(
    'the gpg keyring of the user gives certificates by address and fingerprint',
    async () => {
      const home = new GpgHome();
      home.import(alice.certificate);
      home.import(mallory.certificate);
      const gpg = certificateDirectories({
        program: 'gpg',
        environment: { ...process.env, GNUPGHOME: home.folder },
        keyServer: servers.url,
        fetch: servers.fetch,
      });
      for (const query of ['alice@example.org', alice.fingerprint]) {
        const found = await findCertificates(gpg, [{ directory: 'gpg', query }], now);
        expect(found).toMatchObject({
          ok: true,
          value: [{ source: `your gpg keyring: ${alice.fingerprint}` }],
        });
      }
      expect(
        await findCertificates(gpg, [{ directory: 'gpg', query: 'lice@example.org' }], now),
      ).toMatchObject({
        ok: false,
      });
    },
  );
});

describe('refreshing everybody from a place', () => {
  const plan = {
    repository: 'https://example.org/packages',
    threshold: 1,
    contributors: { alice: { keys: [alice], roles: ['admin'] as const }, mallory: { keys: [mallory] } },
  };
  const files = makeKeyring(plan, [alice], start);

  it('takes a later expiry, leaves alone what did not change, and needs nobody', async () => {
    const extended = alice.extended(start + day, start + 300 * day);
    servers.files.set(lookup(`0x${alice.fingerprint}`), extended.armoredCertificate);
    servers.files.set(lookup(`0x${mallory.fingerprint}`), mallory.armoredCertificate);
    const folder = new MemoryFolder(files);
    const refreshed = await refreshFrom(
      { folder, inForce: undefined },
      { directories: named('server'), ids: [], copies: [] },
      silentProgress,
    );
    expect(refreshed).toMatchObject({
      ok: true,
      value: {
        left: [],
        certificates: [
          { contributor: 'alice', added: 1 },
          { contributor: 'mallory', added: 0 },
        ],
      },
    });
  });

  it('never takes packets away, however little the place has', async () => {
    const grown = { ...files, certificates: new Map(files.certificates) };
    grown.certificates.set(
      alice.fingerprint,
      Buffer.from(alice.revoked(start + day, 'compromised').armoredCertificate),
    );
    servers.files.set(lookup(`0x${alice.fingerprint}`), alice.armoredCertificate);
    const refreshed = await refreshFrom(
      { folder: new MemoryFolder(grown), inForce: undefined },
      { directories: named('server'), ids: ['alice'], copies: [] },
      silentProgress,
    );
    expect(refreshed).toMatchObject({ ok: true, value: { certificates: [{ added: 0 }] } });
  });

  it('goes on where a server does not answer, and says so', async () => {
    const broken: CertificateDirectory = {
      name: 'wkd',
      find: () =>
        certificateDirectories({
          program: 'gpg',
          environment: {},
          keyServer: 'http://127.0.0.1:9',
          fetch: () => Promise.reject(new Error('refused')),
        })[2]?.find('x@y') ?? Promise.resolve([]),
    };
    const refreshed = await refreshFrom(
      { folder: new MemoryFolder(files), inForce: undefined },
      { directories: [broken, ...named('server')], ids: ['alice'], copies: [] },
      silentProgress,
    );
    expect(refreshed).toMatchObject({
      ok: true,
      value: { left: [{ code: 'keyring.directory-unreachable' }], certificates: [{ contributor: 'alice' }] },
    });
  });
});
