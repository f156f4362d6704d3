import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ReportingForge } from '../core/review-ports.ts';
import { forTerminal } from '../render/escape.ts';
import type { ReportView } from '../render/view.ts';
import { type Told, tellForge } from '../workflows/tell-forge.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOfFault, exitCodes } from './exit-code.ts';

/** The flags by which a verb shows its report at a forge. */
export interface TellingOptions {
  readonly comment?: boolean;
  readonly check?: boolean;
}

interface Telling {
  readonly forge: ReportingForge;
  readonly number: number;
  readonly head: Oid;
}

/** Shows a report at the forge as asked. What fails is told on stderr and given back; it changes no verdict. */
export async function tellReport(
  context: Context,
  view: ReportView,
  { comment = false, check = false }: TellingOptions,
  { forge, number, head }: Telling,
): Promise<readonly Told[]> {
  const { reportCheck, reportComment } = await import('../render/check.ts');
  const acts: readonly OutwardAct[] = [
    ...(check ? [forge.check(reportCheck(view, head))] : []),
    ...(comment ? [forge.comment(reportComment(view, number))] : []),
  ];
  const told = await tellForge(acts);
  const { faultText } = await import('../render/text.ts');
  for (const { act, result } of told) {
    if (result.ok) context.tell(`${forTerminal(`${act.title}: ${result.outcome}`)}\n`);
    else context.tell(`${forTerminal(act.title)}: not done\n${faultText(result.fault, context.errorStyle)}`);
  }
  return told;
}

/** What was told, for the JSON document. */
export const toldObjects = (told: readonly Told[]): readonly Record<string, unknown>[] =>
  told.map(({ act, result }) => ({
    act: act.id,
    title: act.title,
    ...(result.ok
      ? { outcome: result.outcome, fault: null }
      : {
          outcome: null,
          fault: { code: result.fault.code, message: result.fault.message, mend: result.fault.mend },
        }),
  }));

/** A verdict keeps its status; where all is well but telling failed, that failure decides. */
export function exitCodeAfter(verdict: ExitCode, told: readonly Told[]): ExitCode {
  if (verdict !== exitCodes.done) return verdict;
  const [failed] = told.flatMap(({ result }) => (result.ok ? [] : [result.fault]));
  return failed === undefined ? verdict : exitCodeOfFault[failed.kind];
}
