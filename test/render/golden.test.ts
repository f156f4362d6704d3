import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { pullRequestView } from '../../src/cli/pull-request-view.ts';
import { reportHtml } from '../../src/render/html.ts';
import { reportJson } from '../../src/render/json.ts';
import { reportMarkdown } from '../../src/render/markdown.ts';
import { reportSarif } from '../../src/render/sarif.ts';
import { reportText } from '../../src/render/text.ts';
import type { ReportView } from '../../src/render/view.ts';
import { hostileReport, rejectedReport, undeterminedReport, verifiedReport } from '../support/reports.ts';

/**
 * What each renderer writes stands in golden/, to be read as a user would. After a change that is meant:
 * npx vitest run test/render/golden.test.ts --update, and look at the difference.
 */
const renderers: Readonly<Record<string, (view: ReportView) => string>> = {
  txt: (view) => reportText(view, { paint: new Chalk({ level: 0 }), symbols: true }),
  json: reportJson,
  md: reportMarkdown,
  sarif: (view) => reportSarif(view, '1.0.0'),
  html: (view) => reportHtml(view, '1.0.0'),
};

const reports = {
  verified: verifiedReport,
  rejected: rejectedReport,
  undetermined: undeterminedReport,
  hostile: hostileReport(),
};

describe.each(Object.entries(renderers))('the %s renderer', (format, render) => {
  test.each(Object.entries(reports))(
    'writes the report "%s" as its golden file says',
    async (name, report) => {
      await expect(render(pullRequestView(report))).toMatchFileSnapshot(`golden/${name}.${format}`);
    },
  );
});

test('the reports come to the conclusions that they are named after', () => {
  expect(Object.values(reports).map(({ conclusion }) => conclusion)).toEqual([
    'verified',
    'rejected',
    'undetermined',
    'rejected',
  ]);
});
