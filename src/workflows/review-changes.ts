import type { Evidence } from '../core/chain/evidence.ts';
import type { Step } from '../core/chain/step.ts';
import { type Identity, parseCommit } from '../core/git/object.ts';
import type { ObjectStore, PathChange, TreeEntry } from '../core/ports.ts';
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
export function reviewFiles(store: ObjectStore, { changes }: Step): Promise<readonly ReviewedFile[]> {
  return Promise.all(changes.map((change) => reviewFile(store, change)));
}

async function reviewFile(store: ObjectStore, { path, before, after }: PathChange): Promise<ReviewedFile> {
  const [old, fresh] = [await textOf(store, before), await textOf(store, after)];
  const act = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const modes = [before?.mode, after?.mode].filter((mode) => mode !== undefined);
  const ordinary = modes.every((mode) => mode === '100644');
  return {
    path,
    act,
    diff: old === undefined || fresh === undefined ? undefined : diffLines(old, fresh),
    modes: ordinary ? undefined : [...new Set(modes)].join(' → '),
  };
}

/** The text of an entry, empty for none; undefined for what is no text, or too long. */
async function textOf(store: ObjectStore, entry: TreeEntry | undefined): Promise<string | undefined> {
  if (entry === undefined) return '';
  const object = await store.read(entry.oid);
  if (object?.type !== 'blob' || object.content.length > maximumShownBytes) return undefined;
  const text = Buffer.from(object.content).toString('utf8');
  return text.includes('\u{FFFD}') || text.includes('\0') ? undefined : text;
}
