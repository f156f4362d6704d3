import { type Commit, type Identity, renderCommit, renderTag, type Tag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { appendTagSignature, embedCommitSignature, embedMergetag } from '../core/git/signed-object.ts';
import type { ObjectStore, Signer } from '../core/ports.ts';

type NewCommit = Pick<Commit, 'tree' | 'parents' | 'author' | 'committer' | 'message'>;

/** Signs a commit as git does and stores it. Its signature covers the tags that it embeds as mergetags. */
export async function writeSignedCommit(
  store: ObjectStore,
  signer: Signer,
  commit: NewCommit,
  mergetags: readonly Uint8Array[] = [],
): Promise<Oid> {
  const payload = payloadOf(commit, mergetags);
  const armored = await signer.sign(payload);
  return store.write('commit', embedCommitSignature(payload, armored, store.format));
}

/** Stores a commit without a signature, as a forge's button might make it. */
export const writeUnsignedCommit = (store: ObjectStore, commit: NewCommit): Promise<Oid> =>
  store.write('commit', renderCommit(commit));

const payloadOf = (commit: NewCommit, mergetags: readonly Uint8Array[]): Uint8Array =>
  mergetags.reduce(embedMergetag, renderCommit(commit));

/** Signs a tag as git does and stores it; no reference points at it yet. */
export async function writeSignedTag(
  store: ObjectStore,
  signer: Signer,
  tag: Pick<Tag, 'object' | 'name' | 'message'> & { readonly tagger: Identity },
): Promise<Oid> {
  const payload = renderTag({ ...tag, objectType: 'commit' });
  const armored = await signer.sign(payload);
  return store.write('tag', appendTagSignature(payload, armored));
}
