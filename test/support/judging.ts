import { openStore, type StoreChoice } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { HistoryMemory } from '../../src/core/chain/checkpoint.ts';
import type { ObjectStore, Progress, Seconds } from '../../src/core/ports.ts';
import type { TrustSource } from '../../src/workflows/establish-trust.ts';
import type { VerifyRepoRequest } from '../../src/workflows/verify-repo.ts';
import { type Cast, repositoryId } from './cast.ts';

/** How a verb is run, where a story is not about the usual run. */
export interface Judging {
  /** An hour after the last commit unless told otherwise. */
  readonly now?: Seconds;
  /** Where judging begins, if not at the anchor. */
  readonly from?: Oid;
  /** Where trust comes from, if not from Ada and Ben. */
  readonly trust?: TrustSource;
  /** Another copy of the repository. */
  readonly folder?: string;
  readonly kind?: StoreChoice['kind'];
  /** What earlier runs found out. */
  readonly memory?: HistoryMemory;
  /** What stands between the verb and the real store. */
  readonly through?: (store: ObjectStore) => ObjectStore;
}

export const silent: Progress = { stage: () => undefined, advance: () => undefined, end: () => undefined };

/** What a story has, and its run of a verb has unless told otherwise. */
interface Usual {
  readonly people: Cast;
  readonly folder: string;
  readonly from: Oid;
  readonly now: Seconds;
}

/** Opens the repository of a story for one run of a verb that rests on a quorum of Ada and Ben. */
export async function judging<T>(
  usual: Usual,
  options: Judging,
  judge: (common: Omit<VerifyRepoRequest, 'head'>) => Promise<T>,
): Promise<T> {
  const { now, from, folder, kind = 'auto', through, memory } = { ...usual, ...options };
  const fingerprints = [usual.people.ada.fingerprint, usual.people.ben.fingerprint];
  const anchor = { repository: repositoryId, quorum: 2, fingerprints, from };
  const { trust = { kind: 'anchor', anchor } } = options;
  const store = await openStore(folder, { kind, environment: process.env });
  try {
    return await judge({ store: through?.(store) ?? store, trust, now, progress: silent, memory });
  } finally {
    await store.close();
  }
}
