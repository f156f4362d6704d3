/**
 * What every step of a history did, as columns: position i of each column speaks of the same step or change, so
 * that tens of thousands of steps are a few megabytes, in memory and as JSON. Text is as the objects have it: whoever
 * shows it makes it safe. This module needs nothing of Node: the page reads the columns with it.
 */
export interface Chronicle {
  /** Steps before the oldest one listed: they are counted in `months` and nowhere else. */
  readonly forgotten: number;
  readonly steps: StepColumns;
  readonly changes: ChangeColumns;
  readonly evidence: EvidenceColumns;
  readonly subjects: SubjectColumns;
  /** Names on commits and ids of contributors, which other columns point at. */
  readonly names: readonly string[];
  readonly fingerprints: readonly string[];
  /** Oldest first. */
  readonly months: readonly MonthCounts[];
}

/** Steps, oldest first. */
interface StepColumns {
  readonly oid: readonly string[];
  /** The position time after the step, which never runs backwards (trust model, section 1); 0: not known. */
  readonly time: readonly number[];
  /** Place in {@link stepConclusions}. */
  readonly conclusion: readonly number[];
  readonly title: readonly string[];
  /** The number of the pull request that the message names; 0: none. */
  readonly pull: readonly number[];
  /** Whom the newest commit of the side names as its author, or the step where there is no side: place in `names`. */
  readonly author: readonly number[];
  /** Whom the step itself names as its author. */
  readonly merger: readonly number[];
  /** One letter of {@link signatureLetters} for the step, then one for each of the side's newest commits. */
  readonly signatures: readonly string[];
  /** How many commits the side has. */
  readonly side: readonly number[];
}

/** What one step did to one package version, or to one path outside the packages. Oldest first. */
interface ChangeColumns {
  /** Place in the columns of steps. */
  readonly step: readonly number[];
  /** Place in the columns of subjects. */
  readonly subject: readonly number[];
  /** Place in {@link acts}. */
  readonly act: readonly number[];
  /** Place in {@link attributionKinds}. */
  readonly kind: readonly number[];
  /** Place in the columns of evidence; -1: none. */
  readonly evidence: readonly number[];
  /** How many paths were changed. */
  readonly paths: readonly number[];
}

interface EvidenceColumns {
  /** Place in {@link evidenceKinds}. */
  readonly kind: readonly number[];
  readonly object: readonly string[];
  /** Place in `names`; -1: nobody. */
  readonly contributor: readonly number[];
  /** Place in `fingerprints`; -1: none. */
  readonly key: readonly number[];
}

/** Whatever was changed: a package version, or a path. */
interface SubjectColumns {
  /** The package's name; empty for a path. */
  readonly package: readonly string[];
  /** The version, or the path: one character for each of its bytes. */
  readonly label: readonly string[];
}

/** Columns that belong to whoever has them. */
type Growing<Columns extends Readonly<Record<keyof Columns, readonly unknown[]>>> = {
  -readonly [Name in keyof Columns]: Columns[Name][number][];
};

/** A chronicle that nobody else reads, so that its columns can be written on without copying them. */
export interface GrowingChronicle extends Chronicle {
  readonly steps: Growing<StepColumns>;
  readonly changes: Growing<ChangeColumns>;
  readonly evidence: Growing<EvidenceColumns>;
}

/** One month (UTC) of history. */
export interface MonthCounts {
  /** Months since January 1970. */
  readonly month: number;
  /** Changed paths: attributed to somebody, unsigned and allowed, attributed to nobody. */
  readonly signed: number;
  readonly unsigned: number;
  readonly none: number;
  /** Signatures of steps and sides: good, another verdict, absent. */
  readonly good: number;
  readonly other: number;
  readonly absent: number;
}

export const stepConclusions = ['verified', 'rejected', 'undetermined'] as const;
export const acts = ['added', 'changed', 'removed'] as const;
export const attributionKinds = ['own', 'side', 'tag', 'statement', 'keyring', 'unsigned', 'none'] as const;
export const evidenceKinds = ['commit', 'submission-tag', 'endorsement-tag', 'mergetag'] as const;

/** What a commit's signature is worth in its step: it attributes a change; it is good; it is not; there is none. */
export const signatureLetters = { attributes: 'a', good: 'g', other: 'x', absent: 'n' } as const;

/** How a change of this kind is counted and coloured. */
export function standingOf(kind: (typeof attributionKinds)[number]): 'signed' | 'unsigned' | 'none' {
  return kind === 'unsigned' || kind === 'none' ? kind : 'signed';
}
