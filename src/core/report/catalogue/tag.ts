import type { CatalogueEntry } from '../catalogue.ts';

/** Why a submission or endorsement tag does not count (trust model, section 7). */
export const tagFindings = {
  'tag.name-mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The tag stands under another name than it was signed with',
    meaning:
      'A signature covers the name inside the tag object, not the reference that it is stored under; git verify-tag does not compare them (trust model, section 7).',
    mend: 'Delete the reference and fetch the tag under its own name.',
  },
  'tag.lightweight': {
    severity: 'error',
    effect: 'refutes',
    title: 'The tag is not an annotated tag',
    meaning:
      'A lightweight tag is only a name; there is nothing in it that could be signed (trust model, section 7).',
    mend: 'Make an annotated, signed tag: opam-signet publish, or git tag --sign.',
  },
  'tag.target': {
    severity: 'error',
    effect: 'refutes',
    title: 'The tag does not point at the commit it must',
    meaning:
      'A submission or endorsement tag points at the head commit of what it submits: not at another tag, a tree, or another commit (trust model, section 7).',
    mend: 'Make the tag again on the head commit: opam-signet resign.',
  },
  'tag.kind': {
    severity: 'error',
    effect: 'refutes',
    title: 'The tag is of another kind than its name says',
    meaning:
      'signet/<package> holds submissions, signet/endorse/<commit> endorsements, signet/state/<number> states (trust model, section 7).',
    mend: 'Make the tag again with opam-signet, which names it.',
  },
  'statement.malformed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The statement in the tag cannot be read',
    meaning:
      'The Signet- trailers are incomplete, doubled, unknown or not in their exact form (trust model, section 7).',
    mend: 'Make the tag again with opam-signet.',
  },
  'statement.other-repository': {
    severity: 'error',
    effect: 'refutes',
    title: 'The statement was made for another repository',
    meaning:
      'Signet-Repository names the repository that a submission is meant for, so that it cannot be replayed elsewhere (trust model, section 7).',
    mend: 'Its author submits to this repository: opam-signet publish --to.',
  },
  'statement.expired': {
    severity: 'error',
    effect: 'refutes',
    title: 'The statement had expired when it was used',
    meaning:
      'Signet-Expires lies before the position of the step, so that a withdrawn submission cannot be merged much later (trust model, section 5).',
    mend: 'Its author submits again: opam-signet resign.',
  },
  'statement.spent': {
    severity: 'error',
    effect: 'refutes',
    title: 'The statement was used before',
    meaning:
      'A content statement holds for one step. What was taken out again since, perhaps because of a hole, does not come back by it (trust model, section 5.4).',
    mend: 'If it is to come back, its author submits it again: opam-signet publish, or opam-signet resign.',
  },
  'statement.digest': {
    severity: 'error',
    effect: 'refutes',
    title: 'The statement is about other content',
    meaning:
      'Signet-Package names the digest of the package directory before and after. They are not the digests of this step, so the statement says nothing about it (trust model, section 5.4).',
    mend: 'Its author signs the content as it is now: opam-signet resign.',
  },
} as const satisfies Record<string, CatalogueEntry>;
