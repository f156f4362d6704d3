import type { ArchiveAtHand } from './chain/release.ts';
import type { ObjectFormat, ObjectType, Oid } from './git/oid.ts';
import type { Fingerprint } from './openpgp/certificate.ts';
import type { BranchSending, Facts, OutwardAct } from './outward-act.ts';
import type { ReplacedNames, StandingWork } from './publish/standing-work.ts';

/** Seconds since 1970-01-01T00:00:00Z, as git and OpenPGP count time. */
export type Seconds = number;

/**
 * A path inside a repository, from its root, as git stores it: one character for each byte (latin1), so that
 * no two different paths ever become equal by decoding. Renderers decode it for showing.
 */
export type RepositoryPath = string;

export interface StoredObject {
  readonly type: ObjectType;
  /** The bytes that the id is computed over, without git's `type size\0` prefix. */
  readonly content: Uint8Array;
}

/** One entry of a tree: its mode as six octal digits (`100644`, `040000`, `120000`, `160000`, …) and its object. */
export interface TreeEntry {
  readonly mode: string;
  readonly oid: Oid;
}

/** One path that differs between two trees. At least one of the two sides is present, and they differ. */
export interface PathChange {
  readonly path: RepositoryPath;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
}

/** A commit and its parents, in the order that the commit names them. */
export interface CommitLink {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
}

export interface Reference {
  /** The whole name, for example `refs/tags/signet/foo.1.0`. */
  readonly name: string;
  /** What the reference points at: for an annotated tag the tag object, not the commit. */
  readonly oid: Oid;
}

/**
 * A git object database with its references. Replace refs, grafts and the repository's configuration have no
 * effect on what it returns. Missing and damaged objects are `object.missing` and `object.corrupt` Faults
 * except where a method says otherwise; an object over `maximumObjectBytes` is a `limit.object-size` Fault.
 */
export interface ObjectStore {
  readonly format: ObjectFormat;

  /** The stored bytes of one object, or undefined where the repository does not have it. */
  read(oid: Oid): Promise<StoredObject | undefined>;

  /**
   * The files that differ between two commits or trees (undefined: the empty tree), at every depth, in path
   * order, without rename detection. Links, submodules and executables appear as what they are.
   */
  changes(before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]>;

  /**
   * What probably differs between two commits, at every depth, folders among it and each before what is in it. Nothing
   * is checked: it spares reading trees that can be made out of it, if they then have the right ids. Undefined where
   * there is nothing to say. Not every store has this.
   */
  foresee?(before: Oid, after: Oid): Promise<readonly PathChange[] | undefined>;

  /**
   * Every commit reachable from the tips, each once and before any of its parents; without those that `known`
   * commits reach, themselves included. Where history is cut off (shallow), the commit at the boundary is returned
   * with the parents that it names.
   */
  ancestry(tips: readonly Oid[], known?: readonly Oid[]): AsyncIterable<CommitLink>;

  /** The object that a whole id, HEAD, FETCH_HEAD, a reference's full or short name, or an unambiguous id prefix means. */
  resolve(revision: string): Promise<Oid | undefined>;

  /** References whose name starts with the prefix, sorted by name. */
  references(prefix: string): Promise<readonly Reference[]>;

  /** Commits whose parents were cut off when the repository was cloned or fetched. */
  shallow(): Promise<ReadonlySet<Oid>>;

  /** Stores an object and returns its id. */
  write(type: ObjectType, content: Uint8Array): Promise<Oid>;

  /** Points a reference at an object; refused if it does not stand at `expected` (undefined: must not exist). */
  updateReference(name: string, oid: Oid, expected: Oid | undefined): Promise<void>;

  /** Ends child processes and frees caches. The store can't be used afterwards. */
  close(): Promise<void>;
}

/** The largest object that a store hands out: far above any opam file, far below what exhausts memory. */
export const maximumObjectBytes = 64 * 1024 * 1024;

