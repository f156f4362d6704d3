import { forTerminal } from './escape.ts';
import type { Style } from './text.ts';

interface ProofRow {
  readonly what: string;
  readonly expected: string;
  readonly held: boolean;
}

/** The table that the demo ends with: what was shown, and what the tool said of it. */
export function proofTable(proofs: readonly ProofRow[], { paint, symbols }: Style): string {
  const width = Math.max(...proofs.map(({ what }) => what.length), 0);
  const rows = proofs.map(({ what, expected, held }) => {
    const mark = held ? paint.green(symbols ? '✓' : 'shown') : paint.red(symbols ? '✗' : 'FAILED');
    return `${mark} ${forTerminal(what).padEnd(width)}  ${forTerminal(expected)}`;
  });
  const failed = proofs.filter(({ held }) => !held).length;
  const end =
    failed === 0
      ? `${proofs.length} of ${proofs.length} came out as they must.`
      : `${failed} did not come out as they must.`;
  return [paint.bold('What was proven'), ...rows, end, ''].join('\n');
}
