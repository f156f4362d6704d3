import type { ObjectStore, RepositoryPath } from '../ports.ts';
import { type Fit, fitOf } from './attribution.ts';
import { byPath } from './side-material.ts';
import type { Step } from './step.ts';

/** A path to which a merge gives a content that its side does not account for. */
export interface MergeAddition {
  readonly path: RepositoryPath;
  readonly fit: Exclude<Fit, 'clean'>;
}

/** What a merge step changes that did not come from its side as it stands (trust model, section 5.0, fit). */
export async function mergeAdditions(
  store: Pick<ObjectStore, 'changes'>,
  { oid, side, changes }: Step,
): Promise<readonly MergeAddition[]> {
  if (side === undefined || changes.length === 0) return [];
  const { base, head } = side.side;
  const onSide = byPath(await store.changes(base, head));
  const excess = changes.some(({ path }) => !onSide.has(path));
  const material = {
    changes: onSide,
    fromHead: excess ? byPath(await store.changes(head, oid)) : undefined,
  };
  return changes.flatMap((change) => {
    const fit = fitOf(change, material);
    return fit === 'clean' ? [] : [{ path: change.path, fit }];
  });
}
