import { expect } from 'vitest';
import type { FindingCode } from '../../src/core/report/catalogue.ts';
import type { Finding, Report } from '../../src/core/report/report.ts';

/** The findings of a report as `code: message`, for the message of a failed assertion. */
const told = ({ findings }: Report): string =>
  findings.map(({ code, message }) => `${code}: ${message}`).join('\n');

/**
 * Asserts that an attack is refused: rejected, by an error of this code whose message names the object (by its
 * id, path, fingerprint, person or reference), with a mend.
 */
export function expectRejected(report: Report, code: FindingCode, names: string): Finding {
  expect(report.conclusion, told(report)).toBe('rejected');
  const errors = report.findings.filter((one) => one.code === code && one.severity === 'error');
  expect(errors, told(report)).not.toEqual([]);
  const [found] = errors.filter(({ message, at }) => `${message} ${JSON.stringify(at)}`.includes(names));
  expect(found, told(report)).toBeDefined();
  expect(found?.mend).toMatch(/\w.*\.$/);
  if (found === undefined) throw new Error('unreachable: asserted above');
  return found;
}

/** Asserts that the honest counterpart of an attack is accepted, so that refusing everything is no success. */
export function expectVerified(report: Report): void {
  expect(report.conclusion, told(report)).toBe('verified');
}

/** Asserts that nothing could be said, for a reason of this code. */
export function expectUndetermined(report: Report, code: FindingCode): void {
  expect(report.conclusion, told(report)).toBe('undetermined');
  expect(
    report.findings.map((one) => one.code),
    told(report),
  ).toContain(code);
}
