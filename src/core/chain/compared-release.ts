import { parseTag, type Tag } from '../git/object.ts';
import { formatOf, type Oid } from '../git/oid.ts';
import type { Seconds } from '../ports.ts';
import type { Claim } from '../report/report.ts';

/** A source tag as it was fetched, as plain data. */
export interface FetchedSourceTag {
  readonly name: string;
  /** What the reference points at: the tag object, or the commit of a lightweight tag. */
  readonly oid: Oid;
  /** The tag object's bytes in base 64; absent for a lightweight tag. */
  readonly content?: string;
}

/**
 * What was found when a release's source and archive were fetched and compared, as plain data (trust model, section 2.9):
 * the claims that rest on bytes alone. Who signed the source tag is a question to the keyring and the moment, so that the
 * tag itself is here, to be judged anew.
 */
export interface ComparedRelease {
  /** When it was fetched. */
  readonly at: Seconds;
  /** Claim 1. */
  readonly source: Claim;
  readonly tag: FetchedSourceTag;
  /** Claims 3 to 5. */
  readonly compared: readonly Claim[];
}

/** What earlier runs found out about releases. Whatever can't be read is as if it were not there; nothing here fails. */
export interface ReleaseMemory {
  /** The newest that was kept under the same conditions. */
  recall(conditions: string): Promise<ComparedRelease | undefined>;
  keep(conditions: string, release: ComparedRelease): Promise<void>;
}

/** How long what others serve is taken to be still served, in seconds: an hour. */
const longest = 3600;

/** Whether what was fetched then may be taken for what would be fetched now. */
export const isFresh = ({ at }: ComparedRelease, now: Seconds): boolean => at <= now && now - at <= longest;

/** The tag object on a commit; undefined for a lightweight tag, and for one that is on something else. */
export function annotatedTag({ oid, content }: FetchedSourceTag): Tag | undefined {
  if (content === undefined) return undefined;
  const parsed = parseTag(Buffer.from(content, 'base64'), formatOf(oid));
  return parsed.ok && parsed.value.objectType === 'commit' ? parsed.value : undefined;
}
