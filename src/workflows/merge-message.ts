import type { Oid } from '../core/git/oid.ts';
import { readTrailers } from '../core/statement-trailers.ts';

/** What a merge commit tells of the pull request. */
export interface MergeSubject {
  readonly head: Oid;
  /** Of the pull request, and its title, where it has them. */
  readonly number: number | undefined;
  readonly title: string | undefined;
  /** The first submission or endorsement tag on the head, without `refs/tags/`. */
  readonly tag: string | undefined;
}

/**
 * The message of a merge commit. Whoever signs it must not be made to sign more: a title that reads like a trailer
 * would turn a mechanical merge into an endorsement (trust model, section 5.1), so it is left out.
 */
export function mergeMessage({ head, number, title, tag }: MergeSubject): string {
  const subject = number === undefined ? `Merge ${tag ?? `commit ${head}`}` : `Merge pull request #${number}`;
  const line = (title ?? '').replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  const full = `${subject}\n${line === '' ? '' : `\n${line}\n`}`;
  const { trailers, problems } = readTrailers(full);
  return trailers.length === 0 && problems.length === 0 ? full : `${subject}\n`;
}
