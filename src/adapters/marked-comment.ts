import type { Performed } from '../core/outward-act.ts';
import { bearsMarker, markedText } from '../core/report/comment.ts';
import type { MarkedComment } from '../core/review-ports.ts';

/** A comment as it stands in the conversation of a pull request. */
export interface StandingComment {
  readonly id: number;
  readonly author: string | undefined;
  readonly text: string;
  /** For people. */
  readonly url: string;
}

/** The conversation of one pull request at one forge. */
export interface Conversation {
  /** Our own account. */
  readonly login: () => Promise<string>;
  readonly list: () => Promise<readonly StandingComment[]>;
  readonly create: (text: string) => Promise<StandingComment>;
  readonly update: (id: number, text: string) => Promise<StandingComment>;
}

/** Makes a comment, or brings the one up to date that has its marker and is our own: nobody else's is touched. */
export async function putComment(
  { login, list, create, update }: Conversation,
  { marker, body }: MarkedComment,
): Promise<Performed> {
  const text = markedText(marker, body);
  const own = await login();
  const standing = (await list()).find((one) => one.author === own && bearsMarker(one.text, marker));
  if (standing === undefined) return { outcome: `${(await create(text)).url} made`, made: true };
  if (standing.text === text) return { outcome: `${standing.url} says so already`, made: false };
  return { outcome: `${(await update(standing.id, text)).url} updated`, made: false };
}
