import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mergePrCommand } from '../../src/cli/commands/merge-pr.ts';
import { verifyPrCommand } from '../../src/cli/commands/verify-pr.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { TestRepository } from '../support/repository.ts';
import { expectHarmless, hostile } from '../support/hostile.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

let forge: ReviewedForge;

beforeAll(async () => {
  forge = await ReviewedForge.create();
});

afterAll(async () => {
  await forge.close();
});

beforeEach(async () => {
  await forge.rewind();
});

const filesOf = (nameVersion: string) => ({ [opamPath(nameVersion)]: opamFile(nameVersion) });

/** How often objects were asked for. */
const fetches = (): number =>
  forge.server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('git-upload-pack'))
    .length;

describe('verify-pr of a pull request at a forge', () => {
  test('by its number, in a clone: no reference of the user is made or moved, and a second run fetches nothing', async () => {
    const { scenario } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.3.1') });
    const { number } = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    const repository = TestRepository.at(clone.folder, 'sha1');
    const before = await repository.git('for-each-ref');
    expect(await verifyPrCommand(clone.context(), clone.options(`${number}`)), clone.told).toBe(0);
    expect(clone.printed).toContain(`refs/pull/${number}/head is ${head}`);
    const after = (await repository.git('for-each-ref')).split('\n');
    expect(after.filter((line) => !line.includes('refs/opam-signet/')).join('\n')).toBe(before);
    const listing = fetches();
    expect(await verifyPrCommand(clone.context({ format: 'json' }), clone.options(`#${number}`))).toBe(0);
    expect(JSON.parse(clone.printed)).toMatchObject({ conclusion: 'verified', head, base: scenario.anchor });
    // Two listings, of the package repository and the author's, and no pack.
    expect(fetches() - listing).toBe(2);
  });

  test('by its address, without any repository at hand', async () => {
    const { scenario, server } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files: filesOf('foo.3.2') });
    const { number } = await forge.open(head);
    const clone = await ForgeClone.without(forge);
    const address = `${server.url}/ocaml/opam-repository/pull/${number}`;
    expect(await verifyPrCommand(clone.context(), clone.options(address)), clone.told).toBe(1);
    expect(clone.printed).toContain('attribution.no-authority');
  });

  test("counts the author's tag on the head, which stands in the author's repository alone", async () => {
    const { scenario } = forge;
    const head = await scenario.commit(scenario.anchor, { files: filesOf('foo.3.3') });
    const { number } = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    expect(await verifyPrCommand(clone.context(), clone.options(`${number}`))).toBe(1);
    const after = scenario.digest(opamFile('foo.3.3'));
    const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.3.3', after });
    await forge.keepTag('signet/foo.3.3', tag, forge.fork);
    expect(await verifyPrCommand(clone.context(), clone.options(`${number}`)), clone.printed).toBe(0);
    expect(clone.printed).toContain(tag);
  });

  test("tells what the author's server says in words that act on no terminal", async () => {
    const { scenario, server } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.3.4') });
    const { number } = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    server.disturb = ({ path }) =>
      path.includes('/alice/')
        ? { status: 500, message: hostile, headers: { 'content-type': 'text/plain; charset=utf-8' } }
        : undefined;
    const status = await verifyPrCommand(clone.context(), clone.options(`${number}`));
    server.disturb = () => undefined;
    expect({ status, told: clone.told }).toMatchObject({
      status: 0,
      told: expect.stringContaining('u{202e}') as string,
    });
    expectHarmless(clone.told);
  });

  test('that is not there names repository and number', async () => {
    const clone = await ForgeClone.of(forge);
    await expect(verifyPrCommand(clone.context(), clone.options('999'))).rejects.toMatchObject({
      code: 'pull-request.not-found',
    });
  });
});

describe('merge-pr by a button of the forge', () => {
  const button = { button: true, method: 'merge', dryRun: false } as const;

  test('merges the head that was verified, and verifies what became of the branch', async () => {
    const { scenario, upstream } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.4.1') });
    const pull = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    const options = { ...clone.options(`${pull.number}`), ...button };
    expect(await mergePrCommand(clone.context(), options), clone.told).toBe(0);
    expect(clone.printed).toContain('verify-repo verifies the result');
    expect(pull.merged?.by).toBe('mia');
    expect(await upstream.git.git('rev-parse', 'refs/heads/main^2')).toBe(head);
  });

  test('merges nothing if the head moves at the very moment', async () => {
    const { scenario, server, upstream } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.4.2') });
    const evil = await scenario.commit(head, { files: filesOf('foo.4.3') });
    const pull = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    server.disturb = ({ method, path }) => {
      if (method === 'PUT' && path.endsWith('/merge')) pull.headOid = evil;
      return undefined;
    };
    const options = { ...clone.options(`${pull.number}`), ...button };
    const status = await mergePrCommand(clone.context(), options);
    server.disturb = () => undefined;
    expect(status, clone.printed).toBe(3);
    expect(clone.printed).toContain('not finished');
    expect(await upstream.git.git('rev-parse', 'refs/heads/main')).toBe(scenario.anchor);
  });

  test('brings the evidence of a squash to safety before it is pressed', async () => {
    const { scenario, upstream } = forge;
    const nameVersion = 'foo.4.5';
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf(nameVersion) });
    const pull = await forge.open(head);
    const after = scenario.digest(opamFile(nameVersion));
    const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion, after });
    await forge.keepTag(`signet/${nameVersion}`, tag, forge.fork);
    const clone = await ForgeClone.of(forge);
    const options = { ...clone.options(`${pull.number}`), ...button, method: 'squash' as const };
    expect(await mergePrCommand(clone.context(), options), clone.told).toBe(0);
    expect(await upstream.git.git('rev-parse', `refs/tags/signet/${nameVersion}`)).toBe(tag);
    expect(await upstream.git.git('log', '-1', '--format=%P', 'refs/heads/main')).toBe(scenario.anchor);
    expect(clone.printed).toContain('verify-repo verifies the result');
  });

  test('presses no button that would leave history unverified', async () => {
    const { scenario, upstream } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.4.4') });
    const pull = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    const options = { ...clone.options(`${pull.number}`), ...button, method: 'squash' as const };
    expect(await mergePrCommand(clone.context(), options)).toBe(1);
    expect(clone.told).toContain('what this button makes would not be verified');
    expect(await upstream.git.git('rev-parse', 'refs/heads/main')).toBe(scenario.anchor);
  });
});
