import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { readTag } from '../../src/core/chain/tags.ts';
import { dirhash } from '../../src/core/digest.ts';
import { parseStatement } from '../../src/core/statement.ts';
import { loadKeyring } from '../../src/core/trust/load-keyring.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { JournalEntry } from '../../src/core/publish/journal-entry.ts';
import { publish } from '../../src/workflows/publish.ts';
import { verifyPr } from '../../src/workflows/verify-pr.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { type ContributorPlan, day } from '../support/keyring.ts';
import { now, opamSource, PublishWorld, repositoryId } from '../support/publish-world.ts';

let world: PublishWorld;
afterEach(() => world.close());

const aliceOwnsFoo = (alice: TestKey): Readonly<Record<string, ContributorPlan>> => ({
  alice: { keys: [alice], roles: ['admin', 'contributor'], packages: ['foo', 'foo-*'] },
});

const silent = { stage: () => undefined, advance: () => undefined, end: () => undefined };

async function journalOf(of: PublishWorld): Promise<readonly JournalEntry[]> {
  const text = await readFile(of.journal().path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
}

describe('publishing one package whose signed tag stands', () => {
  test('pushes a branch and a submission tag that maintainers verify with the keyring file', async () => {
    world = await PublishWorld.create({ contributors: aliceOwnsFoo });
    const ports = await world.ports();
    const published = await publish(await world.prepared(), world.journal(), ports);

    expect(published.account.failed).toBeUndefined();
    expect(published.selfCheck).toEqual({ own: 'verified', byKeyring: 'verified', findings: [] });
    expect(await world.target.git('rev-parse', 'refs/heads/publish-foo.1.0')).toBe(published.head);
    expect(await world.target.git('rev-parse', 'refs/tags/signet/foo.1.0')).toBe(published.submissionTag);
    expect(await world.target.git('fsck', '--strict')).toBe('');

    const store = await openStore(world.target.folder, { kind: 'git', environment: world.environment });
    const keyring = await loadKeyring(store, world.base);
    if (!keyring.ok) throw new Error('no keyring');
    const tag = await readTag(store, { name: 'refs/tags/signet/foo.1.0', oid: published.submissionTag });
    const trust = { kind: 'fixed', keyring: keyring.state, from: undefined } as const;
    const report = await verifyPr({
      store,
      base: world.base,
      head: published.head,
      tag,
      trust,
      now,
      progress: silent,
      sources: undefined,
    });
    expect(report.conclusion).toBe('verified');
    expect(report.paths.map(({ path, contributor }) => [path, contributor])).toEqual([
      ['packages/foo/foo.1.0/opam', 'alice'],
    ]);
    await store.close();
  });

  test('changes nothing in the opam file but url, x-commit-hash and the fields that the repository strips', async () => {
    world = await PublishWorld.create();
    const published = await publish(await world.prepared(), world.journal(), await world.ports());
    const changed = await world.target.git('diff', '--name-status', world.base, published.head);
    expect(changed).toBe('A\tpackages/foo/foo.1.0/opam');
    const opam = await world.target.git('show', `${published.head}:packages/foo/foo.1.0/opam`);
    const { sha256, sha512, url } = published.plan.archive;
    const kept = opamSource('foo')
      .split('\n')
      .filter((line) => !/^(?:name|pin-depends):/.test(line));
    expect(opam.split('\n')).toEqual([
      ...kept.filter((line) => line !== ''),
      'url {',
      `  src: "${url}"`,
      '  checksum: [',
      `    "sha256=${sha256}"`,
      `    "sha512=${sha512}"`,
      '  ]',
      '}',
      `x-commit-hash: "${world.head}"`,
    ]);
  });

  test('states package, source, archive, repository and expiry in the submission tag', async () => {
    world = await PublishWorld.create({ contributors: aliceOwnsFoo });
    const published = await publish(await world.prepared(), world.journal(), await world.ports());
    const tag = await world.target.git('cat-file', 'tag', 'signet/foo.1.0');
    expect(tag).toMatch(
      new RegExp(
        `^object ${published.head}\ntype commit\ntag signet/foo.1.0\ntagger Alice Example <alice@example.org> ${now} \\+0100\n`,
      ),
    );
    const message = tag.slice(tag.indexOf('\n\n') + 2, tag.indexOf('-----BEGIN'));
    const reading = parseStatement(message);
    if (!reading.ok) throw new Error(reading.problems.join());
    const opam = await world.target.read(
      (await world.target.git('rev-parse', `${published.head}:packages/foo/foo.1.0/opam`)) as Oid,
    );
    const { url, sha256, sha512 } = published.plan.archive;
    expect(reading.statement).toMatchObject({
      kind: 'submission',
      repository: repositoryId,
      packages: [{ nameVersion: 'foo.1.0', before: 'none', after: dirhash(new Map([['opam', opam]])) }],
      source: {
        url: 'https://example.org/foo.git',
        tag: 'v1.0',
        tagId: await world.source.git('rev-parse', 'refs/tags/v1.0'),
        commit: world.head,
      },
      archive: { url, sha256, sha512 },
      expires: now + 90 * day,
    });
  });

  test('writes down every act before and after it, with what a later run needs', async () => {
    world = await PublishWorld.create();
    const published = await publish(await world.prepared(), world.journal(), await world.ports());
    const entries = await journalOf(world);
    expect(entries.map((entry) => [entry.event, 'act' in entry ? entry.act : ''])).toEqual([
      ['planned', ''],
      ['started', 'write-archive'],
      ['done', 'write-archive'],
      ['started', 'push-submission'],
      ['done', 'push-submission'],
      ['finished', ''],
    ]);
    expect(entries[0]).toMatchObject({
      record: {
        packages: ['foo.1.0'],
        source: { folder: world.source.folder, remote: 'origin' },
        target: { forge: 'git', address: world.target.folder, branch: 'main', base: world.base },
        submission: {
          head: published.head,
          tagOid: published.submissionTag,
          branch: 'publish-foo.1.0',
        },
      },
    });
  });

  test('makes the same archive again from the same commit', async () => {
    world = await PublishWorld.create();
    const first = await world.prepared();
    const second = await world.prepared();
    expect(second.plan.archive.sha256).toBe(first.plan.archive.sha256);
    expect(first.plan.archive.file).toBe(join(world.home, 'foo-1.0.tar.gz'));
  });
});

describe('publishing where no tag stands', () => {
  test('makes a signed tag by the habit of the project, with the text of the change log, and pushes it', async () => {
    world = await PublishWorld.create({ tag: null });
    await world.source.git('tag', '0.8');
    const prepared = await world.prepared({ tag: '1.0' });
    expect(await world.source.git('tag', '--list')).toBe('0.8');
    const published = await publish(prepared, world.journal(), await world.ports());
    expect(published.selfCheck.own).toBe('verified');
    const tag = await world.origin.git('cat-file', 'tag', 'refs/tags/1.0');
    expect(tag).toContain(`object ${world.head}\ntype commit\ntag 1.0\n`);
    expect(tag).toContain('\n\nfoo 1.0\n\n- First release\n-----BEGIN PGP SIGNATURE-----\n');
    expect(published.account.done.map(({ act }) => act.id)).toEqual([
      'make-release-tag',
      'push-source-tag',
      'write-archive',
      'push-submission',
    ]);
    expect(await world.source.git('rev-parse', 'refs/tags/1.0')).toBe(published.releaseTag);
  });
});

describe('publishing several packages', () => {
  test('commits them together under one submission tag, named after the first', async () => {
    const files = {
      'foo.opam': opamSource('foo'),
      'foo-lwt.opam': opamSource('foo-lwt'),
      'foo-bench.opam': opamSource('foo-bench'),
    };
    world = await PublishWorld.create({ files, contributors: aliceOwnsFoo });
    const published = await publish(
      await world.prepared({ exclude: ['foo-bench'] }),
      world.journal(),
      await world.ports(),
    );
    expect(published.selfCheck.byKeyring).toBe('verified');
    expect(await world.target.git('diff', '--name-only', world.base, published.head)).toBe(
      'packages/foo-lwt/foo-lwt.1.0/opam\npackages/foo/foo.1.0/opam',
    );
    expect(published.plan.submission).toMatchObject({
      tag: 'signet/foo.1.0',
      title: 'Packages foo, foo-lwt at 1.0',
    });
    expect(await world.target.git('cat-file', 'tag', 'signet/foo.1.0')).toMatch(
      /Signet-Package: foo\.1\.0 none h1:.*\nSignet-Package: foo-lwt\.1\.0 none h1:/,
    );
  });

  test('gives a version with a tilde a submission tag and a branch that git allows and verification knows', async () => {
    world = await PublishWorld.create({ tag: 'v1.0-rc1', contributors: aliceOwnsFoo });
    const prepared = await world.prepared({ packageVersion: '1.0~rc1' });
    const { plan, selfCheck } = await publish(prepared, world.journal(), await world.ports());
    expect(plan.submission).toMatchObject({ tag: 'signet/foo.1.0_rc1', branch: 'publish-foo.1.0_rc1' });
    expect(selfCheck.byKeyring).toBe('verified');
    expect(await world.target.git('cat-file', 'tag', 'signet/foo.1.0_rc1')).toContain(
      'Signet-Package: foo.1.0~rc1 none h1:',
    );
  });
});

describe('publishing stops before anything leaves this machine', () => {
  test('where the signatures are not good by the own certificate', async () => {
    world = await PublishWorld.create();
    const mallory = await makeKey({
      name: 'Mallory',
      email: 'mallory@example.org',
      created: now - 100 * day,
    });
    const prepared = await world.prepared();
    const signing = prepared.signing && {
      ...prepared.signing,
      signer: { ...world.signer(), sign: (payload: Uint8Array) => mallory.sign(payload, now) },
    };
    const before = await world.everything();
    const attempt = publish({ ...prepared, signing }, world.journal(), await world.ports());
    await expect(attempt).rejects.toMatchObject({
      code: 'publish.refused',
      message: expect.stringContaining('nothing was pushed') as string,
    });
    expect(await world.everything()).toBe(before);
    await expect(readFile(world.journal().path)).rejects.toThrow('ENOENT');
  });

  test('where the tree that was planned is not the one that is signed', async () => {
    world = await PublishWorld.create();
    const prepared = await world.prepared();
    const files = new Map([['packages/foo/foo.1.0/opam', Buffer.from('opam-version: "2.0"\n')]]);
    const before = await world.everything();
    const attempt = publish({ ...prepared, files }, world.journal(), await world.ports());
    await expect(attempt).rejects.toMatchObject({ code: 'publish.refused' });
    expect(await world.everything()).toBe(before);
  });
});

describe('publishing by a key that the keyring file entitles', () => {
  test('stops where verification by the keyring file does not succeed after all', async () => {
    world = await PublishWorld.create({ contributors: aliceOwnsFoo });
    const prepared = await world.prepared();
    const keyring = prepared.keyring && { ...prepared.keyring, holderOf: () => undefined };
    const before = await world.everything();
    await expect(
      publish({ ...prepared, keyring }, world.journal(), await world.ports()),
    ).rejects.toMatchObject({ code: 'publish.refused' });
    expect(await world.everything()).toBe(before);
  });
});

describe('publishing by a key that the keyring file does not know', () => {
  test('goes through, good by the own certificate, and says what maintainers will see', async () => {
    const bob = await makeKey({ name: 'Bob', email: 'bob@example.org', created: now - 100 * day });
    world = await PublishWorld.create({
      contributors: () => ({ bob: { keys: [bob], roles: ['admin', 'contributor'], packages: ['foo'] } }),
    });
    const published = await publish(await world.prepared(), world.journal(), await world.ports());
    expect(published.selfCheck).toMatchObject({ own: 'verified', byKeyring: 'rejected' });
    expect(published.selfCheck.findings.join()).toContain(world.alice.fingerprint);
    expect(published.account.failed).toBeUndefined();
  });
});

describe('a push that fails', () => {
  test('ends with an honest account, and the journal says where', async () => {
    world = await PublishWorld.create();
    const prepared = await world.prepared();
    const ports = await world.ports();
    await world.target.ref('refs/heads/publish-foo.1.0', world.base);
    const { account } = await publish(prepared, world.journal(), ports);
    expect(account.done.map(({ act }) => act.id)).toEqual(['write-archive']);
    expect(account.failed).toMatchObject({
      what: expect.stringContaining('push branch publish-foo.1.0') as string,
      error: { code: 'push.refused' },
    });
    expect(account.notBegun).toEqual([]);
    const last = (await journalOf(world)).at(-1);
    expect(last).toMatchObject({ event: 'failed', act: 'push-submission' });
    expect(await world.target.git('rev-parse', 'refs/heads/publish-foo.1.0')).toBe(world.base);
    expect(await world.target.git('tag', '--list')).toBe('');
  });

  test('leaves alone what comes after it', async () => {
    world = await PublishWorld.create({ tag: null });
    const prepared = await world.prepared({ tag: 'v1.0' });
    const ports = await world.ports();
    await world.origin.ref('refs/tags/v1.0', world.head);
    const { account } = await publish(prepared, world.journal(), ports);
    expect(account.done.map(({ act }) => act.id)).toEqual(['make-release-tag']);
    expect(account.notBegun.map(({ id }) => id)).toEqual(['write-archive', 'push-submission']);
    expect(await world.origin.git('rev-parse', 'refs/tags/v1.0')).toBe(world.head);
    expect(await world.target.git('for-each-ref', 'refs/heads/publish-*')).toBe('');
  });
});