/** Someone's secret key, wherever it lives. Never sees more than the payload. */
export interface Signer {
  /** The fingerprint of the key that will sign, or of its certificate's primary key. */
  readonly fingerprint: Fingerprint;
  /** For people: `gpg key 0123… (Alice Example)`. */
  readonly description: string;
  /** A detached armored OpenPGP signature (type 0x00) over the payload. */
  sign(payload: Uint8Array): Promise<string>;
  /** The signer's whole certificate, binary. */
  certificate(): Promise<Uint8Array>;
}

/** Long work telling how far it is. Terminals show it; elsewhere it is silent. */
export interface Progress {
  /** Starts a new stretch of work; ends the one before. `total` undefined: not known. `unit` undefined: things. */
  stage(title: string, total?: number, unit?: 'bytes'): void;
  advance(by?: number): void;
  /** What has come of the stretch so far, in a few words. */
  remark?(text: string): void;
  end(): void;
}

/** One question with the flag that answers it (architecture: prompts are data). */
export interface Question<T> {
  /** The flag that gives the answer without a prompt, for example `--tag`. */
  readonly flag: string;
  readonly message: string;
  readonly preset?: T;
  /** Why an answer can't be taken, in a sentence; it is asked for again then. Undefined if it can. */
  readonly refusal?: (answer: T) => string | undefined;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
  readonly detail?: string;
}

export interface Prompter {
  text(question: Question<string>): Promise<string>;
  confirm(question: Question<boolean>): Promise<boolean>;
  select(question: Question<string>, choices: readonly Choice[]): Promise<string>;
  selectMany(question: Question<readonly string[]>, choices: readonly Choice[]): Promise<readonly string[]>;
  secret(question: Question<string>): Promise<string>;
}

/** The author's own repository, where releases are tagged. Reads only, but for the tag. */
export interface SourceRepository {
  readonly folder: string;
  readonly store: ObjectStore;
  /** Where work tree and index differ from HEAD, untracked files included: one path each, as git names them. */
  changes(): Promise<readonly string[]>;
  /** Where the author pushes to; undefined where the repository has no remote. */
  readonly remote: SourceRemote | undefined;
  /** Gives a tag object that is in the store its name. Refused if another tag bears it. */
  makeTag(name: string, oid: Oid): OutwardAct;
}

export interface SourceRemote {
  /** As the author's git knows it: `origin`. */
  readonly name: string;
  /** Without user name and password. */
  readonly address: string;
  /** What the remote has under a tag's name now; undefined if it has none. */
  tag(name: string): Promise<Oid | undefined>;
  /** Pushes a tag whose object is in the store. Refused if the remote has another one of that name. */
  pushTag(name: string, oid: Oid): OutwardAct;
}

/** The ways in which package repositories take submissions. */
export const forgeKinds = ['git', 'github', 'gitlab', 'forgejo'] as const;

export type ForgeKind = (typeof forgeKinds)[number];

/** Where a package repository is kept and how changes are submitted to it: GitHub, GitLab, or git and nothing else. */
export interface Forge {
  readonly kind: ForgeKind;
  /** The address of the package repository, without user name and password. */
  readonly address: string;
  /**
   * Reads the head of a branch (undefined: of the default branch) and the folders that every submission needs:
   * the root, `packages/` and `keyring/`, but nothing below them. Writes to nothing outside this machine.
   */
  open(branch: string | undefined): Promise<PackageRepository>;
  /**
   * The repository as an earlier run on this machine has left it, with what was signed there; nothing is read anew.
   * A `file.not-found` Fault where nothing is left of it.
   */
  reopen(place: RepositoryPlace): Promise<PackageRepository>;
}

/** What opening a package repository again needs. */
export interface RepositoryPlace {
  /** The branch that the submission is for, without `refs/heads/`. */
  readonly branch: string;
  readonly base: Oid;
  /** What else the forge wants to know again: the fork that it pushes to. */
  readonly facts: Facts;
}

