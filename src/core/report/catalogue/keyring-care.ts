import type { CatalogueEntry } from '../catalogue.ts';

/** What a keyring needs somebody to look after, and where certificates are looked up (docs/admin). */
export const keyringCareFindings = {
  'keyring.not-canonical': {
    severity: 'warning',
    effect: 'none',
    title: 'The keyring file is not in canonical form',
    meaning:
      'It says the same in other words: order, spacing or comments differ. Changes by two people then merge badly.',
    mend: 'Let the tool write it: any opam-signet keyring command that changes something does.',
  },
  'keyring.expires-soon': {
    severity: 'warning',
    effect: 'none',
    title: 'The keyring file expires soon',
    meaning:
      'After the date in `expires` it authorises nothing but its own renewal (trust model, section 3).',
    mend: 'The admins renew it: opam-signet keyring policy --expires DATE, then keyring sign.',
  },
  'keyring.certificate-expires-soon': {
    severity: 'warning',
    effect: 'none',
    title: 'A certificate expires soon',
    meaning: 'What its holder signs after that date will be refused (trust model, section 2.7).',
    mend: 'The holder extends it (gpg --quick-set-expire) and brings it up to date: opam-signet keyring refresh.',
  },
  'keyring.thin-quorum': {
    severity: 'warning',
    effect: 'none',
    title: 'The admins who can still sign are only just enough',
    meaning:
      'If one more key is lost, the keyring can never be changed again, and users have to pin a new trust anchor (trust model, section 3).',
    mend: 'Add an admin, or a second key of an admin: opam-signet keyring add.',
  },
  'keyring.no-quorum': {
    severity: 'error',
    effect: 'refutes',
    title: 'Not enough admins can sign any more',
    meaning:
      'Fewer admins than the threshold asks for have a key that may sign now, so no change can be accepted (trust model, section 3).',
    mend: 'The admins extend their keys (gpg --quick-set-expire) and bring them up to date: opam-signet keyring refresh.',
  },
  'keyring.predecessor-missing': {
    severity: 'warning',
    effect: 'none',
    title: 'The version before this one is not at hand',
    meaning:
      'What the proposal changes can not be shown, and not be judged by the admins of the version before.',
    mend: 'Run the command inside the package repository, on a branch that has the version in force.',
  },
  'keyring.revoked-elsewhere': {
    severity: 'error',
    effect: 'refutes',
    title: 'A key is revoked, and the keyring does not know it',
    meaning:
      'A place where certificates are looked up has a revocation, signed by the key itself, that keyring/ lacks. Until it is there, what the key signs is accepted (trust model, section 2.4).',
    mend: 'Take it over, without anybody having to sign: opam-signet keyring refresh --from server.',
  },
  'keyring.newer-elsewhere': {
    severity: 'note',
    effect: 'none',
    title: 'A newer copy of a certificate stands elsewhere',
    meaning: 'It has a later expiry, a further subkey or a further user id (trust model, section 3.7).',
    mend: 'Take it over, without anybody having to sign: opam-signet keyring refresh --from server.',
  },
  'keyring.weak-key': {
    severity: 'warning',
    effect: 'none',
    title: 'A certificate uses weak algorithms',
    meaning:
      'Signatures by a weak key count for nothing, and self-signatures made with SHA-1 can be forged with enough effort (trust model, section 2.6).',
    mend: 'The holder makes a new key, or for SHA-1 sets the expiry date again (gpg --quick-set-expire), and sends the certificate.',
  },
  'keyring.same-person': {
    severity: 'warning',
    effect: 'none',
    title: 'Two contributors bear the same address',
    meaning:
      'One person counts once towards a threshold, however many keys. Somebody who is listed twice counts twice (trust model, section 3.5).',
    mend: 'If it is one person, give one id all certificates: opam-signet keyring remove ID, then keyring add with the other id.',
  },
  'keyring.inactive': {
    severity: 'note',
    effect: 'none',
    title: 'A contributor has signed nothing for long',
    meaning: 'A key that nobody uses can be lost without anybody noticing.',
    mend: 'Ask them whether they still want it; if not: opam-signet keyring remove ID.',
  },
  'keyring.orphaned-name': {
    severity: 'warning',
    effect: 'none',
    title: 'Nobody who is left owns a package',
    meaning:
      'Whoever claimed the name has left the keyring file. It stays enrolled, so that maintainers alone can change it (trust model, section 4.2).',
    mend: 'Give it to somebody: opam-signet keyring own PACKAGE ID.',
  },
  'keyring.directory-unreachable': {
    severity: 'warning',
    effect: 'none',
    title: 'A certificate could not be looked up',
    meaning:
      'The server did not answer, or not as it should. Certificates in the keyring stay as they are; a revocation that stands only there is not seen.',
    mend: 'Run it again later: opam-signet keyring refresh.',
  },
  'keyring.certificate-not-found': {
    severity: 'error',
    effect: 'refutes',
    title: 'The certificate was not found where it was looked for',
    meaning:
      'The place has none under this name, or several, or only others. What such a place says is never trusted: the certificate is judged as if it came in a file.',
    mend: 'Check the address, fingerprint or account; or ask for the certificate as a file: gpg --armor --export FINGERPRINT.',
  },
} as const satisfies Record<string, CatalogueEntry>;
