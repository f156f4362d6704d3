import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyringCompromiseCommand } from '../../src/cli/commands/keyring-compromise.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { parseKeyring } from '../../src/core/trust/keyring.ts';
import { Desk } from '../support/keyring-desk.ts';
import { makeKey } from '../support/keys.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';

/** Alice published two versions of foo, one before her laptop was stolen, one after; Ben signed a keyring. */
let scenario: Scenario;
let desk: Desk;
let innocent: Oid;
let stolen: Oid;
let state: Oid;

beforeAll(async () => {
  scenario = await Scenario.create();
  const at = (version: string) => ({
    by: 'alice' as const,
    files: { [opamPath(version)]: opamFile(version) },
  });
  innocent = await scenario.commit(scenario.anchor, at('foo.1.1'));
  state = await scenario.stateTag(innocent, { by: 'ada' });
  stolen = await scenario.commit(innocent, at('foo.1.2'));
  const next = scenario.nextKeyring({ policy: { unsigned: 'warn' } }, [
    scenario.people.ada,
    scenario.people.ben,
  ]);
  const head = await scenario.commit(stolen, {
    files: { 'keyring/keyring.toml': next.toml, 'keyring/keyring.toml.asc': next.signatures },
  });
  await scenario.repository.ref('refs/heads/main', head);
  await scenario.repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  desk = new Desk(scenario.repository.folder);
});

const give = (more: object) => {
  const options = {
    key: scenario.people.alice.fingerprint,
    since: '2026-01-05',
    reason: 'laptop stolen',
    folder: 'keyring',
    dryRun: true,
    quorum: '2',
    fingerprint: [scenario.people.ada.fingerprint, scenario.people.ben.fingerprint],
    from: scenario.anchor,
    ...more,
  };
  return keyringCompromiseCommand(desk.context({ format: 'json' }, scenario.now), options);
};

describe('keyring compromise', () => {
  it('lists every step and package that rested on the key before anything is done', async () => {
    expect(await give({})).toBe(0);
    expect(desk.told).toContain(
      `2 of 3 steps of history rest on key ${scenario.people.alice.fingerprint}; 2 would be void`,
    );
    expect(desk.told).toContain('foo.1.2');
    expect(JSON.parse(desk.printed)).toMatchObject({
      dryRun: true,
      voids: [
        { step: innocent, paths: [opamPath('foo.1.1')], reattested: false },
        { step: stolen, paths: [opamPath('foo.1.2')], reattested: false },
      ],
    });
  });

  it('keeps what a state tag attests again', async () => {
    expect(await give({ reattest: ['signet/state/1'] })).toBe(0);
    expect(JSON.parse(desk.printed)).toMatchObject({
      voids: [
        { step: innocent, reattested: true },
        { step: stolen, reattested: false },
      ],
    });
  });

  it('lists the versions of the keyring file that an admin signed with it', async () => {
    const replacement = await makeKey({ name: 'Ben', email: 'ben@example.org', created: scenario.now - 60 });
    await writeFile(join(desk.folder, 'ben.asc'), replacement.armoredCertificate);
    const key = scenario.people.ben.fingerprint;
    expect(await give({ key, replacement: ['ben.asc'] })).toBe(0);
    expect(JSON.parse(desk.printed)).toMatchObject({ voids: [{ keyringVersion: 2, paths: [] }] });
    // Without a new certificate one admin would be left where two must sign.
    expect(await give({ key })).toBe(1);
    expect(desk.printed).toContain('threshold');
  });

  it('writes nothing until the fingerprint is given a second time', async () => {
    await expect(give({ dryRun: false })).rejects.toMatchObject({ code: 'usage.missing-answers' });
    expect(await give({ dryRun: false, confirm: scenario.people.ben.fingerprint })).toBe(130);
    expect(await give({ dryRun: false, confirm: scenario.people.alice.fingerprint, reattest: [state] })).toBe(
      0,
    );
    const toml = await desk.toml();
    const parsing = parseKeyring(Buffer.from(toml));
    expect(parsing).toMatchObject({
      ok: true,
      keyring: {
        version: 3,
        compromised: [{ fingerprint: scenario.people.alice.fingerprint, reason: 'laptop stolen' }],
        reattested: [state],
      },
    });
    expect(toml).not.toContain('[contributors.alice]');
  });

  it('refuses a key that the keyring does not have', async () => {
    expect(await give({ key: 'A'.repeat(40) })).toBe(1);
    expect(desk.printed).toContain('keyring.no-key');
  });
});
