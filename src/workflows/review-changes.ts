import type { Evidence } from '../core/chain/evidence.ts';
import type { Step } from '../core/chain/step.ts';
import { type Identity, parseCommit } from '../core/git/object.ts';
import { entryAt, listFolder } from '../core/git/tree.ts';
import { parsePackagePath, splitNameVersion } from '../core/opam/package.ts';
import { predecessorOf } from '../core/opam/version-order.ts';
import type { ObjectStore, PathChange, RepositoryPath, TreeEntry } from '../core/ports.ts';
import { diffLines } from '../core/publish/line-diff.ts';
import type { ReviewedCommit, ReviewedFile } from '../core/review/changes.ts';

/** Longer files are not compared line by line: nobody would read it. */
const maximumShownBytes = 512 * 1024;

/** The commits whose signatures were judged, with what a person wants to know of each. */
export async function reviewCommits(
  store: ObjectStore,
  signatures: readonly Evidence[],
): Promise<readonly ReviewedCommit[]> {
  const commits = await Promise.all(
    signatures.filter(({ kind }) => kind === 'commit').map((one) => reviewCommit(store, one)),
  );
  return commits.flatMap((commit) => commit ?? []);
}

async function reviewCommit(
  store: ObjectStore,
  { object, verdict, contributor }: Evidence,
): Promise<ReviewedCommit | undefined> {
  const stored = await store.read(object);
  const commit = stored && parseCommit(stored.content, store.format);
  if (commit?.ok !== true) return undefined;
  const { message, author, committer } = commit.value;
  return {
    oid: object,
    subject: message.split('\n', 1)[0] ?? '',
    author: nameOf(author),
    committer: nameOf(committer),
    signature: verdict.reason,
    fingerprint: verdict.fingerprint,
    contributor: contributor?.id,
  };
}

const nameOf = ({ name, email }: Identity): string => `${name} <${email}>`;

/** Every path of a step with what changes in it. */
export function reviewFiles(store: ObjectStore, step: Step): Promise<readonly ReviewedFile[]> {
  return Promise.all(step.changes.map((change) => reviewFile(store, step, change)));
}

async function reviewFile(store: ObjectStore, step: Step, change: PathChange): Promise<ReviewedFile> {
  const { path, before, after } = change;
  const predecessor = before === undefined ? await predecessorAt(store, step, path) : undefined;
  const [old, fresh] = [await textOf(store, before ?? predecessor?.entry), await textOf(store, after)];
  const act = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const modes = [before?.mode, after?.mode].filter((mode) => mode !== undefined);
  const ordinary = modes.every((mode) => mode === '100644');
  return {
    path,
    act,
    comparedWith: predecessor?.nameVersion,
    diff: old === undefined || fresh === undefined ? undefined : diffLines(old, fresh),
    modes: ordinary ? undefined : [...new Set(modes)].join(' → '),
  };
}

interface Predecessor {
  readonly nameVersion: string;
  readonly entry: TreeEntry;
}

/** What a new version's opam file is best read beside: that of the version before it. */
async function predecessorAt(
  store: ObjectStore,
  { parent }: Step,
  path: RepositoryPath,
): Promise<Predecessor | undefined> {
  const parts = parsePackagePath(path);
  if (parts === undefined || !path.endsWith('/opam')) return undefined;
  const { name, version } = parts;
  const versions = (await listFolder(store, parent, `packages/${name}`)).flatMap((entry) => {
    const standing = splitNameVersion(entry.name);
    return standing?.name === name ? [standing.version] : [];
  });
  const nameVersion = `${name}.${predecessorOf(version, versions) ?? ''}`;
  const entry = await entryAt(store, parent, `packages/${name}/${nameVersion}/opam`);
  return entry && { nameVersion, entry };
}

/** The text of an entry, empty for none; undefined for what is no text, or too long. */
async function textOf(store: ObjectStore, entry: TreeEntry | undefined): Promise<string | undefined> {
  if (entry === undefined) return '';
  const object = await store.read(entry.oid);
  if (object?.type !== 'blob' || object.content.length > maximumShownBytes) return undefined;
  const text = Buffer.from(object.content).toString('utf8');
  return text.includes('\u{FFFD}') || text.includes('\0') ? undefined : text;
}
