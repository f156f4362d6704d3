import { readPart } from '../../adapters/part-file.ts';
import { Fault } from '../../core/fault.ts';
import { joinParts } from '../../workflows/join-parts.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { printReport } from '../report-output.ts';
import { repoView } from '../repo-view.ts';

/** `join-parts PART…`: one report from the parts that several runs of verify-repo judged. */
export async function joinPartsCommand(context: Context, paths: readonly string[]): Promise<ExitCode> {
  const [first, ...others] = await Promise.all(paths.map(readPart));
  if (first === undefined) throw new Fault('usage.argument', 'There are no parts.', 'Name their files.');
  return printReport(context, repoView(joinParts([first, ...others])));
}
