import { type Finding, finding } from '../report/report.ts';
import { readTrailers } from '../statement-trailers.ts';
import type { Step } from './step.ts';

/** An ordinary merge attributes nothing by its own signature, so that it can't launder what it merges (section 5.1). */
export function attributesItself(step: Pick<Step, 'commit' | 'side'>): boolean {
  if (step.commit === undefined) return false;
  return step.side === undefined || (saysEndorsement(step.commit) && !isWrittenByProgram(step.commit));
}

/** Tells whoever meant to endorse why the words in their merge do not. */
export function borrowedWords({ commit, side }: Pick<Step, 'commit' | 'side'>): readonly Finding[] {
  if (commit === undefined || side === undefined) return [];
  if (!saysEndorsement(commit) || !isWrittenByProgram(commit)) return [];
  const message = `Merge ${commit.oid} says "Signet-Kind: endorsement" below a first line that begins with "Merge", as programs begin theirs; the words may be anybody's.`;
  return [finding('attribution.borrowed-words', { object: commit.oid }, message)];
}

/** One whose trailers are unclear is an ordinary merge. */
function saysEndorsement({ message }: NonNullable<Step['commit']>): boolean {
  const { trailers, problems } = readTrailers(message);
  const [kind, ...others] = trailers.filter(({ key }) => key === 'Signet-Kind');
  return kind?.value === 'endorsement' && others.length === 0 && problems.length === 0;
}

/**
 * Git puts the message of a tag that is merged below "Merge tag …" (git fmt-merge-msg.c), and tools for forges the title
 * of a pull request below "Merge pull request …": the last paragraph is then what others wrote.
 */
const isWrittenByProgram = ({ message }: NonNullable<Step['commit']>): boolean =>
  /^\s*merge\b/i.test(message);
