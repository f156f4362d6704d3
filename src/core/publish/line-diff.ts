/** One line of a comparison: in both texts, only in the old one, or only in the new one. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines around a change that are shown with it. */
const context = 3;

/** Comparing takes time and memory with the product of the lengths; longer texts are shown as replaced. */
const maximumCells = 4_000_000;

/** The changed stretches of two texts with the lines around them, as unified diffs show them. */
export function diffLines(before: string, after: string): readonly (readonly DiffLine[])[] {
  const lines = compare(toLines(before), toLines(after));
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  const hunks: DiffLine[][] = [];
  for (const [index, line] of lines.entries()) {
    if (shown[index] !== true) continue;
    if (shown[index - 1] !== true) hunks.push([]);
    hunks.at(-1)?.push(line);
  }
  return hunks;
}

const toLines = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function compare(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > maximumCells) {
    return [...before.map(removed), ...after.map(added)];
  }
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [old, fresh] = [0, 0];
  while (old < before.length || fresh < after.length) {
    const [was, is] = [before[old], after[fresh]];
    if (was !== undefined && was === is) {
      lines.push({ sign: ' ', text: was });
      old += 1;
      fresh += 1;
    } else if (
      was !== undefined &&
      (is === undefined || at(common, old + 1, fresh) >= at(common, old, fresh + 1))
    ) {
      lines.push(removed(was));
      old += 1;
    } else if (is !== undefined) {
      lines.push(added(is));
      fresh += 1;
    }
  }
  return lines;
}

const removed = (text: string): DiffLine => ({ sign: '-', text });
const added = (text: string): DiffLine => ({ sign: '+', text });

/** For every pair of places the length of the longest common subsequence from there to the ends. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let old = before.length - 1; old >= 0; old--) {
    for (let fresh = after.length - 1; fresh >= 0; fresh--) {
      const row = rows[old];
      if (row === undefined) continue;
      row[fresh] =
        before[old] === after[fresh]
          ? at(rows, old + 1, fresh + 1) + 1
          : Math.max(at(rows, old + 1, fresh), at(rows, old, fresh + 1));
    }
  }
  return rows;
}

const at = (rows: readonly Uint32Array[], old: number, fresh: number): number => rows[old]?.[fresh] ?? 0;
