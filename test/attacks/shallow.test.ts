import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TestRepository } from '../support/repository.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { expectRejected, expectUndetermined, expectVerified } from '../support/verdicts.ts';

/** A mainline of three steps, the first of which nobody with authority signed, and a clone of its end. */
async function story(depth: number) {
  const scenario = await Scenario.create();
  const bad = await scenario.commit(scenario.anchor, {
    files: { [opamPath('foo.1.1')]: opamFile('foo, by nobody') },
  });
  const next = await scenario.commit(bad, { by: 'alice', files: { [opamPath('foo.1.2')]: opamFile('foo') } });
  const head = await scenario.commit(next, { by: 'bob', files: { [opamPath('bar.1.1')]: opamFile('bar') } });
  await scenario.repository.ref('refs/heads/main', head);
  const folder = await temporaryFolder();
  const source = `file://${scenario.repository.folder}`;
  await scenario.repository.git('clone', '--quiet', '--bare', '--depth', String(depth), source, folder);
  return { scenario, head, next, bad, folder };
}

describe('shallow: a clone whose history ends before the anchor', () => {
  test.each([
    [1, 'git'],
    [2, 'git'],
    [3, 'git'],
    [1, 'embedded'],
    [2, 'embedded'],
    [3, 'embedded'],
  ] as const)(
    'verify-repo says that it cannot tell, in a clone of depth %i read by %s',
    async (depth, kind) => {
      const { scenario, head, folder } = await story(depth);
      const report = await scenario.verifyRepo(head, { folder, kind });
      expectUndetermined(report, 'history.incomplete');
      const [found] = report.findings;
      expect(found?.message).toContain(scenario.anchor);
      expect(found?.mend).toContain('--unshallow');
    },
  );

  test('verify-repo does not take the first keyring file that it sees for the first one', async () => {
    const { scenario, head, folder } = await story(2);
    const { ada, ben } = scenario.people;
    const anchor = { quorum: 2, fingerprints: [ada.fingerprint, ben.fingerprint] };
    const report = await scenario.verifyRepo(head, { folder, trust: { kind: 'anchor', anchor } });
    expectUndetermined(report, 'history.incomplete');
  });

  test('verify-repo concludes nothing in a partial clone, names the object that it lacks, and fetches nothing', async () => {
    const { scenario, head, next, folder: other } = await story(1);
    await scenario.repository.git('config', 'uploadpack.allowFilter', 'true');
    const folder = join(other, 'partial');
    const source = `file://${scenario.repository.folder}`;
    await scenario.repository.git('clone', '--quiet', '--bare', '--filter=blob:none', source, folder);
    const objects = () => TestRepository.at(folder).git('count-objects', '-v');
    const before = await objects();
    const judging = scenario.verifyRepo(head, { folder, from: next, kind: 'git' });
    await expect(judging).rejects.toMatchObject({
      code: 'object.missing',
      message: expect.stringMatching(/[0-9a-f]{40}/) as string,
      mend: expect.stringMatching(/--filter|--unshallow/) as string,
    });
    expect(await objects()).toBe(before);
  });

  test('verify-pr says that it cannot tell', async () => {
    const { scenario, head, next, folder } = await story(2);
    expectUndetermined(await scenario.verifyPr(next, head, { folder }), 'history.incomplete');
  });

  test('verify-repo says that it cannot tell where a side was cut off', async () => {
    const { scenario, bad, head } = await story(1);
    const side = await scenario.commit(bad, {
      by: 'alice',
      files: { [opamPath('foo.1.3')]: opamFile('foo') },
    });
    const further = await scenario.commit(side, {
      by: 'alice',
      files: { [opamPath('foo.1.4')]: opamFile('foo') },
    });
    const merge = await scenario.merge(head, further);
    await scenario.repository.ref('refs/heads/main', merge);
    const folder = await temporaryFolder();
    const source = `file://${scenario.repository.folder}`;
    await scenario.repository.git('clone', '--quiet', '--bare', '--depth', '2', source, folder);
    expectUndetermined(await scenario.verifyRepo(merge, { folder, from: head }), 'history.incomplete');
  });

  test('an audit with one keyring begins where the clone does, and says so', async () => {
    const { scenario, head, folder } = await story(2);
    const trust = { kind: 'fixed', keyring: scenario.opened(), from: undefined } as const;
    const report = await scenario.verifyRepo(head, { folder, trust });
    expectVerified(report);
    expect(report.findings).toMatchObject([{ code: 'history.incomplete', severity: 'warning' }]);
  });

  test('the whole repository tells: the first step is rejected', async () => {
    const { scenario, head, bad } = await story(1);
    expectRejected(await scenario.verifyRepo(head), 'attribution.unsigned', bad);
  });

  test('a shallow clone that holds the last verified head is verified from there on', async () => {
    const { scenario, head, next, folder } = await story(2);
    expectVerified(await scenario.verifyRepo(head, { folder, from: next }));
  });
});
