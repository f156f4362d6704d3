import { Fault } from '../fault.ts';
import { type Finding, finding, type Place } from '../report/report.ts';

/** The Faults that what stands in a repository can cause, whoever wrote it. */
const codes = [
  'object.missing',
  'object.corrupt',
  'object.malformed',
  'limit.object-size',
  'limit.changes',
] as const;

/**
 * What can't be read of a repository, as a finding (architecture: values, not throws): one hostile object must not end
 * the judgement of everything else. Any other error is thrown on.
 */
export function unreadable(error: unknown, at: Place): Finding {
  const code = error instanceof Fault ? codes.find((one) => one === error.code) : undefined;
  if (!(error instanceof Fault) || code === undefined) throw error;
  return finding(code, at, error.message, { mend: error.mend });
}

const passing: ReadonlySet<string> = new Set(['object.missing', 'object.corrupt', 'object.mismatch']);

/** Whether another look at the same commits might not find this, because objects came, went or were mended. */
export const isPassing = (code: Finding['code']): boolean => passing.has(code);
