import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Seconds } from '../../src/core/ports.ts';
import { exportKeyring, type ExportRequest } from '../../src/workflows/export-keyring.ts';
import { GpgHome, installed, runProgram } from '../support/gpg-home.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { day, makeKeyring } from '../support/keyring.ts';
import { TestRepository } from '../support/repository.ts';
import { Sequoia } from '../support/sequoia.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const payload = Buffer.from('a payload\n');

let alice: TestKey, bob: TestKey, carol: TestKey;
let folder: string;

beforeAll(async () => {
  const key = (name: string) =>
    makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: start - day });
  [alice, bob, carol] = await Promise.all([key('Alice'), key('Bob'), key('Carol')]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signet-export-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const exported = (change: Partial<ExportRequest> = {}) =>
  exportKeyring(
    makeKeyring(
      {
        repository: 'https://example.org/packages',
        threshold: 2,
        contributors: {
          alice: { keys: [alice], roles: ['admin'] },
          bob: { keys: [bob], roles: ['admin', 'maintainer'] },
          carol: { keys: [carol], roles: ['contributor'] },
        },
      },
      [alice, bob],
      start,
    ),
    { form: 'armor', roles: [], ids: [], ...change },
  );

function written(change: Partial<ExportRequest> = {}): string {
  const outcome = exported(change);
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join());
  const path = join(folder, 'keyring');
  writeFileSync(path, outcome.value);
  return path;
}

async function signatureBy(key: TestKey): Promise<readonly [signature: string, data: string]> {
  const files = [join(folder, 'signature.asc'), join(folder, 'data')] as const;
  writeFileSync(files[0], await key.sign(payload, start));
  writeFileSync(files[1], payload);
  return files;
}

describe('an exported keyring', () => {
  it('is the same bytes every time', () => {
    expect(exported()).toEqual(exported());
    expect(exported({ form: 'binary' })).toEqual(exported({ form: 'binary' }));
  });

  it("has the words of opam's repository add: the threshold and the admins' fingerprints", () => {
    const admins = [alice.fingerprint, bob.fingerprint].sort();
    expect(exported({ form: 'anchor' })).toEqual({ ok: true, value: `2 ${admins.join(' ')}\n` });
  });

  it('of somebody who is not there is refused', () => {
    expect(exported({ ids: ['zoe'] })).toMatchObject({
      ok: false,
      findings: [{ code: 'keyring.no-contributor' }],
    });
    expect(exported({ ids: ['carol'], roles: ['admin'] })).toMatchObject({ ok: false });
  });
});

const gpgv = installed('gpgv');
describe.skipIf(!gpgv)(`gpgv${gpgv ? '' : ' (is not installed)'}`, () => {
  const accepts = async (keyring: string, key: TestKey): Promise<boolean> =>
    runProgram('gpgv', ['--keyring', keyring, ...(await signatureBy(key))], { env: { HOME: folder } })
      .status === 0;

  it('accepts those who are in it, and no others', async () => {
    const everybody = written({ form: 'binary' });
    for (const key of [alice, bob, carol]) expect(await accepts(everybody, key)).toBe(true);
    const maintainers = written({ form: 'binary', roles: ['maintainer'] });
    expect([await accepts(maintainers, bob), await accepts(maintainers, carol)]).toEqual([true, false]);
  });
});

const sqv = installed('sqv');
describe.skipIf(!sqv)(`sqv${sqv ? '' : ' (is not installed)'}`, () => {
  it('accepts those who are in it, and no others', async () => {
    const keyring = written({ ids: ['alice', 'carol'] });
    const accepts = async (key: TestKey): Promise<boolean> =>
      runProgram('sqv', ['--keyring', keyring, ...(await signatureBy(key))]).status === 0;
    expect([await accepts(alice), await accepts(bob), await accepts(carol)]).toEqual([true, false, true]);
  });
});

