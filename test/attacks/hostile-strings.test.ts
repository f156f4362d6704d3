import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { PublishPlan } from '../../src/core/publish/plan.ts';
import { Fault } from '../../src/core/fault.ts';
import { differenceOf } from '../../src/core/trust/keyring-difference.ts';
import { overviewOf } from '../../src/core/trust/keyring-overview.ts';
import { attributionFacts } from '../../src/render/facts.ts';
import { findingObject, faultJson, pathObject, reportJson, resultJson } from '../../src/render/json.ts';
import { differenceText, overviewText } from '../../src/render/keyring.ts';
import { planObject, planText, problemsText } from '../../src/render/publish-plan.ts';
import { faultText, reportText, type Style } from '../../src/render/text.ts';
import { proofTable } from '../../src/render/proofs.ts';
import { makeKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { day } from '../support/keyring.ts';
import { expectRejected } from '../support/verdicts.ts';

/** Moves the cursor (also by a C1 control), changes the title, reorders, ends the line, hides, and is HTML and Markdown. */
const hostile =
  'x\u001b[2J\u009b31m\u001b]0;t\u0007\u202e\u2066\r\nFORGED verified\u2028\u2029\t\b\u200b\u{e0041}\ufeff</script><img src=x>`*_[a](b)|\u007f';
const style: Style = { paint: new Chalk({ level: 0 }), symbols: true };

/** Line feeds are the renderer's own; nothing else may act on a terminal, and no line may be the attacker's. */
function expectHarmless(text: string): void {
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]*$/u);
  expect(text).not.toMatch(/^\s*FORGED/m);
}

function expectHarmlessJson(json: string, holds: readonly string[]): void {
  expectHarmless(json);
  expect(json).not.toContain('</script');
  const strings = new Set<string>();
  JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === 'string') strings.add(value);
    return value;
  });
  for (const one of holds) expect([...strings].some((string) => string.includes(one))).toBe(true);
}

/** A pull request in which everything that can be named is hostile. */
async function story() {
  const alice = await makeKey({
    name: hostile.replaceAll(/[<>\n\r]/g, ''),
    email: 'a@example.org',
    created: start - day,
  });
  const scenario = await Scenario.create({ people: { alice } });
  const path = Buffer.from(`docs/${hostile.replaceAll('/', '')}`).toString('latin1');
  const head = await scenario.commit(scenario.anchor, {
    by: 'alice',
    author: `${hostile.replaceAll(/[<>\n]/g, '')} <${hostile.replaceAll(/[<>\n]/g, '')}>`,
    message: `${hostile}\n\nSignet-Kind: ${hostile}\n`,
    files: {
      [path]: hostile,
      [opamPath('foo.1.1')]: `${opamFile('foo')}url { src: "${hostile.replaceAll('\r\n', '')}" }\n`,
    },
  });
  const tag = await scenario.repository.tag({
    name: `signet/${hostile.replaceAll(/[\n]/g, '')}`,
    object: head,
    ref: 'refs/tags/signet/foo.1.1',
    message: `${hostile}\n\nSignet-Kind: ${hostile}\n`,
    date: scenario.now,
  });
  return { scenario, path, head, tag };
}

