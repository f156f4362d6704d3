import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('workflow-edit: the pull request edits the workflow that is to judge it', () => {
  const workflow = '.github/workflows/verify-pr.yml';
  const honest = { [workflow]: 'on: pull_request_target\njobs: { verify-pr: {} }\n' };
  const toothless = { [workflow]: 'on: pull_request\njobs: {}\n' };
  const release = { [opamPath('foo.1.1')]: opamFile('foo') };

  test.each(verbs)('%s rejects it although the package is its author’s own', async (verb) => {
    const scenario = await Scenario.create({ files: honest });
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { ...release, ...toothless } });
    const report = await scenario.judge(verb, head);
    expectRejected(report, 'attribution.no-authority', workflow);
    expect(report.findings.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });

  test.each(verbs)('%s verifies the package alone, and the workflow from a maintainer', async (verb) => {
    const scenario = await Scenario.create({ files: honest });
    const own = await scenario.commit(scenario.anchor, { by: 'alice', files: release });
    expectVerified(await scenario.judge(verb, own));
    const maintained = await scenario.commit(scenario.anchor, { by: 'mia', files: toothless });
    expectVerified(await scenario.judge(verb, maintained));
  });

  test('every workflow that we offer is taken from the base branch, as GitHub does for pull_request_target', () => {
    const templates = resolve(import.meta.dirname, '../../templates');
    const files = readdirSync(templates).filter((name) => name.endsWith('.workflow.yml'));
    const events = files.flatMap((name) => {
      const { on } = parse(readFileSync(join(templates, name), 'utf8')) as { readonly on: object };
      return Object.keys(on);
    });
    expect(events).toContain('pull_request_target');
    expect(events).not.toContain('pull_request');
  });
});
