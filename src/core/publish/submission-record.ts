import type { Oid } from '../git/oid.ts';
import type { PublishedArchive } from '../opam/edit.ts';
import type { SourceForge } from './source-forge.ts';
import type { ForgeKind, RepositoryPlace, Submission } from '../ports.ts';

/** A release at the source's forge that gets the archive and its signature. */
export interface RecordedAsset {
  readonly name: string;
  readonly forge: SourceForge;
  readonly title: string;
  /** As markdown; may be empty. */
  readonly text: string;
}

/**
 * What a run is going to do, as its journal keeps it: everything that a later process needs in order to make the same
 * acts again, to finish or to undo them. Only what was signed lies elsewhere, in the run's folder. Never a secret.
 */
export interface SubmissionRecord {
  /** `name.version` of each, sorted. */
  readonly packages: readonly string[];
  /** The author's repository. */
  readonly source: {
    readonly folder: string;
    /** The name of its remote; null: it has none. */
    readonly remote: string | null;
  };
  readonly releaseTag: {
    readonly name: string;
    readonly commit: Oid;
    /** The tag object; null: a lightweight tag. */
    readonly oid: Oid | null;
    /** Whether it is to be made here, and pushed to the remote. */
    readonly make: boolean;
    readonly push: boolean;
  };
  readonly archive: PublishedArchive & {
    /** Where it is written to, for the author to upload; null: nowhere. */
    readonly file: string | null;
    /** The release that it is uploaded to; null: none. */
    readonly asset: RecordedAsset | null;
  };
  readonly target: RepositoryPlace & {
    readonly forge: ForgeKind;
    readonly address: string;
  };
  readonly submission: Submission;
}
