import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { pullRequestView } from '../../src/cli/pull-request-view.ts';
import { Fault } from '../../src/core/fault.ts';
import { faultSarif, reportSarif } from '../../src/render/sarif.ts';
import { hostile } from '../support/hostile.ts';
import { hostileReport, rejectedReport, undeterminedReport, verifiedReport } from '../support/reports.ts';

interface Log {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region?: object;
        };
      }[];
    }[];
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  }[];
}

/** Draft 4, which differs here in the names of these two fields, and in loose regular expressions. */
const published = JSON.parse(
  await readFile(new URL('../fixtures/sarif/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, unknown>>;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(
  Object.fromEntries(Object.entries(published).filter(([name]) => name !== '$schema' && name !== 'id')),
);

/** The log, which is valid by the published schema. */
function valid(text: string): Log {
  const log = JSON.parse(text) as Log;
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log;
}

describe('the SARIF log', () => {
  test.each([verifiedReport, rejectedReport, undeterminedReport, hostileReport()])(
    'of a report that is $conclusion is valid, and each result has its rule and a file',
    (report) => {
      const { runs } = valid(reportSarif(pullRequestView(report), '1.0.0'));
      const results = runs.flatMap((run) =>
        run.results.map((one) => ({ ...one, rule: run.tool.driver.rules[one.ruleIndex]?.id })),
      );
      expect(results.map(({ rule }) => rule)).toEqual(report.findings.map(({ code }) => code));
      for (const { locations } of results) expect(locations).toHaveLength(1);
    },
  );

  test('names the line, encodes each byte of a path, and puts what has no file at the file repo', () => {
    const { runs } = valid(reportSarif(pullRequestView(rejectedReport), '1.0.0'));
    const places = runs.flatMap(({ results }) =>
      results.map(({ locations: [one] }) => [
        one?.physicalLocation.artifactLocation.uri,
        one?.physicalLocation.region,
      ]),
    );
    expect(places).toContainEqual(['packages/foo/foo.1.1/opam', { startLine: 7 }]);
    expect(places).toContainEqual(['packages/foo/caf%E9/opam', undefined]);
    expect(places).toContainEqual(['packages/foo/foo.1.1/files/caf%C3%A9', undefined]);
    expect(places).toContainEqual(['repo', undefined]);
  });

  test('has no link that a message brought in', () => {
    const { runs } = valid(reportSarif(pullRequestView(hostileReport()), '1.0.0'));
    const [result] = runs[0]?.results ?? [];
    expect(result?.message.text).toContain('\\[a\\](b)');
  });

  test('of a fault says that the run did not succeed, and why', () => {
    const fault = new Fault('network.failed', hostile, 'Try again.');
    expect(valid(faultSarif('verify-pr', fault, '1.0.0'))).toMatchObject({
      runs: [
        {
          invocations: [
            {
              executionSuccessful: false,
              toolExecutionNotifications: [{ descriptor: { id: 'network.failed' } }],
            },
          ],
        },
      ],
    });
  });

  test('would not be valid with a field that SARIF does not have', () => {
    const log = JSON.parse(reportSarif(pullRequestView(verifiedReport), '1.0.0')) as Log;
    expect(validate({ ...log, verdict: 'fine' })).toBe(false);
    expect(validate({ ...log, runs: [{ ...log.runs[0], tool: {} }] })).toBe(false);
  });
});
