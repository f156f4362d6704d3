import { createHash } from 'node:crypto';
import { Fault } from '../fault.ts';
import type { Oid } from '../git/oid.ts';
import { filesUnder } from '../git/tree.ts';
import type { OpamFile } from '../opam/ast.ts';
import { checksumsOf } from '../opam/checksum.ts';
import { checksumFindings, type Download, downloadsOf } from '../opam/download.ts';
import { lineOf } from '../opam/opam-file.ts';
import { showPath } from '../opam/path-rules.ts';
import type { ObjectStore, RepositoryPath } from '../ports.ts';
import { type Claim, type Finding, finding, type Place, settle } from '../report/report.ts';
import type { PackageStatement, ReleaseArchive } from '../statement-values.ts';
import { packageFolder } from './package-folders.ts';
import { compareFiles, differenceFinding } from './archive-comparison.ts';
import { archiveLimits, type ArchiveReading, fileKind, type SourceFile } from './archive-files.ts';
import { compareOpamFiles } from './source-opam.ts';
import { sourceAbsent } from './source-tag.ts';

/** The ids of the release claims, in the order of trust model, section 8. */
export const releaseClaims = [
  'release.source',
  'release.source-tag',
  'release.archive',
  'release.checksums',
  'release.opam-file',
  'release.digest',
] as const;

/** An archive as far as it is at hand; `none` where the submission states none. */
export type ArchiveAtHand =
  | { readonly kind: 'none' }
  | { readonly kind: 'absent' }
  /** The bytes as they were downloaded, and what they hold. */
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly reading: ArchiveReading;
    };

/** The files of the commit that a source tag is on. */
export interface SourceTree {
  /** For messages: `tag v1.0 (commit 0123…)`. */
  readonly name: string;
  readonly files: ReadonlyMap<RepositoryPath, SourceFile>;
}

/** Claim 3: the archive's files equal the source tag's tree. */
export function archiveClaim(archive: ArchiveAtHand, source: SourceTree | undefined): Claim {
  const claim = settle.bind(undefined, 'release.archive', "The archive's files equal the source tag's tree");
  if (archive.kind === 'none') return claim(true, [], ['The submission states no archive.']);
  if (archive.kind === 'absent') return claim(false, [archiveAbsent()]);
  if (!archive.reading.ok) return claim(false, [archive.reading.finding]);
  if (source === undefined) return claim(false, [sourceAbsent()]);
  const { files, folder } = archive.reading;
  const findings = compareArchive(files, source.files, archive.name, source.name);
  const proven =
    files.size > 0 &&
    !findings.some(({ code }) => code === 'release.export-subst' || code === 'release.submodule');
  const below = folder === '' ? '' : ` below the folder ${showPath(folder)}`;
  return claim(proven, findings, [
    `${archive.name}: ${files.size} files${below} were compared with ${source.name}.`,
  ]);
}

const archiveAbsent = (): Finding => finding('release.archive-absent', {}, 'The archive was not downloaded.');

/** A finding for every file in which an archive differs from a tree; both names are for messages. */
export function compareArchive(
  archive: ReadonlyMap<RepositoryPath, SourceFile>,
  tree: ReadonlyMap<RepositoryPath, SourceFile>,
  archiveName: string,
  treeName = 'the tree of the release',
): readonly Finding[] {
  return compareFiles(archive, tree).map((one) => differenceFinding(one, archiveName, treeName));
}

/** What Linux allows. */
const maximumPath = 4096;

/** Reads the files of a commit to compare an archive with; a Fault where there are more than an archive may have. */
export async function readSourceTree(
  store: ObjectStore,
  commit: Oid,
): Promise<ReadonlyMap<RepositoryPath, SourceFile>> {
  const files = new Map<RepositoryPath, SourceFile>();
  let room = archiveLimits.bytes;
  for (const [path, { mode, oid }] of await filesUnder(store, commit, '')) {
    if (path.length > maximumPath) {
      throw new Fault(
        'limit.archive',
        `${commit} has a path of ${path.length} bytes.`,
        'Release a tree with shorter paths.',
      );
    }
    const kind = fileKind(mode);
    if (kind === undefined)
      throw new Fault(
        'object.corrupt',
        `${showPath(path)} in ${commit} has mode ${mode}, which git does not know.`,
        'Run git fsck.',
      );
    const bytes = kind === 'submodule' ? new Uint8Array(0) : await contentOf(store, oid, path);
    room -= bytes.length;
    if (room < 0)
      throw new Fault(
        'limit.archive',
        `The files of ${commit} have more than ${archiveLimits.bytes} bytes.`,
        'Release a smaller source tree.',
      );
    files.set(path, { kind, bytes });
  }
  return files;
}

async function contentOf(store: ObjectStore, oid: Oid, path: RepositoryPath): Promise<Uint8Array> {
  const object = await store.read(oid);
  if (object?.type === 'blob') return object.content;
  throw new Fault(
    'object.missing',
    `The content of ${showPath(path)} (blob ${oid}) is not in the repository.`,
    'Fetch it: git fetch --refetch.',
  );
}

