import type { PathChange, RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { parsePackagePath } from './package.ts';

/**
 * The rules of paths for one change (trust model, sections 4 and 9), whoever signed it. Removing a file is
 * always allowed as far as these rules go: it is how what should not stand here gets away.
 */
export function pathProblems({ path, after }: PathChange): readonly Finding[] {
  if (after === undefined) return [];
  if (path.length > maximumLength) return [tooLong(path)];
  const segments = path.split('/');
  const findings = [segmentFinding(path, segments), rootTwin(path, segments), modeFinding(path, after.mode)];
  if (segments[0] === 'packages') findings.push(unportable(path, segments), misplaced(path));
  return findings.filter((one) => one !== undefined);
}

/** What Linux allows, and what keeps the rules below fast. */
const maximumLength = 4096;

const tooLong = (path: RepositoryPath): Finding =>
  finding('path.unportable', { path }, `${showPath(path.slice(0, 100))}… is longer than file systems allow.`);

/** A path for people: printable ASCII as it is, every other byte as `\xNN`, so that no two paths look the same. */
export function showPath(path: RepositoryPath): string {
  return path.replace(/[^\x20-\x7e]|\\/g, (character) => {
    return character === '\\' ? '\\\\' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** Names that a checkout takes for something else than a file of the repository, on whatever system. */
function segmentFinding(path: RepositoryPath, segments: readonly string[]): Finding | undefined {
  if (
    segments.some(
      (segment) => segment === '' || segment === '.' || segment === '..' || segment.includes('\0'),
    )
  ) {
    return finding(
      'path.segment',
      { path },
      `${showPath(path)} has an empty, "." or ".." part: it leads somewhere else.`,
    );
  }
  const strict = segments[0] === 'packages';
  const ofGit = segments.find((segment) => isGitName(segment, strict));
  if (ofGit === undefined) return undefined;
  return finding(
    'path.git-file',
    { path },
    `${showPath(path)}: git itself acts on a file named ${showPath(ofGit)}.`,
  );
}

/** `.git` in the spellings that Windows and macOS take for it; under packages/ everything that starts so. */
function isGitName(segment: string, strict: boolean): boolean {
  const name = plain(segment).replace(/[ .]+$/, '');
  return name === '.git' || /^git~\d+$/.test(name) || (strict && name.startsWith('.git'));
}

/**
 * A name as the file systems of macOS compare names: they fold case and compatible letters (`K` is also the sign for
 * kelvin), and one of them passes over invisible characters (git utf8.c, next_hfs_char).
 */
function plain(segment: string): string {
  if (!/[^\0-\x7f]/.test(segment)) return segment.toLowerCase();
  const text = Buffer.from(segment, 'latin1').toString();
  return text
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .normalize('NFKC')
    .toLowerCase();
}

/** What clients and git read at the root, besides the folders: each must be an ordinary file. */
const rootFiles = ['repo', 'version', '.gitattributes'];

function modeFinding(path: RepositoryPath, mode: string): Finding | undefined {
  const ruled = path === 'packages' || path.startsWith('packages/') || rootFiles.includes(path);
  if (!ruled || mode === '100644') return undefined;
  return finding(
    'path.mode',
    { path },
    `${showPath(path)} is ${kindOf(mode)}, not an ordinary file of mode 100644.`,
  );
}

function kindOf(mode: string): string {
  switch (mode) {
    case '120000':
      return 'a symbolic link';
    case '160000':
      return 'a submodule';
    case '100755':
      return 'executable';
    default:
      return `of mode ${mode}`;
  }
}

/** `Packages/` and `packages/` are one folder where file systems ignore case. */
function rootTwin(path: RepositoryPath, [first = '']: readonly string[]): Finding | undefined {
  const meant = ['packages', 'keyring', ...rootFiles].find((name) => name === plain(first));
  if (meant === undefined || meant === first) return undefined;
  return finding(
    'path.collision',
    { path },
    `${showPath(path)} falls together with ${meant} on systems that ignore case or the form of letters.`,
  );
}

/** Device names of Windows, with any extension: opening such a file opens the device. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;

function unportable(path: RepositoryPath, segments: readonly string[]): Finding | undefined {
  const about = (why: string) => finding('path.unportable', { path }, `${showPath(path)} ${why}.`);
  if (/[^\x20-\x7e]/.test(path))
    return about('has bytes outside printable ASCII: letters may look like others');
  if (/[\\:*?"<>|]/.test(path)) return about('has a character that Windows forbids or takes for a separator');
  if (segments.some((segment) => /^ |[ .]$/.test(segment))) {
    return about('has a part that starts with a space or ends with a space or dot: Windows drops them');
  }
  const device = segments.find((segment) => reserved.test(segment));
  return device === undefined ? undefined : about(`has the part ${device}, the name of a device on Windows`);
}

function misplaced(path: RepositoryPath): Finding | undefined {
  if (parsePackagePath(path) !== undefined) return undefined;
  return finding('path.layout', { path }, `${showPath(path)} ${misplacement(path)}`);
}

function misplacement(path: RepositoryPath): string {
  const name = path.split('/').at(-1);
  if (name === 'url' || name === 'descr') {
    return 'is a file of opam 1 that opam still reads: it would change the package beside it.';
  }
  if (name === 'opam') {
    return 'makes opam load or hide a package from the wrong place: it belongs in packages/<name>/<name>.<version>/opam.';
  }
  return 'is neither packages/<name>/<name>.<version>/opam nor a file in the files/ folder beside it.';
}

/**
 * Paths that fall together with another one where file systems ignore case, each named with its twin (trust
 * model, section 4). Folders count too: `packages/Foo/…` and `packages/foo/…` are one folder there.
 */
export function caseCollisions(paths: Iterable<RepositoryPath>): readonly Finding[] {
  const spellings = new Map<string, string>();
  const findings: Finding[] = [];
  for (const path of paths) {
    if (path.length > maximumLength) {
      findings.push(tooLong(path));
      continue;
    }
    const twin = twinOf(path, spellings);
    if (twin === undefined) continue;
    const message = `${showPath(path)} falls together with ${showPath(twin)} on systems that ignore case.`;
    findings.push(finding('path.collision', { path }, message));
  }
  return findings;
}

/** Remembers how the path and its folders are spelled; returns the other spelling of the first that has one. */
function twinOf(path: RepositoryPath, spellings: Map<string, string>): string | undefined {
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const prefix = end === -1 ? path : path.slice(0, end);
    const key = prefix.toLowerCase();
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, prefix);
    else if (known !== prefix) return known;
    if (end === -1) return undefined;
  }
}
