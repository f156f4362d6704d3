import type { Attribution, AttributionKind } from '../core/chain/attribution.ts';
import type { EvidenceKind } from '../core/chain/evidence.ts';
import type { ClaimStatus, Conclusion, Place, Severity } from '../core/report/report.ts';
import { decodePath } from './escape.ts';

/** The colours that mean something, in whatever way a format shows them. */
export type Colour = 'green' | 'red' | 'yellow' | 'cyan';

interface Mark {
  readonly symbol: string;
  readonly colour: Colour;
}

export const claimMarks: Record<ClaimStatus, Mark> = {
  upheld: { symbol: '✓', colour: 'green' },
  refuted: { symbol: '✗', colour: 'red' },
  unproven: { symbol: '?', colour: 'yellow' },
};

export const severityColours: Record<Severity, Colour> = { error: 'red', warning: 'yellow', note: 'cyan' };

export const conclusionWords: Record<Conclusion, Mark & { readonly because: string }> = {
  verified: { symbol: '✓', colour: 'green', because: 'everything that is required was shown' },
  rejected: { symbol: '✗', colour: 'red', because: 'something that is required does not hold' },
  undetermined: {
    symbol: '?',
    colour: 'yellow',
    because: 'something that is required could not be shown',
  },
};

export const evidenceNames: Record<EvidenceKind, string> = {
  commit: 'commit',
  'submission-tag': 'submission tag',
  'endorsement-tag': 'endorsement tag',
  mergetag: 'mergetag',
};

export const attributionNames: Record<AttributionKind, string> = {
  own: "the step's own signature",
  side: 'a commit of the side',
  tag: 'a tag on the head',
  statement: 'a content statement',
  keyring: 'the update rule of the keyring file',
  unsigned: 'nobody: not enrolled',
  none: 'nobody',
};

export const attributionColour = ({ kind }: Attribution): Colour =>
  kind === 'none' ? 'red' : kind === 'unsigned' ? 'yellow' : 'green';

/** Where a finding is, in the order in which people look for it; each part may come from an attacker. */
export function placeParts({ object, path, reference, file, line, step }: Place): readonly string[] {
  const within = (name: string): string => (line === undefined ? name : `${name}:${line}`);
  return [
    path === undefined ? undefined : within(decodePath(path)),
    file === undefined ? undefined : within(file),
    reference,
    object,
    step === undefined || step === object ? undefined : `in step ${step}`,
  ].filter((part) => part !== undefined);
}
