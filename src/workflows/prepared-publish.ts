import type { PackageRepository, RepositoryPath } from '../core/ports.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import type { SigningMeans } from './open-signing.ts';
import type { PreparedArchive } from './release-archive.ts';

/** A plan with the means to carry it out. */
export interface PreparedPublish {
  readonly plan: PublishPlan;
  /** The opam files to commit, by their path. */
  readonly files: ReadonlyMap<RepositoryPath, Uint8Array>;
  readonly signing: SigningMeans | undefined;
  readonly repository: PackageRepository;
  readonly keyring: KeyringState | undefined;
  /** Whether the keyring file entitles the key to all of the packages, so that verification by it must succeed. */
  readonly entitled: boolean;
  readonly archive: PreparedArchive;
}