/** A package repository as it stands at its forge now, read as far as asked. Written objects stay here until an act sends them. */
export interface PackageRepository extends RepositoryPlace {
  readonly store: ObjectStore;
  /**
   * The head of the branch when it was opened, which checks look at. The base, on which a submission is built, may be
   * an older commit of it: one that the fork has.
   */
  readonly tip: Oid;
  /** Brings objects into the store, each with everything below it that is no blob. */
  bring(oids: readonly Oid[]): Promise<void>;
  /** The references of these whole names that stand where a submission would be pushed to. */
  standing(names: readonly string[]): Promise<readonly Reference[]>;
  /** What would be lost if these references, which stand there, were overwritten. */
  work(standing: readonly Reference[]): Promise<StandingWork>;
  /** What submitting does to the world outside, one sentence each, for the plan. */
  announce(names: SubmissionNames): readonly string[];
  /** The acts that bring commit and tag there, in their order. */
  acts(submission: Submission): readonly OutwardAct[];
  /** How a branch of another repository on this machine gets there; undefined where that is no request to take it. */
  sending(branch: string): BranchSending | undefined;
  /**
   * The acts that ask the maintainers to take a branch that stands at the fork by then: a pull request. None where the
   * branch itself is the request.
   */
  requests(request: BranchRequest): readonly OutwardAct[];
  /** Bytes of objects that came over the wire so far. */
  received(): Promise<number>;
  close(): Promise<void>;
}

export interface SubmissionNames {
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Without `refs/tags/`. */
  readonly tag: string;
  /** What the push may overwrite, and nothing else. Left out: both names are new. */
  readonly replaced?: ReplacedNames;
}

/** What a pull request asks for. */
export interface BranchRequest {
  /** The branch that is to be taken, without `refs/heads/`. */
  readonly branch: string;
  readonly title: string;
  /** What a pull request says, as markdown. */
  readonly text: string;
  /** Whether the pull request is to be a draft. */
  readonly draft: boolean;
}

/** A signed commit and its submission tag, both in the store. Where a name stands at anything unforeseen, nothing is pushed. */
export interface Submission extends SubmissionNames, BranchRequest {
  readonly head: Oid;
  readonly tagOid: Oid;
}

/** The largest archive that is read: ten times the largest that opam-repository's packages have. */
export const maximumArchiveBytes = 512 * 1024 * 1024;

interface ArchiveDigest {
  /** In hexadecimal digits. */
  readonly sha512: string;
  readonly bytes: number;
}

/** Reads archives from where they are. Writes one only where there is no file yet. */
export interface ArchiveSource {
  /** The bytes at a path or a file, http or https URL; a Fault if there are more than {@link maximumArchiveBytes}. */
  read(location: string): Promise<Uint8Array>;
  /** The digest of those bytes, of which none are kept; a Fault as with `read`. */
  digest(location: string): Promise<ArchiveDigest>;
  /** Whether another file stands at a path than one of these bytes. */
  taken(path: string, bytes: Uint8Array): Promise<boolean>;
  /** The act that writes a file; refused if another one stands there. */
  write(path: string, bytes: Uint8Array): OutwardAct;
}

/** Where releases come from, read anew to check what a submission says of them. Nothing there is ever changed. */
export interface ReleaseSources {
  /** The tag of this name as its repository has it now; undefined if there is none. */
  fetchTag(repository: string, tag: string): Promise<FetchedTag | undefined>;
  /** The archive as it is downloaded now, and what it holds. */
  fetchArchive(url: string): Promise<ArchiveAtHand>;
}

/** A tag with its commit and everything below it, in a store of its own. */
export interface FetchedTag {
  readonly store: ObjectStore;
  /** What the reference points at: the tag object, or the commit of a lightweight tag. */
  readonly oid: Oid;
  close(): Promise<void>;
}
