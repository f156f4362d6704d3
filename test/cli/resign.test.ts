import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { resignCommand } from '../../src/cli/commands/resign.ts';
import { verifyPrCommand } from '../../src/cli/commands/verify-pr.ts';
import { start } from '../support/cast.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

let forge: ReviewedForge;

// On the day on which the test is run the keyring would have expired.
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 });
  forge = await ReviewedForge.create();
});

afterAll(async () => {
  vi.useRealTimers();
  await forge.close();
});

test("resign of a pull request by its number replaces the tag in the author's fork, and nowhere else", async () => {
  const { scenario, fork, upstream } = forge;
  const path = opamPath('foo.5.0');
  const signed = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: opamFile('foo') } });
  const after = scenario.digest(opamFile('foo'));
  const old = await scenario.submissionTag(signed, { by: 'alice', nameVersion: 'foo.5.0', after, ref: null });
  await forge.keepTag('signet/foo.5.0', old, fork);
  const head = await scenario.commit(signed, { files: { [path]: opamFile('foo, edited') } });
  const { number } = await forge.open(head);
  const clone = await ForgeClone.of(forge);
  expect(await verifyPrCommand(clone.context(), clone.options(`${number}`))).toBe(1);
  vi.setSystemTime((scenario.now + 60 * 60) * 1000);
  const keyFile = join(clone.home, 'alice.asc');
  await writeFile(keyFile, scenario.people.alice.armoredSecretKey);
  const asAlice = () => {
    const context = clone.context({ yes: true, input: false });
    return { ...context, environment: { ...context.environment, GH_TOKEN: forge.tokens.alice } };
  };
  const options = { ...clone.options(`${number}`), keyFile, expiresIn: '90', dryRun: false };
  expect(await resignCommand(asAlice(), { ...options, dryRun: true }), clone.told).toBe(0);
  expect(clone.printed).toContain('+ synopsis: "foo, edited"');
  expect(clone.printed).toContain('signature absent');
  expect(await fork.git.git('rev-parse', 'signet/foo.5.0')).toBe(old);
  expect(await resignCommand(asAlice(), options), clone.told).toBe(0);
  expect(clone.printed).toContain('the pull request is verified with this tag');
  expect(await fork.git.git('rev-parse', 'signet/foo.5.0^{commit}')).toBe(head);
  expect(await upstream.git.git('for-each-ref', 'refs/tags')).toBe('');
  expect(await verifyPrCommand(clone.context(), clone.options(`${number}`)), clone.printed).toBe(0);
  await expect(resignCommand(asAlice(), options)).rejects.toThrow('still good');
});
