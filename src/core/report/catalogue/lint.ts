import type { CatalogueEntry } from '../catalogue.ts';

/** What opam-repository asks of submissions beyond `opam lint`. None of it bears on who signed what. */
export const lintFindings = {
  'lint.own-name': {
    severity: 'warning',
    effect: 'none',
    title: 'The opam file repeats its name or version',
    meaning: 'The folder says both; a second place can only be wrong.',
    mend: 'Remove the field; opam-signet publish does.',
  },
  'lint.pin-depends': {
    severity: 'error',
    effect: 'none',
    title: 'The opam file pins dependencies',
    meaning: 'Packages of a repository depend on packages of the repository and on nothing else.',
    mend: 'Remove pin-depends, and release what it pins first.',
  },
  'lint.extra-files': {
    severity: 'error',
    effect: 'none',
    title: 'A file would be kept beside the opam file',
    meaning: 'opam-repository keeps opam files only (policy 12).',
    mend: 'Put the file into the source archive, or publish it elsewhere as an extra-source.',
  },
  'lint.no-source': {
    severity: 'error',
    effect: 'none',
    title: 'The package has no source',
    meaning: 'Only packages with the flag conf, which look for what the system has, have none.',
    mend: 'Add a section url with checksums, or flags: conf.',
  },
  'lint.conf-package': {
    severity: 'error',
    effect: 'none',
    title: 'Half a conf package',
    meaning: 'The prefix conf-, the flag conf and depexts belong together: a package has all three or none.',
    mend: 'Add what is missing, or remove the rest.',
  },
  'lint.dune-subst': {
    severity: 'warning',
    effect: 'none',
    title: 'dune subst is run for releases',
    meaning: 'It needs the git repository, which a release archive does not have.',
    mend: 'Write ["dune" "subst"] {dev}.',
  },
  'lint.dune-build': {
    severity: 'warning',
    effect: 'none',
    title: 'dune is a build dependency only',
    meaning: 'What dune builds has to be built again when dune changes.',
    mend: 'Remove the filter build from the dependency on dune.',
  },
  'lint.no-contact': {
    severity: 'error',
    effect: 'none',
    title: 'Nobody to tell of bugs',
    meaning: 'There must be bug-reports, or the e-mail address of a maintainer.',
    mend: 'Add bug-reports: "https://…".',
  },
  'lint.sample-tags': {
    severity: 'warning',
    effect: 'none',
    title: 'Tags of the template',
    meaning: 'The tags that dune init writes describe nothing.',
    mend: 'Replace the tags, or remove them.',
  },
  'lint.conflict-class': {
    severity: 'error',
    effect: 'none',
    title: 'Name and conflict class do not fit',
    meaning: "Packages of the compiler's packaging exclude each other by a class that goes with their names.",
    mend: 'Change the name or conflict-class.',
  },
  'lint.reserved-prefix': {
    severity: 'warning',
    effect: 'none',
    title: 'The name begins with a reserved prefix',
    meaning: 'Such names are kept for the packaging of the compiler.',
    mend: 'Choose another name.',
  },
  'lint.version-prefix': {
    severity: 'warning',
    effect: 'none',
    title: 'The version begins with a v',
    meaning:
      'opam-repository has versions without it (policy 6), and v1 comes after every 1 in the order of versions.',
    mend: 'Leave the v to the tag: --package-version.',
  },
} as const satisfies Record<string, CatalogueEntry>;
