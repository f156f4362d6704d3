import type { Oid } from '../git/oid.ts';
import type { PublishedArchive } from '../opam/edit.ts';
import type { ForgeKind, RepositoryPath, Seconds, SubmissionNames } from '../ports.ts';
import type { ReleaseSource } from '../statement-values.ts';
import type { DiffLine } from './line-diff.ts';
import type { StandingWork } from './standing-work.ts';
import type { RecordedAsset } from './submission-record.ts';

/** Name and address for commits and tags, and the zone of the author's clock. */
export interface Author {
  readonly name: string;
  readonly email: string;
  /** As git writes it: `+0200`. */
  readonly zone: string;
}

/** One package version as it will be published. */
export interface PlannedPackage {
  readonly name: string;
  readonly nameVersion: string;
  readonly path: RepositoryPath;
  /** The digest that its directory will have, `h1:…`; before, there is none. */
  readonly digest: string;
  /** The published version that the diff compares with; undefined for a new package. */
  readonly comparedWith: string | undefined;
  readonly diff: readonly (readonly DiffLine[])[];
}

/** Everything that publishing will do, as a value: shown, agreed to, and then carried out as it is. */
export interface PublishPlan {
  readonly version: string;
  /** Sorted by name. */
  readonly packages: readonly [PlannedPackage, ...PlannedPackage[]];
  readonly releaseTag: PlannedReleaseTag;
  readonly archive: PlannedArchive;
  /** Undefined only in a dry run. */
  readonly key: PlannedKey | undefined;
  readonly author: Author;
  readonly target: {
    readonly forge: ForgeKind;
    readonly address: string;
    readonly branch: string;
    readonly base: Oid;
    /** What Signet-Repository will say. */
    readonly repository: string;
    /** Bytes that came over the wire to make this plan. */
    readonly received: number;
  };
  readonly submission: PlannedSubmission;
  /** What Signet-Source will say but for the id of a tag that is still to be made; undefined: nobody knows an address. */
  readonly source: ReleaseSource | undefined;
  /** What the change log says of this version; empty where it says nothing. */
  readonly changes: string;
  /** What will be done to the world outside, in order. */
  readonly acts: readonly string[];
}

interface PlannedReleaseTag {
  readonly name: string;
  /** The tag object; undefined for one that will be made, and for a lightweight tag. */
  readonly oid: Oid | undefined;
  readonly commit: Oid;
  /** The message of a tag that will be made; undefined for one that stands. */
  readonly message: string | undefined;
  /** Name and address of the remote that the tag must be pushed to; undefined if it is there already, or nowhere to push to. */
  readonly pushTo: string | undefined;
}

interface PlannedArchive extends PublishedArchive {
  readonly bytes: number;
  /** Where it is written to, for the author to upload; undefined for one that needs no uploading by hand. */
  readonly file: string | undefined;
  /** The release that it is uploaded to with its signature; undefined for none. */
  readonly asset: RecordedAsset | undefined;
}

interface PlannedKey {
  /** The primary fingerprint of the certificate. */
  readonly certificate: string;
  readonly description: string;
  /** Who holds it by the repository's keyring file. */
  readonly holder: string | undefined;
}

interface PlannedSubmission extends SubmissionNames {
  /** What the push takes away; undefined: nothing stands there. */
  readonly overwritten: StandingWork | undefined;
  /** The subject of commit, tag and pull request. */
  readonly title: string;
  readonly expires: Seconds;
}
