import type { Fault } from '../core/fault.ts';
import type { ReportView } from '../render/view.ts';
import type { Context, Format } from './context.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { packageVersion } from './version.ts';

/** Writes a report in the format that was asked for; its conclusion is the exit status. */
export async function printReport(context: Context, view: ReportView): Promise<ExitCode> {
  await context.print(await reportAs(context.options.format, view, context));
  return exitCodeOf(view.report.conclusion);
}

/** A report in one of the formats. Only the renderer that is needed is loaded. */
async function reportAs(format: Format, view: ReportView, { style }: Context): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../render/text.ts')).reportText(view, style);
    case 'json':
      return (await import('../render/json.ts')).reportJson(view);
    case 'markdown':
      return (await import('../render/markdown.ts')).reportMarkdown(view);
    case 'sarif':
      return (await import('../render/sarif.ts')).reportSarif(view, packageVersion());
    case 'html':
      return (await import('../render/html.ts')).reportHtml(view, packageVersion());
    default:
      return format satisfies never;
  }
}

/** The document of a verb that failed before it had a result; undefined for text, where stderr says it all. */
export async function faultAs(format: Format, verb: string, fault: Fault): Promise<string | undefined> {
  switch (format) {
    case 'text':
      return undefined;
    case 'json':
      return (await import('../render/json.ts')).faultJson(verb, fault);
    case 'markdown':
      return (await import('../render/markdown.ts')).faultMarkdown(verb, fault);
    case 'sarif':
      return (await import('../render/sarif.ts')).faultSarif(verb, fault, packageVersion());
    case 'html':
      return (await import('../render/html.ts')).faultHtml(verb, fault, packageVersion());
    default:
      return format satisfies never;
  }
}
