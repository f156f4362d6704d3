import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { askSafely } from '../../src/cli/asking.ts';
import { pullRequestView } from '../../src/cli/pull-request-view.ts';
import type { Choice } from '../../src/core/ports.ts';
import type { PublishPlan } from '../../src/core/publish/plan.ts';
import { Fault } from '../../src/core/fault.ts';
import { differenceOf } from '../../src/core/trust/keyring-difference.ts';
import { overviewOf } from '../../src/core/trust/keyring-overview.ts';
import { faultHtml, reportHtml } from '../../src/render/html.ts';
import { findingObject, faultJson, reportJson, resultJson } from '../../src/render/json.ts';
import { differenceText, overviewText } from '../../src/render/keyring.ts';
import { planObject, planText, problemsText } from '../../src/render/publish-plan.ts';
import { faultMarkdown, reportMarkdown } from '../../src/render/markdown.ts';
import { faultSarif, reportSarif } from '../../src/render/sarif.ts';
import { faultText, reportText, type Style } from '../../src/render/text.ts';
import { type ReportView, said } from '../../src/render/view.ts';
import { proofTable } from '../../src/render/proofs.ts';
import { makeKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import {
  expectHarmless,
  expectHarmlessHtml,
  expectHarmlessJson,
  expectHarmlessMarkdown,
  hostile,
} from '../support/hostile.ts';
import { hostileReport } from '../support/reports.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { day } from '../support/keyring.ts';
import { expectRejected } from '../support/verdicts.ts';

const style: Style = { paint: new Chalk({ level: 0 }), symbols: true };

/** A report in every format, each harmless where it is shown. */
function expectHarmlessReport(view: ReportView, holds: readonly string[]): void {
  expectHarmless(reportText(view, style));
  expectHarmlessJson(reportJson(view), holds);
  expectHarmlessMarkdown(reportMarkdown(view));
  expectHarmlessHtml(reportHtml(view, '1.0.0'));
  const sarif = reportSarif(view, '1.0.0');
  expectHarmlessJson(sarif, ['FORGED verified']);
  JSON.parse(sarif, (_key, value: unknown) => {
    if (typeof value === 'string') expectHarmless(value);
    return value;
  });
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
  test('a report on real objects with such names is rejected, and harmless in every format', async () => {
    const { scenario, path, head } = await story();
    const report = await scenario.verifyPr(scenario.anchor, head, { tag: 'refs/tags/signet/foo.1.1' });
    expectRejected(report, 'attribution.no-authority', head);
    expectRejected(report, 'tag.name-mismatch', 'foo.1.1');
    expect(report.findings.map(({ code }) => code)).toContain('attribution.borrowed-name');
    const view = pullRequestView(report);
    const text = reportText(view, style);
    expect(text).toContain('\\u{1b}[2J');
    expect(text).toContain('\\u{202e}');
    expectHarmlessReport(view, [Buffer.from(path, 'latin1').toString(), 'FORGED verified']);
  });

  test('a merged one is harmless too', async () => {
    const { scenario, head } = await story();
    const report = await scenario.verifyRepo(await scenario.merge(scenario.anchor, head));
    expect(report.conclusion).toBe('rejected');
    expectHarmlessReport({ report, subject: hostile, facts: [said(hostile, hostile)], fields: {} }, [
      'FORGED verified',
    ]);
  });

  test('every field of a finding, a claim and a fault is escaped in every format', () => {
    const report = hostileReport();
    const view = pullRequestView(report);
    expectHarmlessReport(view, [hostile]);
    expect(JSON.parse(reportJson(view))).toMatchObject({ findings: [{ message: hostile, mend: hostile }] });
    expect(report.findings.map(findingObject)).toMatchObject([{ message: hostile }]);
    const fault = new Fault('git.failed', hostile, hostile);
    expectHarmless(faultText(fault, style));
    expectHarmlessJson(faultJson('verify-pr', fault), [hostile]);
    expectHarmlessJson(faultSarif('verify-pr', fault, '1.0.0'), ['FORGED verified']);
    expectHarmlessMarkdown(faultMarkdown('verify-pr', fault));
    expectHarmlessHtml(faultHtml('verify-pr', fault, '1.0.0'));
  });

  test('a keyring file and its certificates are shown escaped', async () => {
    const { scenario } = await story();
    const state = scenario.opened();
    const before = state.keyring;
    const [alice] = [...before.contributors.values()].filter(({ id }) => id === 'alice');
    if (alice === undefined) throw new Error('the scenario has no alice');
    const after = {
      ...before,
      contributors: new Map([...before.contributors, ['alice', { ...alice, name: hostile }]]),
    };
    expectHarmless(differenceText(differenceOf(before, after), style));
    const overview = await overviewOf({ ...state, keyring: after }, scenario.now);
    const text = overviewText(overview, style);
    expectHarmless(text);
    expect(text).toContain('\\u{1b}[2J');
    expectHarmlessJson(resultJson('keyring show', { people: overview.people }), [hostile]);
  });

  test('a question and its choices are shown escaped, and answered with the very value', async () => {
    const shown: string[] = [];
    const answer =
      <T>(value: T) =>
      (question: { message: string }, choices: readonly Choice[] = []) => {
        shown.push(question.message, ...choices.flatMap(({ title, detail = '' }) => [title, detail]));
        return Promise.resolve(choices[0] === undefined ? value : (choices[0].value as T));
      };
    const asking = askSafely({
      ...{ text: answer('x'), secret: answer('x'), confirm: answer(true) },
      ...{ select: answer('x'), selectMany: answer(['x']) },
    });
    const question = { flag: '--yes', message: hostile };
    const choices = [{ value: hostile, title: hostile, detail: hostile }];
    await asking.text(question);
    await asking.secret(question);
    await asking.confirm(question);
    await asking.selectMany(question, choices);
    expect(await asking.select(question, choices)).toBe(hostile);
    expect(shown).toHaveLength(9);
    shown.forEach(expectHarmless);
  });

  test('a plan, its problems and the proofs of the demo are shown escaped', () => {
    const id = '0'.repeat(40) as PublishPlan['target']['base'];
    const standing = { oid: id, subject: hostile, author: hostile, time: start };
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
      archive: { url: hostile, sha256: '0', sha512: '0', bytes: 1, file: hostile, asset: undefined },
      key: { certificate: hostile, description: hostile, holder: hostile },
      author: { name: hostile, email: hostile, zone: '+0000' },
      target: { forge: 'git', address: hostile, branch: hostile, base: id, repository: hostile, received: 1 },
      submission: {
        ...{ branch: hostile, tag: hostile, title: hostile, expires: start },
        replaced: { branch: id, tag: id },
        overwritten: { commits: [standing], more: true, tag: standing },
      },
      source: undefined,
      changes: hostile,
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
