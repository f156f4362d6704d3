import type { CatalogueEntry } from '../catalogue.ts';

/** What is wrong with the shape or the reach of history (trust model, sections 5 and 9). */
export const historyFindings = {
  'step.shape': {
    severity: 'error',
    effect: 'refutes',
    title: 'The commit graph has a shape that cannot be judged',
    meaning:
      'A step has one parent, or is a merge of exactly one side that left the mainline at exactly one place. Octopus merges, unrelated histories, several merge bases and a mainline that is not the first-parent chain are refused, because each of them can hide what was merged (trust model, section 5).',
    mend: 'Merge one branch at a time into the mainline, with the mainline as first parent.',
  },
  'step.conflict': {
    severity: 'note',
    effect: 'none',
    title: 'Both sides changed the same file',
    meaning:
      'The pull request and the base branch changed the same file in different ways, so there is no clean merge of it; whoever merges writes new content (trust model, section 5).',
    mend: 'Rebase the pull request on the base branch and sign it again.',
  },
  'step.impostor': {
    severity: 'error',
    effect: 'refutes',
    title: 'The forge shows another head than git has',
    meaning:
      "The forge's interface names another commit as the head of the pull request than its git has under the reference for that head. A commit can be had from a package repository although nobody ever submitted it there, because forks share their objects (trust model, section 5.8).",
    mend: 'Run verify-pr again, in case somebody pushed just now. If it stays so, do not merge, and tell the forge.',
  },
  'history.keyring-unread': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'Which keyring is in force is not known',
    meaning:
      'A step before this one may have changed the keyring, and something of it is missing or damaged. What follows is not judged by a keyring that may be out of date (trust model, section 5.6).',
    mend: 'Mend the step that is named: git fsck --full, then git fetch --refetch.',
  },
  'history.begun-before': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'Signed history began before the commit that would be taken for granted',
    meaning:
      'The trust anchor names no commit, and the oldest commit of the mainline with a keyring file descends from another one that has it. Whoever may push could merge the history that was verified into a branch that had left it before, with content of their own (trust model, section 3.8).',
    mend: 'Find out where signed history begins, and name that commit: --from COMMIT, or trust add --from COMMIT.',
  },
  'step.unsigned-merge': {
    severity: 'error',
    effect: 'refutes',
    title: 'The merge is not signed by a maintainer',
    meaning:
      'The keyring file says merges = "maintainer": every merge step needs a maintainer\'s signature (trust model, section 3).',
    mend: 'Merge with opam-signet merge-pr, or with git merge -S by a maintainer.',
  },
  'step.nothing': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'There is nothing to judge',
    meaning:
      'Merging would change no path, so there is nothing that anybody could have signed for (trust model, section 1, conclusion).',
    mend: 'Check that base and head are the ones you mean; the pull request may be merged already.',
  },
  'state.unfit': {
    severity: 'warning',
    effect: 'none',
    title: 'A state tag attests nothing',
    meaning:
      'A [[reattested]] entry of the keyring file names a state tag that is missing, malformed, not signed by an admin, or about another state (trust model, sections 2.7 and 6). Nothing is attested again by it.',
    mend: 'An admin signs a state tag anew, and the keyring file names that one.',
  },
  'history.handed-over': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'Nobody vouches for what was handed over',
    meaning:
      'The walk begins at a state tag, with the ledger that the tag hands over; but no maintainer or admin of the keyring at the tip has validly signed it (trust model, section 5.11). What was judged holds only if that ledger is right.',
    mend: 'Begin at a state tag that a maintainer or admin of today has signed, or judge from the anchor commit on.',
  },
  'history.parts': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'The parts do not make one history',
    meaning:
      'Parts of a history that were judged apart can be joined if they were judged for the same tip, anchor and moment, the first began at the anchor, and each began with the ledger that the one before arrived at (trust model, section 5.11).',
    mend: 'Judge again the part that is named, beginning at a state tag whose ledger is right; or judge the whole history in one run.',
  },
  'history.incomplete': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'History ends before the judgement does',
    meaning:
      'The repository is a shallow copy, and the part that is missing is needed (trust model, section 5).',
    mend: 'Fetch the rest: git fetch --unshallow.',
  },
  'history.rewound': {
    severity: 'error',
    effect: 'refutes',
    title: 'The head does not descend from where it must',
    meaning:
      'The mainline was replaced: the head that is to be verified does not contain the anchor commit, or the head that was verified last time (trust model, section 5).',
    mend: 'Ask the maintainers what happened to the branch before you accept it.',
  },
} as const satisfies Record<string, CatalogueEntry>;
