import type { CatalogueEntry } from '../catalogue.ts';

/** The keyring file, its signatures and its certificates (trust model, section 3). */
export const keyringFindings = {
  'keyring.removed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring file is gone',
    meaning:
      'The keyring file was removed, emptied, renamed, or replaced by a link or a submodule (trust model, section 3). No keyring never means that there is nothing to check.',
    mend: 'Put the keyring folder back as it was: git checkout <commit before> -- keyring.',
  },
  'keyring.unreadable': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring file can not be read',
    meaning:
      'The file is no TOML, has a field that is unknown, missing or wrong, or says two things that do not go together (trust model, section 3). It is read whole or not at all.',
    mend: 'Correct the line, then run opam-signet keyring check.',
  },
  'keyring.extra-file': {
    severity: 'error',
    effect: 'refutes',
    title: 'Something in the keyring folder does not belong there',
    meaning:
      'keyring/ holds keyring.toml, keyring.toml.asc and one file <FINGERPRINT>.asc for each certificate, all of them ordinary files (trust model, sections 1 and 3).',
    mend: 'Remove it, or move it out of keyring/.',
  },
  'keyring.too-large': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring folder is larger than any keyring',
    meaning: 'Reading is bounded so that a huge keyring cannot exhaust memory.',
    mend: 'Reduce the certificates to what is needed: opam-signet keyring refresh.',
  },
  'keyring.certificate-file': {
    severity: 'error',
    effect: 'refutes',
    title: 'A certificate file is not what its name and the keyring file say',
    meaning:
      'Each certificate that the keyring file lists has a file named after its primary fingerprint, which holds this one certificate and nothing that its own key did not sign (trust model, section 3).',
    mend: 'Export the certificate again: gpg --export --armor <FINGERPRINT>, and put it in place with opam-signet keyring refresh.',
  },
  'keyring.certificate-shrunk': {
    severity: 'error',
    effect: 'refutes',
    title: 'Packets of a certificate have disappeared',
    meaning:
      'A certificate that stays in the keyring may only grow: what is missing may be a revocation (trust model, section 3). The signatures of the admins do not cover the certificate files, so no version of the keyring file excuses it.',
    mend: 'Put the packets back with opam-signet keyring refresh. To drop them on purpose, remove the certificate in one version and add it again in a later one.',
  },
  'keyring.secret-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'A secret key stands where a certificate belongs',
    meaning:
      'A secret key in a repository, or handed around, must be taken for stolen. It is never written to the keyring.',
    mend: 'Export the public part alone: gpg --export --armor <FINGERPRINT>. If the secret key was published, revoke it.',
  },
  'keyring.no-signing-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'The certificate has no key that may sign now',
    meaning:
      'Every key of the certificate is expired, revoked, too weak, not meant for signing, or of a kind that is not supported (trust model, sections 2.4 and 2.6).',
    mend: 'Extend the key (gpg --quick-set-expire) or make a new one, and export the certificate again.',
  },
  'keyring.repository': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring file is for another repository',
    meaning:
      'The repository id of a keyring file never changes, and is the one that the trust anchor names (trust model, section 3). Otherwise the keyring of one repository could be used in another.',
    mend: 'Use the keyring of this repository, or a trust anchor for the other one.',
  },
  'keyring.version': {
    severity: 'error',
    effect: 'refutes',
    title: 'The version does not follow the one in force',
    meaning:
      'The version grows by exactly one with every change (trust model, section 3): no return to an older keyring, and no jump.',
    mend: 'Bring the change on top of the version in force: opam-signet keyring merge BRANCH, or make it again; then keyring sign.',
  },
  'keyring.previous': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring file follows another version than the one in force',
    meaning:
      'The field `previous` must be the digest of the bytes in force (trust model, section 3); here another keyring file of the same number was meant.',
    mend: 'Bring the change on top of the version in force: opam-signet keyring merge BRANCH, or make it again; then keyring sign.',
  },
  'keyring.created': {
    severity: 'error',
    effect: 'refutes',
    title: 'The date of the keyring file is out of order',
    meaning:
      'A version is not older than the one before it, and not made in the future (trust model, section 3).',
    mend: 'Set the clock right and make the change again.',
  },
  'keyring.threshold': {
    severity: 'error',
    effect: 'refutes',
    title: 'Not enough admins have signed the keyring file',
    meaning:
      'A change needs the signatures of as many distinct admins as the old version asks for, and as many as the new one asks for (trust model, section 3). A person counts once, however many keys or signatures.',
    mend: 'An admin who is missing runs opam-signet keyring sign.',
  },
  'keyring.signature': {
    severity: 'note',
    effect: 'none',
    title: 'A signature on the keyring file does not count',
    meaning:
      'It is not good, not made by an admin, or made with a key that is compromised (trust model, sections 2 and 3). The others are enough, or another finding says that they are not.',
    mend: 'The admin signs again with a key that the keyring lists: opam-signet keyring sign.',
  },
  'keyring.signatures-changed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signatures of a version were changed afterwards',
    meaning:
      'While the keyring file stays the same, so do its signatures (trust model, section 3): whoever verifies from the first version on needs them as they were accepted.',
    mend: 'Put keyring/keyring.toml.asc back as it was: git checkout <commit before> -- keyring/keyring.toml.asc.',
  },
  'keyring.policy-lowered': {
    severity: 'error',
    effect: 'refutes',
    title: 'The floor for unsigned changes was lowered',
    meaning: 'The policy `unsigned` may only rise: allow, warn, refuse (trust model, section 3).',
    mend: 'Set unsigned in [policy] to what it was, or higher, and sign again.',
  },
  'keyring.compromise-forgotten': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring forgets that a key is compromised',
    meaning:
      'All history is judged with what the newest keyring knows (trust model, section 2.7). A certificate that was revoked as compromised may be taken out only if the keyring file lists its key in [[compromised]] instead, and such an entry stays for ever.',
    mend: 'List the key in the keyring file: opam-signet keyring compromise FINGERPRINT.',
  },
  'keyring.mixed-step': {
    severity: 'error',
    effect: 'refutes',
    title: 'A change of the keyring is mixed with other changes',
    meaning:
      'A step that changes keyring/ changes nothing else (trust model, section 3), so that each is judged by one keyring.',
    mend: 'Split the change: the keyring in one pull request, everything else in another.',
  },
  'keyring.expired': {
    severity: 'error',
    effect: 'refutes',
    title: 'The keyring file has expired',
    meaning:
      'After the date in `expires` the keyring authorises nothing but its own renewal: the next version with new dates, signed by its admins (trust model, section 3).',
    mend: 'The admins renew it: opam-signet keyring policy --expires DATE, then keyring sign.',
  },
  'keyring.first': {
    severity: 'error',
    effect: 'refutes',
    title: 'The trust anchor does not vouch for the keyring file',
    meaning:
      'The first keyring file is trusted because a quorum of the fingerprints in the trust anchor signed it, each by another person (trust model, section 3).',
    mend: 'Compare the fingerprints of the trust anchor with those that the repository publishes: opam-signet trust show.',
  },
  'keyring.begun-again': {
    severity: 'error',
    effect: 'refutes',
    title: 'The side begins a keyring of its own',
    meaning:
      'A commit of the side brings keyring/ where none stood. Only one commit of the mainline begins it; a side that does so, too, may be the history that was verified, merged into a branch that had left it before (trust model, section 3.6).',
    mend: 'Undo the merge. Rebase what the side changes on the mainline, and sign it again.',
  },
  'keyring.fixed': {
    severity: 'error',
    effect: 'refutes',
    title: 'A keyring change under an audit with one fixed keyring',
    meaning:
      'With --keyring, one keyring is used at every position, so that changes of the keyring in history can not be judged by the update rule (trust model, section 3).',
    mend: 'Verify from a trust anchor instead: opam-signet verify-repo --anchor NAME.',
  },
  'keyring.exists': {
    severity: 'error',
    effect: 'refutes',
    title: 'There is a keyring already',
    meaning: 'A first version is made only where none stands; every other is a change of the one in force.',
    mend: 'Change it: opam-signet keyring add.',
  },
  'keyring.missing': {
    severity: 'error',
    effect: 'refutes',
    title: 'There is no keyring here',
    meaning: 'The folder keyring/ was not found in this place.',
    mend: 'Run the command in the root of the package repository, on the branch of the proposal if there is one (git switch BRANCH), or make a first version: opam-signet keyring init.',
  },
  'keyring.contributor-exists': {
    severity: 'error',
    effect: 'refutes',
    title: 'The id belongs to another contributor',
    meaning:
      'An id stands for one person for ever: claims and signatures are counted by it (trust model, sections 3 and 4).',
    mend: 'Choose another id; or leave out the name to give the existing contributor a further certificate.',
  },
  'keyring.no-contributor': {
    severity: 'error',
    effect: 'refutes',
    title: 'Nobody has this id',
    meaning:
      'Rights and names are given to contributors whom the keyring file lists (trust model, section 3).',
    mend: 'Look at the ids with opam-signet keyring show, or add the person: opam-signet keyring add.',
  },
  'keyring.no-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'No certificate of the keyring has this key',
    meaning:
      'Only a primary key or subkey that a certificate in keyring/ has can be listed as compromised: one that nobody has was never believed (trust model, section 2.7).',
    mend: 'Look for the whole fingerprint: opam-signet keyring show.',
  },
  'keyring.conflict': {
    severity: 'error',
    effect: 'refutes',
    title: 'Two changes of the keyring contradict each other',
    meaning:
      'Two admins changed the same field in different ways, or one removed what the other changed. Everything else is brought together by itself.',
    mend: 'Agree on one of the two, make it on top of the version in force, and run opam-signet keyring merge again.',
  },
  'keyring.not-admin': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signer is not an admin of this keyring',
    meaning: 'Only signatures of admins count for a change of the keyring file (trust model, section 3).',
    mend: 'Sign with the key of an admin: opam-signet keyring sign --key FINGERPRINT.',
  },
  'keyring.nothing-changed': {
    severity: 'note',
    effect: 'none',
    title: 'There is nothing to change',
    meaning: 'The keyring file says already what was asked for, or this admin has signed it already.',
    mend: 'Nothing.',
  },
} as const satisfies Record<string, CatalogueEntry>;
