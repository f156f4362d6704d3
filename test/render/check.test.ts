import { describe, expect, test } from 'vitest';
import { pullRequestView } from '../../src/cli/pull-request-view.ts';
import { bearsMarker, markedText } from '../../src/core/report/comment.ts';
import { reportCheck, reportComment } from '../../src/render/check.ts';
import { reportMarkdown } from '../../src/render/markdown.ts';
import { expectHarmless, expectHarmlessMarkdown } from '../support/hostile.ts';
import { hostileReport, rejectedReport, verifiedReport } from '../support/reports.ts';

describe('the check that a forge shows', () => {
  test('has a remark for each finding about a file, at its line, errors first', () => {
    const { annotations, conclusion, name, title } = reportCheck(
      pullRequestView(rejectedReport),
      rejectedReport.head,
    );
    expect({ conclusion, name, title }).toEqual({
      conclusion: 'rejected',
      name: 'opam-signet verify-pr',
      title: 'rejected: something that is required does not hold',
    });
    expect(annotations.map(({ path, line, level }) => `${level} ${path} ${line}`)).toEqual([
      'failure packages/foo/foo.1.1/opam 1',
      'failure packages/foo/foo.1.1/opam 7',
      'failure packages/foo/foo.1.1/opam 9',
      'failure packages/foo/foo.1.1/files/caf\xc3\xa9 1',
      'warning packages/foo/foo.1.1/opam 9',
      'notice packages/foo/caf\xe9/opam 1',
    ]);
    expect(annotations[1]?.message).toMatch(
      /^packages\/foo\/foo\.1\.1\/opam, line 7: .*\n\nMend: Keep one of them\.$/,
    );
  });

  test('shows nothing hostile as anything but text', () => {
    const report = hostileReport();
    const { annotations, summary } = reportCheck(pullRequestView(report), report.head);
    expect(annotations).toHaveLength(1);
    for (const { title, message } of annotations) {
      expectHarmless(title);
      expectHarmless(message);
    }
    expectHarmlessMarkdown(summary);
  });
});

describe('the comment that a forge shows', () => {
  const view = pullRequestView(verifiedReport);

  test('is found again by its hidden line, which is what --format markdown writes too', () => {
    const { marker, body, number } = reportComment(view, 7);
    expect({ marker, number }).toEqual({ marker: 'opam-signet-verify-pr', number: 7 });
    const text = markedText(marker, body);
    expect(text).toBe(reportMarkdown(view));
    expect(bearsMarker(text, marker)).toBe(true);
    expect(bearsMarker(text.replaceAll('\n', '\r\n'), marker)).toBe(true);
  });

  test('is not found by a line that is quoted, or of another verb', () => {
    const { marker, body } = reportComment(view, 7);
    const text = markedText(marker, body);
    expect(bearsMarker(`> ${text}`, marker)).toBe(false);
    expect(bearsMarker(`Look:\n${text}`, marker)).toBe(false);
    expect(bearsMarker(text, 'opam-signet-verify')).toBe(false);
  });

  test('is short, whatever is wrong', () => {
    expect(reportComment(pullRequestView(rejectedReport), 7).body.length).toBeLessThan(2500);
    expect(reportComment(pullRequestView(hostileReport()), 7).body.length).toBeLessThan(8000);
  });
});
