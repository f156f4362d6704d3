import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyPrCommand } from '../../src/cli/commands/verify-pr.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };

describe('impostor-commit: a commit that only shared objects of forks make reachable is shown as the head', () => {
  let forge: ReviewedForge;

  beforeAll(async () => {
    forge = await ReviewedForge.create();
  });

  afterAll(async () => {
    await forge.close();
  });

  test('verify-pr rejects it, although the package repository hands the object out', async () => {
    const { scenario, upstream } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const impostor = await scenario.commit(scenario.anchor, {
      files: { [opamPath('foo.1.1')]: opamFile('foo, with a back door') },
    });
    const pull = await forge.open(head);
    pull.headOid = impostor;
    expect(await upstream.git.git('cat-file', '-t', impostor)).toBe('commit');
    const clone = await ForgeClone.of(forge);
    expect(await verifyPrCommand(clone.context({ format: 'json' }), clone.options(`${pull.number}`))).toBe(1);
    const report = JSON.parse(clone.printed) as {
      head: string;
      findings: { code: string; at: { object?: string } }[];
    };
    expect(report.head).toBe(head);
    expect(report.findings.find(({ code }) => code === 'step.impostor')?.at.object).toBe(impostor);
  });

  test('verify-pr verifies the honest head', async () => {
    const { scenario } = forge;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, message: 'Honest\n' });
    const pull = await forge.open(head);
    const clone = await ForgeClone.of(forge);
    expect(await verifyPrCommand(clone.context(), clone.options(`${pull.number}`)), clone.printed).toBe(0);
  });
});
