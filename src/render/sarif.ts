import type { Fault } from '../core/fault.ts';
import { catalogue, type CatalogueEntry } from '../core/report/catalogue.ts';
import type { Claim, Finding, Place } from '../core/report/report.ts';
import { forTerminal, pathForUri } from './escape.ts';
import { instant, printed } from './json.ts';
import type { ReportView } from './view.ts';
import { conclusionWords, placeParts } from './words.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A report as a SARIF 2.1.0 log of one run, for code scanning and editors. */
export function reportSarif({ report, subject }: ReportView, version: string): string {
  const codes = [...new Set(report.findings.map(({ code }) => code))].sort();
  const { conclusion, required, claims, findings, verb, now } = report;
  return sarifLog(version, {
    rules: codes.map((code) => ruleObject(code, catalogue[code])),
    automationDetails: { id: `opam-signet/${verb.replace(' ', '-')}/` },
    invocation: { executionSuccessful: true, endTimeUtc: instant(now) },
    results: findings.map((one) => resultObject(one, codes.indexOf(one.code))),
    properties: {
      conclusion,
      because: conclusionWords[conclusion].because,
      subject: forTerminal(subject),
      required,
      claims: claims.map(claimProperty),
    },
  });
}

/** The log of a run that failed before it had anything to report. */
export function faultSarif(verb: string, { code, message, mend }: Fault, version: string): string {
  const notification = {
    level: 'error',
    message: { text: sentence(`${message} ${mend}`) },
    descriptor: { id: code },
  };
  return sarifLog(version, {
    rules: [],
    automationDetails: { id: `opam-signet/${verb.replace(' ', '-')}/` },
    invocation: { executionSuccessful: false, toolExecutionNotifications: [notification] },
    results: [],
    properties: { conclusion: 'undetermined' },
  });
}

interface Run {
  readonly rules: readonly object[];
  readonly automationDetails: object;
  readonly invocation: object;
  readonly results: readonly object[];
  readonly properties: object;
}

function sarifLog(version: string, { rules, invocation, ...run }: Run): string {
  const driver = { name: 'opam-signet', version, rules };
  return printed({
    $schema: schema,
    version: '2.1.0',
    runs: [{ tool: { driver }, invocations: [invocation], columnKind: 'unicodeCodePoints', ...run }],
  });
}

const ruleObject = (id: string, { severity, title, meaning, mend }: CatalogueEntry): object => ({
  id,
  shortDescription: { text: sentence(title) },
  fullDescription: { text: sentence(meaning) },
  help: { text: sentence(mend) },
  defaultConfiguration: { level: severity },
});

function resultObject({ code, severity, at, message, mend }: Finding, ruleIndex: number): object {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: sentence(`${message} Mend: ${mend}`) },
    locations: [locationObject(at)],
    partialFingerprints: { 'place/v1': forTerminal([code, ...placeParts(at)].join(' ')) },
  };
}

/**
 * Code scanning shows only what has a file. What is said of an object or of the history as a whole stands at `repo`,
 * the file that makes a package repository of a folder, with the object as its logical location.
 */
function locationObject({ path, line, object, reference, file, step }: Place): object {
  const logical = { object, reference, file, step };
  const named = Object.entries(logical).flatMap(([kind, name]) =>
    name === undefined ? [] : [{ kind, fullyQualifiedName: forTerminal(name) }],
  );
  return {
    physicalLocation: {
      artifactLocation: { uri: path === undefined ? 'repo' : pathForUri(path), uriBaseId: '%SRCROOT%' },
      ...(path === undefined || line === undefined ? {} : { region: { startLine: line } }),
    },
    ...(named.length === 0 ? {} : { logicalLocations: named }),
  };
}

const claimProperty = ({ id, title, status, evidence }: Claim): object => ({
  id,
  title: forTerminal(title),
  status,
  evidence: evidence.map(forTerminal),
});

/** A plain text message: brackets would make an embedded link (SARIF 2.1.0, section 3.11.6). */
const sentence = (text: string): string => forTerminal(text).replace(/[\\[\]]/g, '\\$&');
