import type { Attribution } from '../core/chain/attribution.ts';
import { forTerminal, pathForTerminal } from './escape.ts';
import { chainText } from './provenance.ts';
import type { Style } from './text.ts';
import type { Fact } from './view.ts';
import { attributionColour, attributionNames, evidenceNames } from './words.ts';

/** What a verb has to say before the claims, as lines for a terminal. */
export function factText(fact: Fact, style: Style): readonly string[] {
  switch (fact.kind) {
    case 'said':
      return [`${forTerminal(fact.name)}: ${forTerminal(fact.text)}`];
    case 'path':
      return [
        ...(fact.occasion === undefined ? [] : [forTerminal(fact.occasion)]),
        ...attributionText(fact.attribution, style),
      ];
    case 'chain':
      return chainText(fact.chain, style);
    default:
      return fact satisfies never;
  }
}

/** Who signed for a path, with which key, by which evidence. */
function attributionText(attribution: Attribution, { paint }: Style): readonly string[] {
  const { path, kind, contributor, fingerprint, evidence } = attribution;
  const who = paint[attributionColour(attribution)](forTerminal(contributor ?? attributionNames[kind]));
  const head = `${pathForTerminal(path)}  ${who}`;
  if (evidence === undefined || fingerprint === undefined) return [head];
  return [
    head,
    paint.dim(
      `    ${evidenceNames[evidence.kind]} ${evidence.object} by key ${fingerprint} (${attributionNames[kind]})`,
    ),
  ];
}
