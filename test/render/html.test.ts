import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pullRequestView } from '../../src/cli/pull-request-view.ts';
import { Html, markup } from '../../src/render/page.ts';
import { reportHtml } from '../../src/render/html.ts';
import { rejectedReport } from '../support/reports.ts';

describe('the HTML page', () => {
  const page = reportHtml(pullRequestView(rejectedReport), '1.0.0');

  test('admits its own style sheet by its digest, and nothing else', () => {
    const [, css = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const digest = createHash('sha256').update(css).digest('base64');
    expect(css.length).toBeGreaterThan(1000);
    expect(page).toContain(`style-src &#39;sha256-${digest}&#39;`);
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import/);
  });

  test('says the same as the report', () => {
    const { claims, findings, paths } = rejectedReport;
    expect(page.match(/<li class="claim /g)).toHaveLength(claims.length);
    expect(page.match(/<article class="finding /g)).toHaveLength(findings.length);
    expect(page.match(/<li class="path /g)).toHaveLength(paths.length);
  });

  test('is made by a template that escapes all but what it made itself', () => {
    expect(markup`<b title="${'"'}">${'<i>'}${new Html('<u>')}${undefined}${3}</b>`.text).toBe(
      '<b title="&#34;">&#60;i&#62;<u>3</b>',
    );
  });
});
