import type { Oid } from '../git/oid.ts';
import type { ReleaseArchive, ReleaseSource } from '../statement-values.ts';
import type { Endorsed, EndorsementPlan } from './endorsement.ts';

/**
 * What an author is about to sign again, as a value: shown, agreed to, and then carried out as it is. Commits and files
 * are what others did since the signature that stands.
 */
export interface ResignPlan extends Omit<EndorsementPlan, 'owners' | 'unsigned'> {
  /** The submission tag that gives way, and the commit that it is on. */
  readonly previous: { readonly oid: Oid; readonly head: Oid };
  /** The contributor who signed it, and signs again. */
  readonly contributor: string;
  /** As the tag before has them. */
  readonly source: ReleaseSource | undefined;
  readonly archive: ReleaseArchive | undefined;
}

/** What came of carrying it out. */
export interface Resigned extends Omit<Endorsed, 'plan'> {
  readonly plan: ResignPlan;
}
