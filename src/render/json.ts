import type { Attribution } from '../core/chain/attribution.ts';
import type { Claim, Finding } from '../core/report/report.ts';
import type { Fault } from '../core/fault.ts';
import { decodePath, escapeJson } from './escape.ts';
import type { ReportView } from './view.ts';

/** The version of the JSON documents; docs/report.schema.json describes them. */
const schema = 1;

/** A report as the one JSON document that goes to stdout, with whatever the verb adds. */
export function reportJson({ report, fields }: Pick<ReportView, 'report' | 'fields'>): string {
  const document = {
    schema,
    verb: report.verb,
    conclusion: report.conclusion,
    now: instant(report.now),
    required: report.required,
    claims: report.claims.map(claimObject),
    findings: report.findings.map(findingObject),
    ...fields,
  };
  return printed(document);
}

/** A result that is no report (a keyring, a plan), as the one JSON document on stdout. */
export function resultJson(verb: string, result: Readonly<Record<string, unknown>>): string {
  return printed({ schema, verb, ...result });
}

/** The document when a verb fails before it has anything to report. */
export function faultJson(verb: string, fault: Fault): string {
  const { code, message, mend } = fault;
  return printed({ schema, verb, conclusion: 'undetermined', fault: { code, message, mend } });
}

/** A JSON document as it is written: harmless on a terminal, and ended with a line feed. */
export const printed = (document: Readonly<Record<string, unknown>>): string =>
  `${escapeJson(JSON.stringify(document, undefined, 2))}\n`;

export function pathObject(one: Attribution): Record<string, unknown> {
  return {
    path: decodePath(one.path),
    attribution: one.kind,
    contributor: one.contributor ?? null,
    fingerprint: one.fingerprint ?? null,
    evidence: one.evidence ?? null,
  };
}

export const claimObject = ({ id, title, status, evidence, findings }: Claim): Record<string, unknown> => ({
  id,
  title,
  status,
  evidence,
  findings: findings.map(({ code }) => code),
});

export function findingObject({ code, severity, at, message, mend }: Finding): Record<string, unknown> {
  return {
    code,
    severity,
    at: at.path === undefined ? at : { ...at, path: decodePath(at.path) },
    message,
    mend,
  };
}

/** Seconds since 1970 as ISO 8601 in UTC without fractions. */
export const instant = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
