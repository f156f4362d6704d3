import type { CatalogueEntry } from '../catalogue.ts';

/** Requests to be added to the keyring (trust model, section 3.10). */
export const requestFindings = {
  'request.unproven': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'Nobody has shown that they hold the secret key',
    meaning:
      'A certificate is public: anybody can put somebody else’s into the keyring. A commit of the pull request that this very certificate signed, and that states the id, the repository and the fingerprint, shows that its holder asks for it (trust model, section 3.10).',
    mend: 'The holder makes the request: opam-signet keyring request ID.',
  },
  'request.account': {
    severity: 'error',
    effect: 'refutes',
    title: 'The claimed account does not list the certificate',
    meaning:
      'The request names an account at GitHub, and the GPG keys that the account lists are others (trust model, section 3.10).',
    mend: 'The holder adds the key under Settings, SSH and GPG keys; or makes the request without the account.',
  },
  'request.account-unchecked': {
    severity: 'warning',
    effect: 'none',
    title: 'The claimed account was not looked up',
    meaning:
      'Without the network, or without an answer, nothing is known about the account that the request names (trust model, section 3.10).',
    mend: 'Run opam-signet verify-pr with the network at hand, or look at https://github.com/ACCOUNT.gpg.',
  },
  'request.person': {
    severity: 'note',
    effect: 'none',
    title: 'Who stands behind a certificate is not shown',
    meaning:
      'A signature shows that somebody holds a key, and an account that somebody has logged in. Who that is, and whether they shall own packages, an admin has to know (trust model, section 3.10).',
    mend: 'Ask the person on a way that you know, and compare the whole fingerprint.',
  },
} as const satisfies Record<string, CatalogueEntry>;
