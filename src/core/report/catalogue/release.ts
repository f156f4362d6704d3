import type { CatalogueEntry } from '../catalogue.ts';

/** What is between a source tag and what users will install (trust model, section 8). */
export const releaseFindings = {
  'release.checksum': {
    severity: 'error',
    effect: 'refutes',
    title: 'No checksum binds what opam downloads',
    meaning:
      'There is no checksum, only MD5, or one that opam drops because it is malformed and then checks nothing (trust model, section 8, claim 4).',
    mend: 'List the sha256 and sha512 of the archive: opam-signet publish writes both, or opam admin add-hashes sha256 sha512.',
  },
  'release.checksum-mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive does not have the checksum of the opam file',
    meaning:
      'What the URL serves is not what the opam file is about: the archive was replaced, or the file was made from another one (trust model, section 8, claim 4).',
    mend: 'Find out why the archive changed. A published archive is never replaced: publish a new version.',
  },
  'release.archive-stated': {
    severity: 'error',
    effect: 'refutes',
    title: 'The submission speaks of another archive',
    meaning:
      'Signet-Archive of the submission tag has another digest than what its URL serves, or another URL than the opam file. What was signed for is not what users get (trust model, section 8, claim 4).',
    mend: 'Publish again with opam-signet publish, which states the archive that it has read.',
  },
  'release.checksum-set': {
    severity: 'warning',
    effect: 'none',
    title: 'sha256 and sha512 are not both listed',
    meaning:
      'The archive is bound by one strong checksum; both are asked for (trust model, section 8, claim 4).',
    mend: 'List both: opam-signet publish does, or opam admin add-hashes sha256 sha512.',
  },
  'release.archive-absent': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'The archive is not at hand',
    meaning: 'The archive was not downloaded, so nothing can be said about its content.',
    mend: 'Run again with network access and without --offline.',
  },
  'release.archive-differs': {
    severity: 'error',
    effect: 'refutes',
    title: "The archive is not the source tag's tree",
    meaning:
      'A file was added, left out or changed on the way from the signed tag to the archive that users get (trust model, section 8, claim 3). This is how backdoors travel that no commit shows.',
    mend: 'Make the archive from the tag: opam-signet publish --asset, or git archive, and publish that one.',
  },
  'release.export-ignore': {
    severity: 'warning',
    effect: 'none',
    title: 'The archive leaves out files as the source tree asks',
    meaning:
      'Attribute export-ignore in the signed tree tells git archive to leave the file out. Nothing else differs by it (trust model, section 8, claim 3).',
    mend: 'Nothing has to be done. To have the file in archives, remove export-ignore from .gitattributes.',
  },
  'release.export-subst': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'The archive has files that git archive fills in',
    meaning:
      'Attribute export-subst lets git archive put text in place of $Format:…$. What stands there now is not in the signed tree (trust model, section 8, claim 3).',
    mend: 'Look at the places named. To be verifiable, remove export-subst from .gitattributes.',
  },
  'release.submodule': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'The source tree has a submodule',
    meaning:
      'The signed tree holds only the id of a commit of another repository there, so that its files cannot be compared (trust model, section 8, claim 3).',
    mend: 'Put the files into the tree (git subtree), or publish the other repository as a package of its own.',
  },
  'release.opam-absent': {
    severity: 'error',
    effect: 'refutes',
    title: 'The source has no opam file for the package',
    meaning:
      'No <name>.opam, opam/<name>.opam or opam stands in the signed tree (trust model, section 8, claim 5).',
    mend: 'Commit the opam file to the source and tag again.',
  },
  'release.opam-differs': {
    severity: 'error',
    effect: 'refutes',
    title: "The opam file is not the source's",
    meaning:
      'It says something else than the opam file in the signed tree, beyond url and the fields that the repository strips (trust model, section 8, claim 5).',
    mend: 'Bring the change into the source and release again, or let a maintainer endorse it: opam-signet endorse.',
  },
  'release.source-absent': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'No source tag is known',
    meaning:
      'Without the tag that the release was made from, nothing links it to its source (trust model, section 8).',
    mend: 'Publish with opam-signet publish, which signs a release tag and names it in the submission.',
  },
  'release.source-unsigned': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'The source tag is not signed by a key that is known',
    meaning:
      'The tag has no signature, or one by a key that no contributor of the keyring file has (trust model, section 8, claim 2).',
    mend: 'Sign release tags with the key in the keyring file: git tag --sign, or opam-signet publish.',
  },
  'release.source-required': {
    severity: 'error',
    effect: 'refutes',
    title: 'This repository wants releases from signed tags',
    meaning:
      'The policy source-tag of the keyring file is "require", and the tag has no signature by a key that it lists, or no submission on the head names a tag (trust model, section 8).',
    mend: 'Publish with opam-signet publish, which signs the release tag and names it. A tag that is published already is never made anew: release a new version.',
  },
  'release.source-signature': {
    severity: 'error',
    effect: 'refutes',
    title: 'The signature of the source tag does not count',
    meaning:
      'The signature is bad, or its key was expired, revoked or too weak (trust model, section 8, claim 2).',
    mend: 'Find out who made the tag; make a new release with a good key.',
  },
  'release.source-signer': {
    severity: 'error',
    effect: 'refutes',
    title: 'Someone else signed the source tag',
    meaning:
      'The tag is signed by another contributor than the one who submits (trust model, section 8, claim 2).',
    mend: 'Let the one who signed the release submit it, or let a maintainer endorse it: opam-signet endorse.',
  },
  'release.source-moved': {
    severity: 'error',
    effect: 'refutes',
    title: 'The source tag was moved or taken away after it was submitted',
    meaning:
      'The source does not have the tag that the submission names, or has another one of its name (trust model, section 8, claim 1).',
    mend: 'Find out why. A published tag is never moved: release a new version.',
  },
  'release.digest': {
    severity: 'error',
    effect: 'refutes',
    title: 'The package directory is not the one that was submitted',
    meaning: 'Its digest is not the one in the submission tag (trust model, section 8, claim 6).',
    mend: 'Let the contributor look at the change and sign it: opam-signet resign.',
  },
  'release.not-stated': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'No submission tag speaks of the package',
    meaning:
      'Without a Signet-Package line nothing binds the directory to what its contributor submitted (trust model, section 8, claim 6).',
    mend: 'Submit with opam-signet publish, or sign what is there: opam-signet resign.',
  },
  'archive.unsupported': {
    severity: 'warning',
    effect: 'leaves-unproven',
    title: 'An archive of a kind that is not read',
    meaning:
      'Archives are read as tar, plain or compressed with gzip or bzip2; nothing can be said about others.',
    mend: 'Publish a .tar.gz: opam-signet publish --asset makes one.',
  },
  'archive.malformed': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive is damaged or ambiguous',
    meaning:
      'It is cut off, its checksums are wrong, or it holds what programs that unpack it read differently.',
    mend: 'Make the archive again with git archive or opam-signet publish --asset.',
  },
  'archive.escape': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive writes outside its folder',
    meaning: 'An absolute path, a "..", or a link that leads out lets unpacking overwrite other files.',
    mend: 'Do not unpack it. Make the archive again from the tag: opam-signet publish --asset.',
  },
  'archive.entry': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive holds something that is no file',
    meaning: 'Devices, pipes, hard links and files with special mode bits have no place in a source archive.',
    mend: 'Make the archive again from the tag: opam-signet publish --asset.',
  },
  'archive.duplicate': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive holds one path twice',
    meaning: 'Which of the two a user gets depends on the program that unpacks it.',
    mend: 'Make the archive again from the tag: opam-signet publish --asset.',
  },
  'limit.archive': {
    severity: 'error',
    effect: 'refutes',
    title: 'The archive is larger than can be judged',
    meaning:
      'Bytes, entries and the ratio of compression are bounded, so that no archive exhausts memory or time.',
    mend: 'Publish a smaller source archive, without generated or binary files.',
  },
} as const satisfies Record<string, CatalogueEntry>;
