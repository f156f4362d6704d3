import type { CatalogueEntry } from '../catalogue.ts';

/** Why a changed path is not attributed to anybody with authority over it (trust model, sections 4 and 5). */
export const attributionFindings = {
  'attribution.unsigned': {
    severity: 'error',
    effect: 'refutes',
    title: 'Nobody with authority signed this change',
    meaning:
      'The path belongs to an enrolled package, or lies outside the packages, and no signature stands for it (trust model, section 5).',
    mend: 'Its author signs the commit (git commit --amend -S), or a maintainer takes it over: opam-signet endorse.',
  },
  'attribution.no-authority': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signer has no authority over this path',
    meaning:
      'The signature is good, but its maker is neither an owner of the package nor a maintainer (trust model, section 4).',
    mend: 'An owner signs the change, or a maintainer endorses it: opam-signet endorse.',
  },
  'attribution.evil-merge': {
    severity: 'error',
    effect: 'refutes',
    title: 'The merge adds something of its own',
    meaning:
      'The merge changes a path in a way that no commit of its side does. A merge that brings content of its own needs a signature that says so (trust model, section 5).',
    mend: 'A maintainer endorses the merged content, or the merge is undone and made again without additions.',
  },
  'attribution.rolled-back': {
    severity: 'error',
    effect: 'refutes',
    title: 'The merge throws away changes of the mainline',
    meaning:
      'The path stands again as it was when the side left the mainline, although the mainline has changed it since: a merge with -s ours, or of a stale tree (trust model, section 5.2).',
    mend: 'Undo the merge and make it again so that it keeps what the mainline has.',
  },
  'attribution.withdrawn': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature is older than the withdrawal',
    meaning:
      'The package version stood on the mainline and was taken out, perhaps because of a hole. What was signed before that does not bring it back (trust model, section 5.2).',
    mend: 'If it is to come back, an owner signs it anew: opam-signet publish, or opam-signet resign.',
  },
  'attribution.borrowed-words': {
    severity: 'warning',
    effect: 'none',
    title: 'The words of this merge do not endorse',
    meaning:
      'A merge endorses what it merges only if its message begins with words of its own. Git and forges begin theirs with "Merge", and put the message of a tag or the title of a pull request below, which others wrote (trust model, section 5.1).',
    mend: 'Begin the message with other words than "Merge", or endorse the head by a tag: opam-signet endorse.',
  },
  'attribution.conflict': {
    severity: 'error',
    effect: 'refutes',
    title: 'Mainline and side both changed this path',
    meaning:
      "A signature on the side was made without the mainline's change in view, so it cannot stand for the merged content (trust model, section 5).",
    mend: 'Rebase the side on the mainline and sign it again, or a maintainer endorses the merged content.',
  },
  'attribution.legacy-unsigned': {
    severity: 'note',
    effect: 'none',
    title: 'Unsigned change to a package that nobody has enrolled',
    meaning:
      'The package has no owner yet. The floor `unsigned` of the keyring file decides: allowed, warned about, or refused (trust model, section 5).',
    mend: 'Enrol the package: opam-signet endorse --owner NAME=CONTRIBUTOR.',
  },
  'attribution.borrowed-name': {
    severity: 'warning',
    effect: 'none',
    title: 'The name on the object is not the signer',
    meaning:
      'Author, committer or tagger name somebody whom the certificate does not name. Names prove nothing; the judgement rests on the fingerprint (trust model, section 2.8).',
    mend: "Nothing, if the signer applied somebody else's change on purpose; otherwise set user.name and user.email and sign again.",
  },
  'name.look-alike': {
    severity: 'error',
    effect: 'refutes',
    title: 'The new name looks like a package that exists',
    meaning:
      'The name differs from a standing one only by case, by - and _, or by letters that look alike; such names need a maintainer (trust model, section 4).',
    mend: 'Choose another name, or ask a maintainer to endorse it: opam-signet endorse.',
  },
  'name.needs-maintainer': {
    severity: 'error',
    effect: 'refutes',
    title: 'New package names need a maintainer',
    meaning: 'The keyring file says new-packages = "maintainer" (trust model, section 3).',
    mend: 'Ask a maintainer to endorse the new package: opam-signet endorse.',
  },
  'owner.ignored': {
    severity: 'warning',
    effect: 'none',
    title: 'An enrolment without the right to enrol',
    meaning:
      'Signet-Owner counts only in the endorsement tag of a maintainer, and only for contributors of the keyring file (trust model, section 4). It was ignored.',
    mend: 'Ask a maintainer: opam-signet endorse --owner NAME=CONTRIBUTOR.',
  },
} as const satisfies Record<string, CatalogueEntry>;
