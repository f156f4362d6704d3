import { Chalk } from 'chalk';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { readCertificates } from '../../src/core/openpgp/certificate.ts';
import type { AuditReport } from '../../src/core/report/audit-report.ts';
import { auditKeyring } from '../../src/core/trust/audit-keyring.ts';
import type { KeyringState } from '../../src/core/trust/keyring-state.ts';
import { auditText } from '../../src/render/audit.ts';
import { audit } from '../../src/workflows/audit.ts';
import { start } from '../support/cast.ts';
import { silent } from '../support/judging.ts';
import { dataFolder, realSlice } from '../support/repository.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';

async function auditOf(
  folder: string,
  head: Oid,
  options: { readonly keyring?: KeyringState; readonly from?: Oid; readonly now?: number } = {},
): Promise<AuditReport> {
  const { keyring = auditKeyring([]), from, now = start + 10_000_000 } = options;
  const store = await openStore(folder, { kind: 'auto', environment: process.env });
  try {
    return await audit({ store, head, from, keyring, now, progress: silent });
  } finally {
    await store.close();
  }
}

const style = { paint: new Chalk({ level: 0 }), symbols: true };
const web = 'GitHub <noreply@github.com>';

describe('an audit of a repository without a keyring', () => {
  let scenario: Scenario;
  let evil: Oid, ours: Oid, head: Oid;
  let certificates: KeyringState;

  beforeAll(async () => {
    scenario = await Scenario.create();
    const { people, anchor } = scenario;
    const change = (nameVersion: string, synopsis = nameVersion) => ({
      files: { [opamPath(nameVersion)]: opamFile(synopsis) },
    });
    const known = await scenario.commit(anchor, { by: 'alice', ...change('new.1.0') });
    const unknown = await scenario.commit(known, { by: 'mallory', ...change('other.1.0') });
    const button = await scenario.commit(unknown, { key: people.ben, committer: web, ...change('web.1.0') });
    const unsigned = await scenario.commit(button, change('quiet.1.0'));
    const side = await scenario.commit(unsigned, { by: 'alice', ...change('new.1.1') });
    evil = await scenario.merge(unsigned, side, {
      files: { ...change('new.1.1').files, ...change('bar.1.0', 'slipped in').files },
    });
    const late = await scenario.commit(unsigned, { by: 'bob', ...change('late.1.0') });
    ours = await scenario.merge(evil, late, { tree: await scenario.treeOf(late) });
    const clean = await scenario.commit(ours, { by: 'alice', ...change('new.1.2') });
    head = await scenario.merge(ours, clean);
    const { certificates: read } = readCertificates(people.alice.certificate);
    certificates = auditKeyring(read);
  });

  test('counts who signs, the forge apart, with what and since when', async () => {
    const report = await auditOf(scenario.repository.folder, head);
    expect(report.commits).toBe(11);
    expect(report.years).toEqual([{ year: 2026, unsigned: 5, web: 1, signed: 5 }]);
    const alice = report.signers[0];
    expect(alice).toMatchObject({ key: scenario.people.alice.fingerprint, web: false, commits: 3 });
    expect(alice?.methods).toEqual(new Map([['EdDSA with SHA-256', 3]]));
    expect(alice?.verdicts).toEqual(new Map([['unknown-key', 3]]));
    expect(alice?.names).toEqual(['Alice <alice@example.org>']);
    expect((alice?.last ?? 0) > (alice?.first ?? 0)).toBe(true);
    expect(report.signers.filter(({ web: forge }) => forge).map(({ names }) => names)).toEqual([[web]]);
  });

  test('names the merges that add something of their own or take something back, and no honest one', async () => {
    const { merges } = await auditOf(scenario.repository.folder, head);
    expect([merges.total, merges.adding]).toEqual([3, 2]);
    expect(merges.newest.map(({ step, additions }) => ({ step, additions }))).toEqual([
      { step: evil, additions: [{ path: opamPath('bar.1.0'), fit: 'evil' }] },
      {
        step: ours,
        additions: [
          { path: opamPath('bar.1.0'), fit: 'rolled-back' },
          { path: opamPath('new.1.1'), fit: 'rolled-back' },
        ],
      },
    ]);
  });

  test('plays refusing through: without keys everything, with them what they signed for is accepted', async () => {
    const { folder } = scenario.repository;
    const none = await auditOf(folder, head, { from: scenario.anchor });
    expect(none.rehearsal.years).toEqual([{ year: 2026, accepted: 0, unsigned: 7, other: 0 }]);
    const { rehearsal } = await auditOf(folder, head, { from: scenario.anchor, keyring: certificates });
    expect(rehearsal.contributors).toBe(1);
    expect(rehearsal.years).toEqual([{ year: 2026, accepted: 2, unsigned: 5, other: 0 }]);
    expect(rehearsal.newest.map(({ first }) => first)).toContain(opamPath('quiet.1.0'));
  });

  test('says whose packages would be enrolled, and which key signed for the others', async () => {
    const options = { from: scenario.anchor, keyring: certificates };
    const { rehearsal } = await auditOf(scenario.repository.folder, head, options);
    const { alice, mallory, bob } = scenario.people;
    const who = rehearsal.introduced.map(({ name, claimedBy, signedBy }) => [name, claimedBy, signedBy]);
    expect(who).toEqual([
      ['new', alice.fingerprint, undefined],
      ['other', undefined, mallory.fingerprint],
      ['web', undefined, undefined],
      ['quiet', undefined, undefined],
      ['late', undefined, bob.fingerprint],
    ]);
  });

  test('takes the roles of a keyring folder that is being drafted', async () => {
    const keyring = scenario.opened();
    const { rehearsal } = await auditOf(scenario.repository.folder, head, { from: scenario.anchor, keyring });
    const claims = rehearsal.introduced.map(({ name, claimedBy }) => [name, claimedBy]);
    expect(claims).toContainEqual(['new', 'alice']);
    expect(claims).toContainEqual(['late', 'bob']);
  });

  test('shows names of others with nothing in them that a terminal obeys', async () => {
    const author = 'Eve\u001b[2J <eve@example.org>';
    const hostile = await scenario.commit(head, { by: 'mallory', author, files: { repo: 'changed\n' } });
    const text = auditText(await auditOf(scenario.repository.folder, hostile), style);
    expect(text).toContain('3 merges, of which 2 have a content that their side does not account for');
    expect(text).not.toContain('\u001b');
  });
});

