import { type Commit, type Identity, renderCommit, renderTag, type Tag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { appendTagSignature, embedCommitSignature } from '../core/git/signed-object.ts';
import type { ObjectStore, Signer } from '../core/ports.ts';

/** Signs a commit as git does and stores it. */
export async function writeSignedCommit(
  store: ObjectStore,
  signer: Signer,
  commit: Pick<Commit, 'tree' | 'parents' | 'author' | 'committer' | 'message'>,
): Promise<Oid> {
  const payload = renderCommit(commit);
  const armored = await signer.sign(payload);
  return store.write('commit', embedCommitSignature(payload, armored, store.format));
}

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