const sq = installed('sq') && sqv && installed('faketime');
describe.skipIf(!sq)(`sq${sq ? '' : ' (sq, sqv or faketime is not installed)'}`, () => {
  it('accepts those who are in it, and no others', async () => {
    const outcome = exported({ ids: ['alice', 'carol'] });
    if (!outcome.ok) throw new Error('not exported');
    const keyring = Buffer.from(outcome.value);
    const sequoia = new Sequoia();
    try {
      const accepts = async (key: TestKey) =>
        sequoia.sq(keyring, await key.sign(payload, start), payload, start + day);
      expect([await accepts(alice), await accepts(bob), await accepts(carol)]).toEqual([true, false, true]);
    } finally {
      sequoia.close();
    }
  });
});

/** What another parser than ours makes of a TOML file. */
const toml = 'import json, sys, tomllib; json.dump(tomllib.load(sys.stdin.buffer), sys.stdout)';
const tomllib = installed('python3') && runProgram('python3', ['-c', 'import tomllib']).status === 0;

/** sq-git's policy, version 0: what its own reader takes, field by field. */
const right = v.optional(v.boolean());
const sequoiaPolicy = v.strictObject({
  version: v.literal(0),
  commit_goodlist: v.array(v.string()),
  authorization: v.record(
    v.string(),
    v.strictObject({
      ...{ sign_commit: right, sign_tag: right, sign_archive: right },
      ...{ add_user: right, retire_user: right, audit: right },
      keyring: v.string(),
    }),
  ),
});

const gpg = installed('gpg');
describe.skipIf(!gpg || !tomllib)(
  `the policy of sq-git${gpg && tomllib ? '' : ' (gpg or tomllib is not installed)'}`,
  () => {
    it('has the form that sq-git documents, with certificates that gpg imports, and no right over itself', () => {
      const outcome = exported({ form: 'sq-git' });
      if (!outcome.ok) throw new Error('not exported');
      const parsed = runProgram('python3', ['-c', toml], { input: Buffer.from(outcome.value) });
      const policy = v.parse(sequoiaPolicy, JSON.parse(Buffer.from(parsed.stdout).toString()));
      expect(Object.keys(policy.authorization)).toEqual(['alice', 'bob', 'carol']);
      const { alice: admin, bob: maintainer, carol: contributor } = policy.authorization;
      expect(Object.keys(admin ?? {})).toEqual(['keyring']);
      expect(maintainer).toMatchObject({ sign_commit: true, sign_tag: true, sign_archive: true });
      expect(contributor).toMatchObject({ sign_tag: true, sign_archive: true });
      expect(contributor).not.toHaveProperty('sign_commit');
      for (const [entry, key] of [
        [admin, alice],
        [maintainer, bob],
        [contributor, carol],
      ] as const) {
        expect(entry).not.toHaveProperty('add_user');
        expect(entry).not.toHaveProperty('retire_user');
        const shown = runProgram('gpg', ['--show-keys', '--with-colons'], {
          input: Buffer.from(entry?.keyring ?? ''),
          env: { HOME: folder, GNUPGHOME: folder },
        });
        expect(Buffer.from(shown.stdout).toString()).toContain(`fpr:::::::::${key.fingerprint}:`);
      }
    });
  },
);

describe.skipIf(!gpg)(`git verify-commit with gpg${gpg ? '' : ' (is not installed)'}`, () => {
  it('accepts a commit of somebody who is in it, once gpg has imported it', async () => {
    const outcome = exported();
    if (!outcome.ok) throw new Error('not exported');
    const home = new GpgHome();
    try {
      home.import(Buffer.from(outcome.value));
      const repository = await TestRepository.create();
      const commit = await repository.commitFiles({
        files: { a: 'b' },
        date: start,
        sign: (bytes) => carol.sign(bytes, start),
      });
      const verified = runProgram('git', ['verify-commit', commit], {
        cwd: repository.folder,
        env: home.env,
      });
      expect(verified.stderr).toContain('Good signature from "Carol <carol@example.org>"');
      expect(verified.status).toBe(0);
    } finally {
      home.close();
    }
  });
});
