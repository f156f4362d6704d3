import { describe, expect, test } from 'vitest';
import { conclude, type Finding, finding, settle } from '../../src/core/report/report.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { auditKeyring } from '../../src/core/trust/audit-keyring.ts';
import { overviewOf } from '../../src/core/trust/keyring-overview.ts';
import { type HistoryPage, historyPage } from '../../src/render/history-page/history-page.ts';
import { start } from '../support/cast.ts';
import { longChronicle } from '../support/chronicle.ts';
import { expectHarmless, hostile } from '../support/hostile.ts';

const oid = 'ab'.repeat(20) as Oid;
const assets = { script: 'go()', style: 'body{}' };

function pageOf(findings: readonly Finding[], more: Partial<HistoryPage> = {}): string {
  const claims = [settle('steps', 'Every changed path of every step is attributed.', true, findings)];
  const report = { verb: 'verify-repo', required: ['steps'], claims, findings, now: start };
  const shown: HistoryPage = {
    report: { ...report, conclusion: conclude(report.required, claims) },
    subject: 'from here to there',
    steps: { verified: 3, rejected: 0, undetermined: 0 },
    unlisted: { error: 0, warning: 0, note: 0 },
    chronicle: longChronicle(3),
    keyring: undefined,
    ...more,
  };
  return historyPage(shown, assets, '1.0.0');
}

/** What stands between two marks, without tags. */
const words = (page: string, from: string, to: string): string =>
  (page.split(from)[1]?.split(to)[0] ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

const reasons = (page: string): readonly string[] =>
  [...page.matchAll(/<p class="reason"><span class="count">(\d+×)<\/span> <a href="#code-([^"]+)"/g)].map(
    ([, count, code]) => `${count ?? ''} ${code ?? ''}`,
  );

describe('the page of a whole history', () => {
  test('puts what refutes before what leaves unproven, and the most frequent first', () => {
    const of = (code: Finding['code']): Finding => finding(code, { object: oid }, 'It does.');
    const page = pageOf([
      of('history.incomplete'),
      of('history.incomplete'),
      of('attribution.borrowed-name'),
      of('attribution.evil-merge'),
      of('attribution.unsigned'),
      of('attribution.unsigned'),
    ]);
    expect(reasons(page)).toEqual([
      '2× attribution.unsigned',
      '1× attribution.evil-merge',
      '2× history.incomplete',
    ]);
    expect(page).toMatch(/<h1>.*Rejected<\/h1>/);
  });

  test('tells what is counted and not listed', () => {
    const note = finding('attribution.legacy-unsigned', { object: oid }, 'It is.');
    const page = pageOf([note], { unlisted: { error: 0, warning: 1730, note: 2 } });
    expect(page).toContain('Counted and not listed: 1,730 warnings, 2 notes.');
    expect(reasons(page)).toEqual([]);
  });

  test('holds everything that an attacker wrote as text, in its elements and in its data', () => {
    const chronicle = longChronicle(3);
    const page = pageOf([finding('attribution.unsigned', { object: oid, path: hostile }, hostile)], {
      subject: hostile,
      chronicle: {
        ...chronicle,
        names: chronicle.names.map(() => hostile),
        steps: { ...chronicle.steps, title: chronicle.steps.title.map(() => hostile) },
        subjects: { ...chronicle.subjects, label: chronicle.subjects.label.map(() => hostile) },
      },
    });
    expectHarmless(page);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
    const data = JSON.parse(
      page.split('id="chronicle">')[1]?.split('</script>')[0] ?? '',
    ) as HistoryPage['chronicle'];
    expectHarmless([...data.names, ...data.steps.title, ...data.subjects.label].join(''));
    expect(data.names[0]).toContain('</script><img src=x>');
  });

  test('admits its own script and style by their digests, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(pageOf([]))?.[1]
      ?.replaceAll('&#39;', "'");
    expect(policy).toBe(
      "default-src 'none'; script-src 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='; style-src 'sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo='; base-uri 'none'; form-action 'none'",
    );
  });

  test('of an audit says that nobody has authority by the certificates', async () => {
    const keyring = await overviewOf(auditKeyring([]), start);
    expect(words(pageOf([], { keyring }), 'id="keys-title"', '</section>')).toContain(
      'An audit: these 0 certificates are known, and nobody has authority by them.',
    );
  });

  test('of a history that could not be walked has the findings, and neither lane nor search', () => {
    const why = finding('history.incomplete', { object: oid }, 'History ends here.');
    const page = pageOf([why], {
      chronicle: longChronicle(0),
      steps: { verified: 0, rejected: 0, undetermined: 0 },
    });
    expect(page).toContain('No step was judged.');
    for (const part of ['coverage', 'history', 'packages', 'keys'])
      expect(page).not.toContain(`<section id="${part}"`);
    expect(page).toContain('<section id="findings"');
  });
});