/** Claim 4: the opam file and the submission name this archive, by checksums (sha256 and sha512) and address. */
export function checksumsClaim(
  opam: OpamFile,
  path: RepositoryPath,
  archive: ArchiveAtHand,
  stated: ReleaseArchive | undefined,
): Claim {
  const claim = settle.bind(undefined, 'release.checksums', "The opam file's checksums are the archive's");
  const weak = checksumFindings(opam, path);
  const download = downloadsOf(opam.items).find(({ section }) => section.name === 'url');
  if (download === undefined)
    return claim(archive.kind === 'none', weak, [`${path} has no url section: opam downloads no source.`]);
  if (archive.kind !== 'read' || stated === undefined) return claim(false, [...weak, archiveAbsent()]);
  const { matching, findings } = compareChecksums(opam, download, path, archive);
  const evidence = matching.map((kind) => `${archive.name} has the ${kind} that ${path} says.`);
  const departures = departuresFrom(stated, download, archive).map((why) =>
    finding('release.archive-stated', { path, line: lineOf(opam, download.section) }, `${path}: ${why}`),
  );
  return claim(matching.length > 0, [...weak, ...findings, ...departures], evidence);
}

/** An archive's bytes, and its name for messages. */
type NamedBytes = Pick<ArchiveAtHand & { readonly kind: 'read' }, 'name' | 'bytes'>;

const digestOf = (kind: string, bytes: Uint8Array): string => createHash(kind).update(bytes).digest('hex');

/** In what the archive is not the one of which the submission tag speaks. */
function departuresFrom(
  stated: ReleaseArchive,
  { url }: Download,
  { name, bytes }: NamedBytes,
): readonly string[] {
  const digests = (['sha256', 'sha512'] as const).flatMap((kind) => {
    const actual = digestOf(kind, bytes);
    if (actual === stated[kind]) return [];
    return [`the submission states ${kind}=${stated[kind]}, but ${name} has ${kind}=${actual}.`];
  });
  if (url === undefined || url === stated.url) return digests;
  return [...digests, `url is ${JSON.stringify(url)}, but the submission states ${stated.url}.`];
}

function compareChecksums(
  opam: OpamFile,
  { section }: Download,
  path: RepositoryPath,
  { name, bytes }: NamedBytes,
): { readonly matching: readonly string[]; readonly findings: readonly Finding[] } {
  const { checksums } = checksumsOf(section);
  const findings: Finding[] = [];
  const matching: string[] = [];
  for (const { kind, hex, span } of checksums) {
    const actual = digestOf(kind, bytes);
    if (actual === hex) matching.push(kind);
    else
      findings.push(
        finding(
          'release.checksum-mismatch',
          { path, line: lineOf(opam, span) },
          `${path} says ${kind}=${hex}, but ${name} has ${kind}=${actual}.`,
        ),
      );
  }
  const missing = (['sha256', 'sha512'] as const).filter(
    (kind) => !checksums.some((one) => one.kind === kind),
  );
  if (missing.length === 1)
    findings.push(
      finding(
        'release.checksum-set',
        { path, line: lineOf(opam, section) },
        `${path} does not list the ${missing.join()} of the archive.`,
      ),
    );
  return { matching: matching.filter((kind) => kind !== 'md5'), findings };
}

/** Claim 5: the opam file is the source's, apart from where it downloads and the fields that the repository strips. */
export function opamFileClaim(
  published: OpamFile,
  path: RepositoryPath,
  source: { readonly name: string; readonly commit: Oid; readonly opam: OpamFile | 'absent' | 'unknown' },
): Claim {
  const claim = settle.bind(undefined, 'release.opam-file', "The opam file is the source's");
  if (source.opam === 'unknown') return claim(false, [sourceAbsent()]);
  if (source.opam === 'absent') {
    return claim(false, [
      finding('release.opam-absent', { path }, `${source.name} has no opam file for ${path}.`),
    ]);
  }
  const differences = compareOpamFiles(published, source.opam, source.commit);
  const findings = differences.map(({ name, kind, line }) =>
    finding(
      'release.opam-differs',
      placeIn(path, line),
      `${path}: ${name} is ${kind}, compared with ${source.name}.`,
    ),
  );
  const same = `${path} says what the opam file of ${source.name} says.`;
  return claim(findings.length === 0, findings, findings.length === 0 ? [same] : []);
}

const placeIn = (path: RepositoryPath, line: number | undefined): Place =>
  line === undefined ? { path } : { path, line };

/** Claim 6: the package directory's digests, before and after, are those of the submission tag. */
export function digestClaim(found: PackageStatement, stated: PackageStatement | undefined): Claim {
  const claim = settle.bind(
    undefined,
    'release.digest',
    "The package directory's digest is the submission tag's",
  );
  const { nameVersion, before, after } = found;
  const at = { path: packageFolder(nameVersion) };
  if (stated === undefined) {
    return claim(false, [
      finding('release.not-stated', at, `No submission tag states the digest of ${nameVersion}.`),
    ]);
  }
  if (stated.nameVersion === nameVersion && stated.before === before && stated.after === after) {
    return claim(true, [], [`The submission takes ${nameVersion} from ${before} to ${after}.`]);
  }
  const why = `The submission takes ${stated.nameVersion} from ${stated.before} to ${stated.after}, but ${nameVersion} goes from ${before} to ${after}.`;
  return claim(false, [finding('release.digest', at, why)]);
}
