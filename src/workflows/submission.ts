import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Identity } from '../core/git/object.ts';
import type { ObjectStore, RepositoryPath, Signer, TreeEntry } from '../core/ports.ts';
import { printStatement, type Statement } from '../core/statement.ts';
import { writeSignedCommit, writeSignedTag } from './signing.ts';
import { type NewEntries, treeWith } from './write-tree.ts';

/** What is to be committed and stated, as the plan has it. */
export interface SubmissionContent {
  readonly base: Oid;
  /** New files by their path; what the base has stays. */
  readonly files: ReadonlyMap<RepositoryPath, Uint8Array>;
  /** Author and committer of the commit, tagger of the tag. */
  readonly identity: Identity;
  readonly commitMessage: string;
  readonly tagName: string;
  /** The free text over the trailers. */
  readonly tagText: string;
  readonly statement: Statement;
}

export interface SignedSubmission {
  readonly head: Oid;
  readonly tag: Oid;
}

/** Makes and signs the commit and the submission tag on it (trust model, section 7). Nothing points at them yet. */
export async function signSubmission(
  store: ObjectStore,
  signer: Signer,
  content: SubmissionContent,
): Promise<SignedSubmission> {
  const { base, files, identity, commitMessage, tagName, tagText, statement } = content;
  const head = await writeSignedCommit(store, signer, {
    tree: await treeWith(store, base, await writeFiles(store, files)),
    parents: [base],
    author: identity,
    committer: identity,
    message: commitMessage,
  });
  const printed = printStatement(tagText, statement);
  if (!printed.ok) {
    throw new Fault(
      'publish.refused',
      `The submission cannot be stated in a tag: ${printed.problems.join(' ')}`,
      'Change what the message names, most likely the address of the source or of the archive.',
    );
  }
  const message = printed.message;
  return {
    head,
    tag: await writeSignedTag(store, signer, { object: head, name: tagName, message, tagger: identity }),
  };
}

async function writeFiles(
  store: ObjectStore,
  files: ReadonlyMap<RepositoryPath, Uint8Array>,
): Promise<NewEntries> {
  const entries = new Map<RepositoryPath, TreeEntry>();
  for (const [path, content] of files) {
    entries.set(path, { mode: '100644', oid: await store.write('blob', content) });
  }
  return entries;
}
