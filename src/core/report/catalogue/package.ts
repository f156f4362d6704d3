import type { CatalogueEntry } from '../catalogue.ts';

/** Paths and opam files that must not stand in a package repository, whoever signed them. */
export const packageFindings = {
  'path.mode': {
    severity: 'error',
    effect: 'refutes',
    title: 'Not an ordinary file',
    meaning:
      'Under packages/ stand ordinary files of mode 100644 only: a link, a submodule or an executable file means different things to different clients (trust model, section 4).',
    mend: 'Put an ordinary file in its place: git rm the path, then git add the file with mode 100644 (git update-index --chmod=-x).',
  },
  'path.segment': {
    severity: 'error',
    effect: 'refutes',
    title: 'The path leads somewhere else',
    meaning:
      'A part of the path is empty, "." or "..", which no honest git writes; a checkout could write outside the repository (trust model, section 4).',
    mend: 'Make the commit again with git, which refuses such paths.',
  },
  'path.git-file': {
    severity: 'error',
    effect: 'refutes',
    title: 'A file that git itself acts on',
    meaning:
      'Names that start with .git can change what a checkout contains, on some systems in disguise as git~1 (trust model, section 4).',
    mend: 'Remove the file: git rm it and commit.',
  },
  'path.unportable': {
    severity: 'error',
    effect: 'refutes',
    title: 'The path is not portable',
    meaning:
      'Paths under packages/ are printable ASCII that every system can store, without letters that look like others (trust model, section 4).',
    mend: 'Rename the file: letters, digits, and - _ + . ~ only, with no dot or space at the end.',
  },
  'path.layout': {
    severity: 'error',
    effect: 'refutes',
    title: 'A file outside the accepted layout',
    meaning:
      'opam loads any folder that holds a file opam, at any depth, lets it replace the genuine package, and still reads the url and descr files of opam 1. Only packages/<name>/<name>.<version>/opam and files in the files/ folder beside it are accepted (trust model, section 9).',
    mend: 'Move the file to packages/<name>/<name>.<version>/, or remove it; a url or descr belongs into the opam file.',
  },
  'path.collision': {
    severity: 'error',
    effect: 'refutes',
    title: 'Two paths differ by upper and lower case only',
    meaning:
      'On systems that ignore case both are one file, so that one replaces the other (trust model, section 4).',
    mend: 'Rename one of them.',
  },
  'path.attributes': {
    severity: 'error',
    effect: 'refutes',
    title: 'Attributes that change bytes',
    meaning:
      'ident, filter, eol=crlf and working-tree-encoding make the checked-out bytes differ from the signed ones (trust model, section 9).',
    mend: 'Take the attribute out of the .gitattributes file.',
  },
  'opam.unreadable': {
    severity: 'error',
    effect: 'refutes',
    title: 'The opam file cannot be read',
    meaning: 'The file is not in the opam format, or in a form that versions of opam read differently.',
    mend: 'Mend the place that the message names, then check with opam lint.',
  },
  'opam.duplicate-field': {
    severity: 'error',
    effect: 'refutes',
    title: 'A field or section stands twice',
    meaning:
      'opam takes the first and passes over the others, which a reader may take for what counts. It also refuses such files in opam lint.',
    mend: 'Keep one of them.',
  },
  'opam.name-mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The opam file names another package',
    meaning:
      'opam goes by the folder and overrides the name in the file, so that the file shows the wrong package.',
    mend: 'Remove the field name: the folder says it.',
  },
  'opam.version-mismatch': {
    severity: 'error',
    effect: 'refutes',
    title: 'The opam file names another version',
    meaning:
      'opam goes by the folder and overrides the version in the file, so that the file shows the wrong version.',
    mend: 'Remove the field version: the folder says it.',
  },
  'opam.file-name': {
    severity: 'error',
    effect: 'refutes',
    title: 'An extra file or source has a name that leads elsewhere',
    meaning:
      'extra-files and extra-source name files inside the build folder; an absolute name, "..", or a backslash would write outside it.',
    mend: 'Use a plain relative file name.',
  },
  'opam.extra-file': {
    severity: 'error',
    effect: 'refutes',
    title: 'A file beside the opam file is not accounted for',
    meaning:
      'Files under files/ are accepted only if extra-files lists them with a checksum that is theirs (trust model, section 9); older opam uses them all the same.',
    mend: 'List the file with its checksum (opam admin update-extrafiles), remove it, or publish it as an extra-source.',
  },
} as const satisfies Record<string, CatalogueEntry>;
