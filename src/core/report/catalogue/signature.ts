import type { CatalogueEntry } from '../catalogue.ts';
import type { SignatureReason } from '../../openpgp/signature.ts';

/** Why a signature does not count (trust model, section 2). One entry for every reason that a verdict can give. */
export const signatureFindings = {
  'signature.absent': {
    severity: 'error',
    effect: 'refutes',
    title: 'There is no signature',
    meaning: 'The object carries no signature at all.',
    mend: 'Sign it: git commit --amend -S, or git tag --sign.',
  },
  'signature.malformed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature is not of the form that git and gpg write',
    meaning:
      'The armored text must be one block with nothing around it, a right checksum and exactly one signature packet of version 4 or 6 and type 0x00 (trust model, section 2.2). Programs disagree about anything else, so one of them would be fooled.',
    mend: 'Sign again with git and an unchanged gpg: git commit --amend -S, or git tag --sign --force.',
  },
  'signature.bad': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature does not fit what it stands on',
    meaning:
      'The key that the signature names did not sign these bytes: they were changed after signing, the signature was copied from elsewhere or damaged, or it demands something that no verifier here understands (trust model, sections 2.3 and 2.5).',
    mend: 'Find out who changed the object, and sign it again: git commit --amend -S, or git tag --sign --force.',
  },
  'signature.unknown-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'Nobody in the keyring has the key that signed',
    meaning:
      'No certificate in force at this position has the key that the signature names (trust model, sections 2.3 and 3). A new subkey counts only after the certificate file has grown by it.',
    mend: 'Sign with a key of the keyring, ask an admin to add the certificate (opam-signet keyring request), refresh the certificate file if the subkey is new (opam-signet keyring refresh), or let a maintainer take the change over (opam-signet endorse).',
  },
  'signature.ambiguous-issuer': {
    severity: 'error',
    effect: 'refutes',
    title: 'It is not certain which key signed',
    meaning:
      'The signature names only a key id that several keys share, or a key that several certificates have made their own (trust model, section 2.3). Key ids are 64 bits long, and two keys with the same one can be made on purpose.',
    mend: 'Sign with a program that writes the whole fingerprint (gpg 2.2 or later), and remove the colliding certificate from the keyring.',
  },
  'signature.issuer-mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature names another key than the one that made it',
    meaning:
      'The fingerprint or key id in the signed part of the signature is not that of the key that verifies it (trust model, section 2.3). No program writes such a signature by itself.',
    mend: 'Sign again with an unchanged gpg.',
  },
  'signature.unsupported': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'The signature is of a kind that can not be verified',
    meaning:
      'The public-key algorithm, curve or hash function is none of those listed in trust model, section 2.6. It says neither yes nor no.',
    mend: 'Sign with an Ed25519, RSA (2048 bits or more), NIST or Brainpool key and SHA-256 or SHA-512.',
  },
  'signature.ssh': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'It is signed with an SSH key',
    meaning:
      'git signed with gpg.format = ssh. Only OpenPGP signatures count so far (trust model, section 2.10).',
    mend: 'Sign with an OpenPGP key: git config gpg.format openpgp, git config user.signingKey <fingerprint>, then git commit --amend -S.',
  },
  'signature.x509': {
    severity: 'error',
    effect: 'leaves-unproven',
    title: 'It is signed with an X.509 certificate',
    meaning:
      'git signed with gpg.format = x509. Only OpenPGP signatures count so far (trust model, section 2.10).',
    mend: 'Sign with an OpenPGP key: git config gpg.format openpgp, git config user.signingKey <fingerprint>, then git commit --amend -S.',
  },
  'signature.weak': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature was made with a weak hash function',
    meaning:
      'MD5, SHA-1 and RIPEMD-160, or a digest too short for the key: somebody may have prepared two texts that share this signature (trust model, section 2.6).',
    mend: 'Sign again with SHA-256 or SHA-512: remove digest-algo and personal-digest-preferences from gpg.conf first.',
  },
  'signature.weak-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'The key that signed is weak',
    meaning:
      'RSA keys shorter than 2048 bits, DSA and ElGamal keys, and subkeys of such a primary key prove nothing any more (trust model, section 2.6).',
    mend: 'Make a new key (gpg --quick-generate-key), ask an admin to add it, and sign again with it.',
  },
  'signature.expired-signature': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature has expired',
    meaning:
      'The signature says itself until when it holds, and it is used after that (trust model, section 2.7).',
    mend: 'Sign again, and remove default-sig-expire from gpg.conf.',
  },
  'signature.expired-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'The key had expired',
    meaning:
      'The key had expired when it signed, or when the signature came to be used: by then its date proves nothing, because the signer writes it (trust model, section 2.7).',
    mend: 'Extend the key (gpg --quick-set-expire <fingerprint> 2y), refresh its certificate in the keyring (opam-signet keyring refresh), and sign again.',
  },
  'signature.revoked-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'The key was revoked',
    meaning:
      'A key revoked as compromised, or without a reason, voids all it ever signed; one that is superseded or retired voids what it signs from then on (trust model, sections 2.4 and 2.7).',
    mend: 'Sign again with the new key. Where good history was signed with a compromised one, the admins can attest it again ([[reattested]] in the keyring file).',
  },
  'signature.unbound-subkey': {
    severity: 'error',
    effect: 'refutes',
    title: 'The subkey does not belong to the certificate',
    meaning:
      'Primary key and signing subkey must vouch for each other; without the back-signature anybody could adopt the subkey of somebody else and pass off their signatures as his own (trust model, section 2.4).',
    mend: 'If the subkey is yours, add the back-signature (gpg --edit-key <fingerprint> cross-certify) and refresh the certificate in the keyring.',
  },
  'signature.wrong-capability': {
    severity: 'error',
    effect: 'refutes',
    title: 'The key may not make such signatures',
    meaning:
      'The key flags in its newest self-signature do not say that it signs data: it is for certifying, encrypting or logging in only (trust model, section 2.4).',
    mend: 'Sign with your signing key: git config user.signingKey <its fingerprint>!, or allow this one to sign (gpg --edit-key, change-usage).',
  },
  'signature.before-key': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature is older than the key',
    meaning:
      'It is dated before the key that made it existed, so one of the two dates is wrong (trust model, section 2.7).',
    mend: 'Set the clock of your machine right and sign again.',
  },
  'signature.future': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature comes from the future',
    meaning:
      'It is dated after now, or more than an hour after the committer or tagger time of the object that carries it (trust model, section 2.7).',
    mend: 'Set the clock of your machine right and sign again: git commit --amend -S --reset-author, or git tag --sign --force.',
  },
} as const satisfies Record<`signature.${Exclude<SignatureReason, 'good'>}`, CatalogueEntry>;