describe('hostile-strings: names, messages, paths and user ids that act on whoever reads them', () => {
  test('a report on real objects with such names is rejected, and harmless as text and as JSON', async () => {
    const { scenario, path, head } = await story();
    const report = await scenario.verifyPr(scenario.anchor, head, { tag: 'refs/tags/signet/foo.1.1' });
    expectRejected(report, 'attribution.no-authority', head);
    expectRejected(report, 'tag.name-mismatch', 'foo.1.1');
    expect(report.findings.map(({ code }) => code)).toContain('attribution.borrowed-name');
    const text = reportText(report, attributionFacts(report.paths, style), style);
    expectHarmless(text);
    expect(text).toContain('\\u{1b}[2J');
    expect(text).toContain('\\u{202e}');
    const json = reportJson(report, { paths: report.paths.map(pathObject) });
    expectHarmlessJson(json, [Buffer.from(path, 'latin1').toString(), 'FORGED verified']);
  });

  test('a merged one is harmless too', async () => {
    const { scenario, head } = await story();
    const report = await scenario.verifyRepo(await scenario.merge(scenario.anchor, head));
    expect(report.conclusion).toBe('rejected');
    expectHarmless(reportText(report, [], style));
    expectHarmlessJson(reportJson(report, {}), ['FORGED verified']);
  });

  test('every field of a finding, a claim and a fault is escaped', () => {
    const at = { path: hostile, reference: hostile, file: hostile, line: 1 };
    const finding = { code: 'path.layout', severity: 'error', at, message: hostile, mend: hostile } as const;
    const claim = {
      id: 'paths',
      title: hostile,
      status: 'refuted',
      evidence: [hostile],
      findings: [finding],
    } as const;
    const report = {
      verb: 'x',
      conclusion: 'rejected',
      required: ['paths'],
      claims: [claim],
      findings: [finding],
      now: 0,
    } as const;
    expectHarmless(reportText(report, [], style));
    expectHarmlessJson(reportJson(report, {}), [hostile]);
    expect(JSON.parse(reportJson(report, {}))).toMatchObject({
      findings: [{ message: hostile, mend: hostile }],
    });
    expect(findingObject(finding)).toMatchObject({ message: hostile });
    const fault = new Fault('git.failed', hostile, hostile);
    expectHarmless(faultText(fault, style));
    expectHarmlessJson(faultJson('verify-pr', fault), [hostile]);
  });

  test('a keyring file and its certificates are shown escaped', async () => {
    const { scenario } = await story();
    const state = await scenario.opened();
    const before = state.keyring;
    const [alice] = [...before.contributors.values()].filter(({ id }) => id === 'alice');
    if (alice === undefined) throw new Error('the scenario has no alice');
    const after = {
      ...before,
      contributors: new Map([...before.contributors, ['alice', { ...alice, name: hostile }]]),
    };
    expectHarmless(differenceText(differenceOf(before, after), style));
    const overview = overviewOf({ ...state, keyring: after }, scenario.now);
    const text = overviewText(overview, style);
    expectHarmless(text);
    expect(text).toContain('\\u{1b}[2J');
    expectHarmlessJson(resultJson('keyring show', { people: overview.people }), [hostile]);
  });

  test('a plan, its problems and the proofs of the demo are shown escaped', () => {
    const id = '0'.repeat(40) as PublishPlan['target']['base'];
    const plan: PublishPlan = {
      version: hostile,
      packages: [
        {
          name: 'foo',
          nameVersion: 'foo.1.1',
          path: hostile,
          digest: 'h1:x',
          comparedWith: hostile,
          diff: [[{ sign: '+', text: hostile }]],
        },
      ],
      releaseTag: { name: hostile, oid: id, commit: id, message: hostile, pushTo: hostile },
      archive: { url: hostile, sha256: '0', sha512: '0', bytes: 1, file: hostile },
      key: { certificate: hostile, description: hostile, holder: hostile },
      author: { name: hostile, email: hostile, zone: '+0000' },
      target: { address: hostile, branch: hostile, base: id, repository: hostile, received: 1 },
      submission: { branch: hostile, tag: hostile, title: hostile, expires: start },
      source: undefined,
      acts: [hostile],
    };
    expectHarmless(planText(plan, style));
    expectHarmlessJson(resultJson('publish', { plan: planObject(plan) }), [hostile]);
    const problem = {
      code: 'opam.lint',
      severity: 'error',
      what: hostile,
      mend: hostile,
      override: undefined,
    } as const;
    expectHarmless(problemsText([problem], style));
    expectHarmless(proofTable([{ what: hostile, expected: hostile, held: false }], style));
  });
});
