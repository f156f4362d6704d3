import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { silentProgress } from '../../src/adapters/silent-progress.ts';
import type { CertificateDirectory } from '../../src/core/trust/certificate-directory.ts';
import { checkKeyring } from '../../src/workflows/change-keyring-check.ts';
import { findingsElsewhere, findingsInHistory } from '../../src/workflows/check-keyring-world.ts';
import { day, makeKeyring, MemoryFolder, openedKeyring } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const [alice, twin, weak] = await Promise.all([
  makeKey({ name: 'Alice', email: 'alice@example.org', created: start }),
  makeKey({ name: 'A. Example', email: 'Alice@example.org', created: start }),
  makeKey({ name: 'Old', email: 'old@example.org', created: start, algorithm: 'rsa1024' }),
]);

const files = makeKeyring(
  {
    repository: 'https://example.org/packages',
    threshold: 1,
    contributors: {
      alice: { keys: [alice], roles: ['admin'] },
      twin: { keys: [twin], roles: ['admin'] },
      old: { keys: [weak] },
    },
  },
  [alice],
  start,
);
const place = { folder: new MemoryFolder(files), inForce: undefined };
const server = (key: TestKey): CertificateDirectory => ({
  name: 'server',
  find: (query) => Promise.resolve(query === key.fingerprint ? [key.certificate] : []),
});

describe('keyring check', () => {
  it('names weak keys, and one person under two ids', async () => {
    const { findings } = await checkKeyring({ ...place, now: start + day }, 0);
    const told = findings.map(({ code, message }) => `${code} ${message}`).join('\n');
    expect(told).toContain(`keyring.weak-key Certificate ${weak.fingerprint} of old is weak`);
    expect(told).toContain('keyring.same-person alice and twin both have certificates of alice@example.org');
  });

  it('tells what is revoked elsewhere apart from what is only newer there', async () => {
    const revoked = server(alice.revoked(start + day, 'compromised'));
    expect(await findingsElsewhere(place, [revoked], silentProgress)).toMatchObject([
      { code: 'keyring.revoked-elsewhere', severity: 'error' },
    ]);
    const newer = server(alice.extended(start + day, start + 900 * day));
    expect(await findingsElsewhere(place, [newer], silentProgress)).toMatchObject([
      { code: 'keyring.newer-elsewhere', severity: 'note' },
    ]);
    expect(await findingsElsewhere(place, [server(alice)], silentProgress)).toEqual([]);
  });

  it('goes through history for people who sign nothing, and for names that nobody owns', async () => {
    const scenario = await Scenario.create();
    const claim = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('fresh.1.0')]: opamFile('fresh') },
    });
    const head = await scenario.removeAlice(claim);
    const store = await openStore(scenario.repository.folder, { kind: 'auto', environment: process.env });
    try {
      const { ada, ben } = scenario.people;
      const anchor = { quorum: 2, fingerprints: [ada.fingerprint, ben.fingerprint], from: scenario.anchor };
      const { keyring } = openedKeyring(scenario.keyring);
      const contributors = new Map([...keyring.contributors].filter(([id]) => id !== 'alice'));
      const findings = await findingsInHistory(
        { ...openedKeyring(scenario.keyring), keyring: { ...keyring, contributors } },
        {
          store,
          head,
          trust: { kind: 'anchor', anchor },
          now: scenario.now + day,
          progress: silentProgress,
          inactive: 30 * day,
        },
      );
      expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
        'keyring.inactive ada has signed nothing since signed history began.',
        'keyring.inactive bob has signed nothing since signed history began.',
        'keyring.inactive mia has signed nothing since signed history began.',
        'keyring.orphaned-name Package fresh belongs to alice, who has left the keyring; maintainers alone can change it.',
      ]);
    } finally {
      await store.close();
    }
  });
});
