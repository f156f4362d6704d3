import type { SourceFile } from '../core/chain/archive-files.ts';
import { type ArchiveAtHand, compareArchive, readSourceTree } from '../core/chain/release.ts';
import { sha256Hex, sha512Hex } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import { parseCommit } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import type { PublishedArchive } from '../core/opam/edit.ts';
import type { ObjectStore, RepositoryPath, Seconds } from '../core/ports.ts';
import { isFileUrl } from '../core/opam/download.ts';
import type { SourceForge } from '../core/publish/source-forge.ts';
import type { ReleaseHost } from '../core/release-host.ts';
import { archiveName, folderName } from './archive-name.ts';
import type { ArchiveChoice } from './choose-archive.ts';
import type { Release } from './choose-release.ts';
import type { Note } from '../core/publish/problem.ts';
import type { Archives, PublishOptions, PublishPorts } from './publish-request.ts';

/** The archive of a release: its bytes were hashed here and compared with the tag's tree here. */
export interface PreparedArchive {
  readonly published: PublishedArchive;
  readonly atHand: ArchiveAtHand & { readonly kind: 'read' };
  /** Where it is to be written to, for the author to upload; undefined for one that needs no uploading by hand. */
  readonly file: string | undefined;
  /** What it was downloaded from; undefined for one that was made here or lies on this machine. */
  readonly downloaded: string | undefined;
  /** How it is uploaded to the source's forge; undefined if it is not. */
  readonly asset: PreparedAsset | undefined;
}

export interface PreparedAsset {
  readonly name: string;
  readonly forge: SourceForge;
  readonly host: ReleaseHost;
}

/** Takes the archive that was given or makes one, and proves that it is the released tree (trust model, section 8, claim 3). */
export async function prepareArchive(
  release: Release,
  choice: ArchiveChoice,
  options: Pick<PublishOptions, 'archiveFile' | 'output'>,
  { source, archiveSource, archives, progress }: PublishPorts,
  note: Note,
): Promise<PreparedArchive | undefined> {
  const { commit } = release.tree;
  progress.stage('Comparing the archive with the tree of the release');
  const tree = await readSourceTree(source.store, commit);
  const given = locationOf(choice);
  const bytes =
    given === undefined
      ? await makeArchive(release, tree, await commitTime(source.store, commit), archives, note)
      : await archiveSource.read(given);
  if (bytes === undefined) return undefined;
  const name = given ?? 'the archive made here';
  const atHand = { kind: 'read', name, bytes, reading: await archives.read(bytes, name) } as const;
  if (!noteDifferences(atHand, tree, release, note)) return undefined;
  const published = { url: choice.url, sha256: sha256Hex(bytes), sha512: sha512Hex(bytes) };
  const asset = choice.kind === 'asset' ? choice : undefined;
  const downloaded = given !== undefined && isFileUrl(given) ? given : undefined;
  const prepared = { published, atHand, file: undefined, downloaded, asset };
  if (given !== undefined || asset !== undefined) return prepared;
  if (options.output !== undefined) return { ...prepared, file: `${options.output}/${archiveName(release)}` };
  const path = options.archiveFile ?? archiveName(release);
  if (await archiveSource.taken(path, bytes)) {
    note(
      'archive.file-stands',
      `${path} stands already and is another archive.`,
      'Move it away, or write elsewhere: --archive-file PATH.',
    );
    return undefined;
  }
  return { ...prepared, file: archiveSource.write(path, bytes).details['path'] };
}

/** Where the bytes are to be had; undefined where they are to be made. */
function locationOf(choice: ArchiveChoice): string | undefined {
  switch (choice.kind) {
    case 'given':
    case 'asset':
      return choice.location;
    case 'tarball':
      return choice.url;
    case 'made':
      return undefined;
    default:
      return choice satisfies never;
  }
}

async function makeArchive(
  release: Release,
  tree: ReadonlyMap<RepositoryPath, SourceFile>,
  time: Seconds,
  archives: Archives,
  note: Note,
): Promise<Uint8Array | undefined> {
  const writing = await archives.write(tree, folderName(release), time);
  if (writing.ok) return writing.bytes;
  note('archive.unreadable', writing.finding.message, writing.finding.mend);
  return undefined;
}

/** The commit's own time: whoever makes the archive again, from the tag or from the commit, gets the same bytes. */
async function commitTime(store: ObjectStore, oid: Oid): Promise<Seconds> {
  const object = await store.read(oid);
  const commit = object?.type === 'commit' ? parseCommit(object.content, store.format) : undefined;
  if (commit?.ok === true) return commit.value.committer.time;
  const why = commit === undefined ? 'It is not in the repository.' : commit.malformation.message;
  throw new Fault('object.corrupt', `The released commit ${oid} can't be read. ${why}`, 'Run git fsck.');
}

/** Notes every file in which the archive is not the tree. Returns whether the archive could be read at all. */
function noteDifferences(
  { reading, name }: ArchiveAtHand & { readonly kind: 'read' },
  tree: ReadonlyMap<RepositoryPath, SourceFile>,
  { tag }: Release,
  note: Note,
): boolean {
  if (!reading.ok) {
    note('archive.unreadable', reading.finding.message, reading.finding.mend);
    return false;
  }
  const findings = compareArchive(reading.files, tree, name, `tag ${tag.name}`);
  for (const { severity, message, mend } of findings.slice(0, named)) {
    note(severity === 'error' ? 'archive.differs' : 'archive.differs-as-asked', message, mend);
  }
  const errors = findings.slice(named).filter(({ severity }) => severity === 'error').length;
  if (errors > 0)
    note(
      'archive.differs',
      `${name} differs in ${errors} more files.`,
      'Make the archive again from the tag.',
    );
  return true;
}

/** How many differing files are named. A whole other archive has thousands. */
const named = 50;
