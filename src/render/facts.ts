import type { Attribution, AttributionKind } from '../core/chain/attribution.ts';
import type { EvidenceKind } from '../core/chain/evidence.ts';
import { pathForTerminal } from './escape.ts';
import type { Style } from './text.ts';

const evidenceNames: Record<EvidenceKind, string> = {
  commit: 'commit',
  'submission-tag': 'submission tag',
  'endorsement-tag': 'endorsement tag',
  mergetag: 'mergetag',
};

const attributionNames: Record<AttributionKind, string> = {
  own: "the step's own signature",
  side: 'a commit of the side',
  tag: 'a tag on the head',
  statement: 'a content statement',
  keyring: 'the update rule of the keyring file',
  unsigned: 'nobody: not enrolled',
  none: 'nobody',
};

/** One line for each path: who signed for it, with which key, by which evidence. */
export function attributionFacts(paths: readonly Attribution[], { paint }: Style): readonly string[] {
  return paths.flatMap(({ path, kind, contributor, fingerprint, evidence }) => {
    const colour = kind === 'none' ? 'red' : kind === 'unsigned' ? 'yellow' : 'green';
    const head = `${pathForTerminal(path)}  ${paint[colour](contributor ?? attributionNames[kind])}`;
    if (evidence === undefined || fingerprint === undefined) return [head];
    return [
      head,
      paint.dim(
        `    ${evidenceNames[evidence.kind]} ${evidence.object} by key ${fingerprint} (${attributionNames[kind]})`,
      ),
    ];
  });
}

/** Counts as one line: `good 12, absent 3`. */
export function countFacts(title: string, counts: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(counts).map(([name, number]) => `${name} ${number ?? 0}`);
  return `${title}: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}
