import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { keyringFiles, opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectUndetermined } from '../support/verdicts.ts';

/** Two versions of the keyring after the first, and a release of Bob's between them. */
async function story() {
  const scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  const second = scenario.nextKeyring({ policy: { unsigned: 'warn' } }, [ada, ben]);
  const third = scenario.nextKeyring({ policy: { unsigned: 'refuse' } }, [ada, ben], second);
  const changed = await scenario.commit(scenario.anchor, { files: keyringFiles(second) });
  const files = { [opamPath('bar.1.1')]: opamFile('bar') };
  const release = await scenario.commit(changed, { by: 'bob', files });
  const head = await scenario.commit(release, { files: keyringFiles(third) });
  return { scenario, changed, release, head };
}

async function lose({ repository }: Scenario, commit: Oid, path: string): Promise<void> {
  const oid = await repository.git('rev-parse', `${commit}:${path}`);
  await rm(join(repository.gitFolder, 'objects', oid.slice(0, 2), oid.slice(2)));
}

describe('a step that lacks an object', () => {
  test('leaves all that follows open where it changed the keyring, and rejects nothing of it', async () => {
    const { scenario, changed, release, head } = await story();
    await lose(scenario, changed, 'keyring/keyring.toml');
    const report = await scenario.verifyRepo(head);
    expectUndetermined(report, 'history.keyring-unread');
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, at }) => [code, at.step ?? at.object])).toEqual([
      ['object.missing', changed],
      ['history.keyring-unread', release],
      ['history.keyring-unread', head],
    ]);
  });

  test('does not keep a later step from being rejected where the keyring stayed', async () => {
    const { scenario, release, head } = await story();
    const files = { [opamPath('foo.1.1')]: opamFile('foo, by nobody') };
    const bad = await scenario.commit(head, { files });
    await lose(scenario, release, 'packages/bar/bar.1.1');
    expectRejected(await scenario.verifyRepo(bad), 'attribution.unsigned', bad);
  });
});
