import { beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { silentProgress } from '../../src/adapters/silent-progress.ts';
import { keyringAddCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringRequestCommand } from '../../src/cli/commands/keyring-request.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { CertificateDirectory } from '../../src/core/trust/certificate-directory.ts';
import { printRequest, readRequest } from '../../src/core/chain/keyring-request.ts';
import { type PrReport, verifyPr } from '../../src/workflows/verify-pr.ts';
import { alice, bob, carol, Desk, now, place } from '../support/keyring-desk.ts';
import { day } from '../support/keyring.ts';

const identity = {
  GIT_AUTHOR_NAME: 'Carol',
  GIT_AUTHOR_EMAIL: 'carol@example.org',
  GIT_COMMITTER_NAME: 'Carol',
  GIT_COMMITTER_EMAIL: 'carol@example.org',
};
const later = now + day;
let desk: Desk;
let base: Oid;

const context = (options = {}) => {
  const plain = desk.context(options, later);
  return { ...plain, environment: { ...plain.environment, ...identity } };
};

const request = (more = {}) =>
  keyringRequestCommand(context(), {
    id: 'carol',
    base: 'HEAD',
    keyFile: 'carol.key',
    github: 'carol-gh',
    dryRun: false,
    ...more,
  });

const git = (...args: readonly string[]): Promise<string> =>
  desk.repository?.git(...args) ?? Promise.resolve('');

async function verify(head: string, accounts?: CertificateDirectory): Promise<PrReport> {
  const store = await openStore(desk.folder, { kind: 'auto', environment: process.env });
  try {
    const anchor = { quorum: 2, fingerprints: [alice.fingerprint, bob.fingerprint], from: base };
    return await verifyPr({
      store,
      base,
      head: (await git('rev-parse', head)) as Oid,
      tag: undefined,
      trust: { kind: 'anchor', anchor },
      now: later + day,
      progress: silentProgress,
      sources: undefined,
      accounts,
    });
  } finally {
    await store.close();
  }
}

const statuses = ({ claims }: PrReport): readonly string[] =>
  claims.filter(({ id }) => id.startsWith('request.')).map(({ id, status }) => `${id} ${status}`);

const github = (certificate: Uint8Array): CertificateDirectory => ({
  name: 'github',
  find: () => Promise.resolve([certificate]),
});

beforeEach(async () => {
  desk = await Desk.withVersion1();
  base = (await git('rev-parse', 'HEAD')) as Oid;
});

describe('keyring request', () => {
  it('makes a branch by which verify-pr tells what was proven and what was not', async () => {
    expect(await request()).toBe(0);
    expect(await git('rev-list', '--count', `${base}..keyring-request-carol`)).toBe('1');
    expect(await git('status', '--porcelain', 'keyring')).toBe('');
    const offline = await verify('keyring-request-carol');
    expect(offline.conclusion).toBe('rejected');
    expect(offline.findings.map(({ code }) => code)).toContain('keyring.threshold');
    expect(statuses(offline)).toEqual([
      'request.possession upheld',
      'request.account unproven',
      'request.person unproven',
    ]);
    const unchecked = offline.findings.find(({ code }) => code === 'request.account-unchecked');
    expect(unchecked?.mend).toMatch(/ https:\/\/github\.com\/carol[a-z-]*\.gpg\.$/);
    const listed = await verify('keyring-request-carol', github(carol.certificate));
    expect(statuses(listed)).toContain('request.account upheld');
    const foreign = await verify('keyring-request-carol', github(bob.certificate));
    expect(statuses(foreign)).toContain('request.account refuted');
  });

  it('is accepted by an admin as it was asked, as a contributor only', async () => {
    await request({ package: ['lwt'] });
    const add = { ...place, id: 'carol', files: [], request: 'keyring-request-carol', dryRun: false };
    expect(await keyringAddCommand(context(), add)).toBe(0);
    expect(await desk.toml()).toContain(
      `[contributors.carol]\nname         = "Carol"\ngithub       = "carol-gh"\nroles        = ["contributor"]\npackages     = ["lwt"]\nfingerprints = ["${carol.fingerprint}"]`,
    );
  });

  it('of somebody else’s certificate proves nothing, and is not accepted', async () => {
    // Mallory asks with Carol's certificate, and signs with a key of her own.
    await request();
    const tree = await git('rev-parse', 'keyring-request-carol^{tree}');
    const message = await git('log', '-1', '--format=%B', 'keyring-request-carol');
    const forged = await git(
      '-c',
      'user.name=M',
      '-c',
      'user.email=m@m',
      'commit-tree',
      tree,
      '-p',
      base,
      '-m',
      message,
    );
    expect(statuses(await verify(forged))).toEqual([
      'request.possession unproven',
      'request.person unproven',
    ]);
    const add = { ...place, id: 'carol', files: [], request: forged, dryRun: false };
    expect(await keyringAddCommand(context(), add)).toBe(1);
    expect(desk.told).toContain('request.unproven');
  });

  it('is refused for an id that is taken, and where the branch stands already', async () => {
    expect(await request({ id: 'bob' })).toBe(1);
    expect(desk.told).toContain('keyring.contributor-exists');
    await request();
    await expect(request()).rejects.toMatchObject({ code: 'usage.argument' });
  });
});

describe('the statement of a request', () => {
  const statement = {
    repository: 'https://example.org/packages',
    contributor: 'carol',
    fingerprint: carol.fingerprint,
    account: 'carol-gh',
  };

  it('is read as it was written', () => {
    expect(readRequest(printRequest(statement))).toEqual(statement);
    const without = { ...statement, account: undefined };
    expect(readRequest(printRequest(without))).toEqual(without);
  });

  it.each([
    ['a further trailer', (text: string) => `${text}Signet-Owner: foo carol\n`],
    ['a line twice', (text: string) => `${text}Signet-Kind: request\n`],
    ['a short fingerprint', (text: string) => text.replace(carol.fingerprint, carol.fingerprint.slice(8))],
    ['another kind', (text: string) => text.replace('Kind: request', 'Kind: endorsement')],
    ['another account', (text: string) => text.replace('github', 'elsewhere')],
  ])('is none with %s', (_, alter) => {
    expect(readRequest(alter(printRequest(statement)))).toBeUndefined();
  });
});
