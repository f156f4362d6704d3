import { catalogue, type CatalogueEntry } from '../core/report/catalogue.ts';
import type { Style } from './text.ts';

const effects: Record<CatalogueEntry['effect'], string> = {
  refutes: 'refutes the claim it stands in',
  'leaves-unproven': 'leaves the claim it stands in unproven',
  none: 'changes no conclusion',
};

const entries = (): readonly (readonly [string, CatalogueEntry])[] =>
  Object.entries<CatalogueEntry>(catalogue).sort(([one], [other]) => (one < other ? -1 : 1));

/** The catalogue for a terminal: `help findings`. */
export const catalogueText = (style: Style): string =>
  entries()
    .map(([code, entry]) => entryText(code, entry, style))
    .join('\n');

/** One finding for a terminal: `help CODE`; undefined if there is none of this code. */
export function findingExplained(code: string, style: Style): string | undefined {
  const [found] = entries().filter(([one]) => one === code);
  return found === undefined ? undefined : entryText(...found, style);
}

const entryText = (
  code: string,
  { severity, effect, title, meaning, mend }: CatalogueEntry,
  { paint }: Style,
): string =>
  [
    `${paint.bold(code)}  ${title}\n`,
    `    ${severity}; ${effects[effect]}\n`,
    `    ${meaning}\n`,
    `    ${paint.dim('mend:')} ${mend}\n`,
  ].join('');

/** The catalogue as docs/findings.md. The page is generated, so that it can't fall behind the code. */
export function catalogueMarkdown(): string {
  const families = new Map<string, string[]>();
  for (const [code, { severity, effect, title, meaning, mend }] of entries()) {
    const family = code.split('.')[0] ?? code;
    const page = families.get(family) ?? [];
    page.push(
      `### \`${code}\`\n\n**${title}.** ${meaning}\n\n*${severity}; ${effects[effect]}.* Mend: ${mend}\n`,
    );
    families.set(family, page);
  }
  const sections = [...families].map(([family, page]) => `## ${family}\n\n${page.join('\n')}`);
  const head =
    '# Findings\n\nEvery finding that opam-signet can report, by its stable code. This page is generated from the catalogue in\n`src/core/report/catalogue/`: change it there, then run `npm run docs`.\n';
  return [head, ...sections].join('\n');
}

/** Exit statuses as a table for a terminal: `help exit-codes`. */
export function exitCodeText(
  codes: Readonly<Record<string, number>>,
  meanings: Readonly<Record<string, string>>,
): string {
  return Object.entries(codes)
    .map(([name, code]) => `${String(code).padStart(4)}  ${meanings[name] ?? name}\n`)
    .join('');
}
