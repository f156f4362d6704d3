import { linkTitles, type ProvenanceChain, type ProvenanceLink } from '../core/report/provenance.ts';
import { decodePath, forTerminal, pathForTerminal } from './escape.ts';
import type { Style } from './text.ts';

/** A chain as a small diagram, from the source down to the state. */
export function chainText({ path, links }: ProvenanceChain, { paint, symbols }: Style): readonly string[] {
  const width = Math.max(...Object.values(linkTitles).map((title) => title.length));
  const arrow = `  ${' '.repeat(width - 1)}${symbols ? '↓' : 'v'}`;
  return [
    paint.bold(pathForTerminal(path)),
    ...links.flatMap((link, place) => [
      ...(place === 0 ? [] : [paint.dim(arrow)]),
      `  ${linkTitles[link.kind].padEnd(width)}  ${forTerminal(wordsOf(link))}`,
    ]),
  ];
}

const wordsOf = ({ object, words }: ProvenanceLink): string =>
  object === undefined ? words : `${object}: ${words}`;

/** The same for Markdown that draws Mermaid. */
export function chainMermaid({ path, links }: ProvenanceChain): string {
  return [
    '```mermaid',
    'flowchart TD',
    ...links.map((link, place) => `  n${place}["${label(`${linkTitles[link.kind]}: ${wordsOf(link)}`)}"]`),
    ...links.slice(1).map((_, place) => `  n${place} --> n${place + 1}`),
    `  n${links.length}(["${label(decodePath(path))}"])`,
    `  n${links.length - 1} --> n${links.length}`,
    '```',
  ].join('\n');
}

/** Text inside a quoted label: everything that could end it, or be taken for markup, as a character number. */
const label = (text: string): string =>
  text.replace(/[^\p{L}\p{N} .,:/@+=-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);

export const chainObject = ({ path, links }: ProvenanceChain): Record<string, unknown> => ({
  path: decodePath(path),
  links: links.map(({ kind, object, words }) => ({ kind, object: object ?? null, words })),
});
