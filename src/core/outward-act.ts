import type { Oid } from './git/oid.ts';

/** What programs note about an act: names, ids, addresses. Never a secret. */
export type Facts = Readonly<Record<string, string>>;

/**
 * Something done to the world outside this machine: only after the yes, and with a record before and after.
 * Neither title nor details ever hold credentials. A later process makes the same act again from the journal.
 */
export interface OutwardAct {
  /** The kind of act, for programs: `push-source-tag`. */
  readonly id: string;
  /** What is done to what: `push tag v1.0 to origin (https://…)`. */
  readonly title: string;
  /** What the act is about, for whoever reads the journal. */
  readonly details: Facts;
  /**
   * Brings about the wanted state. Looks first: where it is there already, nothing is done, so that doing it again
   * is the same as doing it once.
   *
   * @param begun whether an earlier run began this act and could not tell how it ended: what is found there now may
   * be its work.
   */
  perform(begun?: boolean): Promise<Performed>;
  /**
   * Takes back what this act made, and nothing else: what has become something else meanwhile stays. Doing it again
   * does nothing. Left out where it can't be taken back, or should not be.
   *
   * @param facts what `perform` gave; undefined where the act was begun and nobody knows how it ended.
   */
  readonly undo?: (facts: Facts | undefined) => Promise<Undone>;
}

/** What came of an act. */
export interface Performed {
  /** In a few words, for people. */
  readonly outcome: string;
  /** Whether this act made it; false: it was there already. Only what was made is ever undone. */
  readonly made: boolean;
  /** What undoing it needs that was not known before: the number of a pull request. */
  readonly facts?: Facts;
}

/** What came of taking an act back. */
export interface Undone {
  /** Whether anything of it was left to take back, and was. */
  readonly undone: boolean;
  /** In a few words, for people; where nothing was undone, why. */
  readonly outcome: string;
}

/** A branch on its way to the fork that submissions are pushed to, which is made where there is none yet. */
export interface BranchSending {
  /** What the acts will do, before anybody has made the commit. */
  readonly titles: readonly string[];
  /** @param folder of the repository, or its work tree, that has the commit */
  acts(head: Oid, folder: string): readonly OutwardAct[];
}