describe.skipIf(dataFolder === undefined)('the real repository (needs OPAM_SIGNET_DATA)', () => {
  test('is audited as git itself counts it', async () => {
    const slice = await realSlice();
    if (slice === undefined) throw new Error('There is no data.');
    const head = (await slice.git('rev-parse', 'refs/heads/master')) as Oid;
    const from = (await slice.git('rev-parse', `${head}~150`)) as Oid;
    const report = await auditOf(slice.folder, head, { from, now: 1_790_000_000 });
    const listed = async (...args: string[]) => (await slice.git('rev-list', ...args)).split('\n').length;
    expect(report.commits).toBe(await listed(head, `^${from}`));
    expect(report.merges.total).toBe(await listed('--merges', '--first-parent', head, `^${from}`));
    const commits = await slice.git('rev-list', head, `^${from}`);
    const raw = await slice.tryGit(['cat-file', '--batch'], { input: `${commits}\n` });
    const text = raw.stdout.toString('latin1');
    const signed = text.match(/^gpgsig -----BEGIN/gm)?.length;
    const byWeb = text.match(/^committer GitHub <noreply@github\.com> .*\ngpgsig /gm)?.length;
    const sum = (of: 'unsigned' | 'web' | 'signed') => report.years.reduce((all, year) => all + year[of], 0);
    expect(sum('web') + sum('signed')).toBe(signed);
    expect(sum('web')).toBe(byWeb);
    expect(sum('unsigned')).toBe(report.commits - (signed ?? 0));
    expect(report.signers.filter(({ key }) => key === 'unreadable')).toEqual([]);
    expect(report.signers[0]).toMatchObject({ web: true, key: 'B5690EEEBB952194' });
    const { years, steps } = report.rehearsal;
    expect(years.reduce((all, { accepted, unsigned, other }) => all + accepted + unsigned + other, 0)).toBe(
      steps,
    );
  }, 120_000);
});
