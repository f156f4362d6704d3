import type { Oid } from '../../src/core/git/oid.ts';
import type { Seconds } from '../../src/core/ports.ts';
import { repositoryId } from './cast.ts';
import { day } from './keyring.ts';
import type { Sign } from './repository.ts';

/** A submission tag: what it says, and how it is made where it is not made as it should be. */
export interface SubmissionPlan {
  readonly nameVersion: string;
  readonly before?: string;
  readonly after: string;
  readonly repository?: string;
  readonly expires?: Seconds;
  /** Further trailers. */
  readonly more?: readonly string[];
  readonly name?: string;
  readonly ref?: string | null;
  readonly object?: Oid;
  readonly objectType?: 'commit' | 'tag' | 'tree';
  readonly sign?: Sign;
}

/** The trailers of a submission made at `now`, as publish writes them. */
export function submissionTrailers(plan: SubmissionPlan, now: Seconds): readonly string[] {
  const { nameVersion, before = 'none', after, repository = repositoryId } = plan;
  return [
    'Signet-Format: 1',
    'Signet-Kind: submission',
    `Signet-Repository: ${repository}`,
    `Signet-Package: ${nameVersion} ${before} ${after}`,
    ...(plan.more ?? []),
    `Signet-Expires: ${iso(plan.expires ?? now + 90 * day)}`,
  ];
}

/** A moment as trailers have it. */
export const iso = (seconds: Seconds): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
