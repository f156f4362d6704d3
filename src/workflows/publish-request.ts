import type { ArchiveReading, SourceFile } from '../core/chain/archive-files.ts';
import type {
  ArchiveSource,
  Forge,
  Progress,
  Prompter,
  RepositoryPath,
  Seconds,
  Signer,
  SourceRepository,
} from '../core/ports.ts';
import type { LintFindings } from '../core/publish/lint-findings.ts';
import type { Author, PublishPlan } from '../core/publish/plan.ts';
import type { OverrideFlag } from '../core/publish/problem.ts';
import type { SourceForge, SourceForgeKind } from '../core/publish/source-forge.ts';
import type { ReleaseHost } from '../core/release-host.ts';
import type { Finding } from '../core/report/report.ts';

/** What the flags of `publish` say; undefined where a flag was not given. */
export interface PublishOptions {
  /** Names of packages; none: all that the source has. */
  readonly packages: readonly string[];
  readonly exclude: readonly string[];
  readonly tag: string | undefined;
  readonly packageVersion: string | undefined;
  /** The address of the package repository. */
  readonly to: string | undefined;
  /** The branch that the submission is for. */
  readonly base: string | undefined;
  /** The branch that the submission is pushed to. */
  readonly branch: string | undefined;
  /** A file or URL; undefined: the archive is made here. */
  readonly archive: string | undefined;
  /** Where users will download the archive from. */
  readonly archiveUrl: string | undefined;
  /** The archive is uploaded as an asset of a release at the source's forge. */
  readonly asset: boolean;
  /** The archive is the tarball that the source's forge makes of the tag. */
  readonly tarball: boolean;
  /** Which kind of forge the source is at, where its address does not tell. */
  readonly sourceForge: SourceForgeKind | undefined;
  /** Where an archive that is made here is written to. */
  readonly archiveFile: string | undefined;
  /** The repository's id, where no keyring file says it. */
  readonly repositoryId: string | undefined;
  readonly key: string | undefined;
  /** How long the submission may be merged, in days. */
  readonly expiresIn: number;
  readonly overrides: ReadonlySet<OverrideFlag>;
  readonly dryRun: boolean;
  /** A folder to write everything into, instead of sending it anywhere: its whole path. */
  readonly output: string | undefined;
  /** The last question is answered already. */
  readonly yes: boolean;
}

/** Reads and makes archives, in memory only. */
export interface Archives {
  /** `name` is for messages. */
  read(bytes: Uint8Array, name: string): Promise<ArchiveReading>;
  /** The same bytes for the same files, folder and time, wherever and whenever it is made. */
  write(
    files: ReadonlyMap<RepositoryPath, SourceFile>,
    folder: string,
    time: Seconds,
  ): Promise<ArchiveWriting>;
}

type ArchiveWriting =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly finding: Finding };

/** What a pull request is to be, where the forge has them. */
interface PullRequestWishes {
  readonly draft: boolean;
  /** Its words, as Markdown. */
  text(plan: PublishPlan, files: ReadonlyMap<RepositoryPath, Uint8Array>): string;
}

/** A run of publish that has something left to finish or to take back. */
export interface UnfinishedRun {
  /** Whether it was for this very source repository. */
  readonly here: boolean;
  /** By which the flags mean it. */
  readonly name: string;
  readonly packages: readonly string[];
  /** The address of the package repository. */
  readonly target: string;
  /** When it last wrote into its journal; ISO 8601 in UTC. */
  readonly at: string;
  /** The process that is at work on it now; undefined: none. */
  readonly process: number | undefined;
}

/** The world, as far as publishing needs it. */
export interface PublishPorts {
  /** The runs before this one that nobody finished or took back, the oldest first. */
  readonly unfinished: readonly UnfinishedRun[];
  readonly source: SourceRepository;
  /** Undefined where git does not know the author. */
  readonly author: Author | undefined;
  readonly openForge: (address: string) => Promise<Forge>;
  readonly pullRequest: PullRequestWishes;
  /** Opens the key of this fingerprint; undefined: the one that git would sign with. */
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  /** Undefined, as a port or for a forge: no assets can be uploaded there. */
  readonly openReleaseHost?: (forge: SourceForge) => ReleaseHost | undefined;
  readonly archiveSource: ArchiveSource;
  readonly archives: Archives;
  /** Undefined where opam is not installed. */
  readonly lint: (nameVersion: string, opam: Uint8Array) => Promise<LintFindings | undefined>;
  /** Undefined where nobody can be asked. */
  readonly prompter: Prompter | undefined;
  readonly progress: Progress;
  /** The time now; a signature is judged after it was made, which may take a person minutes. */
  readonly clock: () => Seconds;
  /** Ends the run before its next act. */
  readonly signal?: AbortSignal;
}
