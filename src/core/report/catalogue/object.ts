import type { CatalogueEntry } from '../catalogue.ts';

/** Objects that can't be taken for what they claim to be (trust model, sections 2.1 and 2.2). */
export const objectFindings = {
  'object.malformed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The object breaks the strict form of signed git objects',
    meaning:
      'Git reads this object one way and another program may read it differently: a header is doubled, out of order, unknown beside a signature, or the bytes hold a NUL (trust model, section 2.2). What its signature covers is therefore not certain.',
    mend: 'Make the commit or tag again with git (for example git commit --amend -S) and submit that one.',
  },
  'object.mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The object does not hash to its id',
    meaning:
      'The bytes that the repository returned for this id have another id (trust model, section 2.1). The repository is damaged or was tampered with.',
    mend: 'Run git fsck, then fetch the object again from a repository that you trust.',
  },
  'object.missing': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'An object that the judgement needs is not in the repository',
    meaning: 'Without the object nothing can be said about the change, neither good nor bad.',
    mend: 'Fetch it: git fetch --unshallow, or git fetch origin <id>.',
  },
  'object.corrupt': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'An object is damaged in the repository',
    meaning: 'The object database could not be read at this place; nothing can be said about the change.',
    mend: 'Run git fsck --full, move the damaged pack aside and fetch again.',
  },
  'limit.object-size': {
    severity: 'error',
    effect: 'refutes',
    title: 'An object is larger than anything that belongs here',
    meaning:
      'Reading is bounded so that a huge object cannot exhaust memory; no opam file comes near the bound.',
    mend: 'Remove the large file from the change.',
  },
  'limit.changes': {
    severity: 'error',
    effect: 'refutes',
    title: 'A change touches more paths than can be judged',
    meaning: 'The number of changed paths in one step is bounded, so that memory and time are.',
    mend: 'Split the change into several pull requests.',
  },
} as const satisfies Record<string, CatalogueEntry>;
