import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';

/** So many commits are read at once, and as many again are asked for before they are all there. */
const batchSize = 512;

/**
 * Looks at every commit that a commit reaches, children before their parents, without those that `from` reaches.
 * Each is looked at as soon as it is there, so that the repository is never waited for.
 */
export async function* commitsBelow<T>(
  store: Pick<ObjectStore, 'ancestry'>,
  { head, from }: { readonly head: Oid; readonly from: Oid | undefined },
  look: (oid: Oid) => Promise<T>,
): AsyncGenerator<readonly T[]> {
  let waiting: Oid[] = [];
  let underWay: Promise<readonly T[]> | undefined;
  const begin = (): Promise<readonly T[]> => {
    const looking = Promise.all(waiting.map(look));
    // A failure is met when its turn comes; until then it must not count as unhandled.
    looking.catch(() => undefined);
    waiting = [];
    return looking;
  };
  for await (const { oid } of store.ancestry([head], from === undefined ? [] : [from])) {
    waiting.push(oid);
    if (waiting.length < batchSize) continue;
    const before = underWay;
    underWay = begin();
    if (before !== undefined) yield await before;
  }
  const last = begin();
  if (underWay !== undefined) yield await underWay;
  yield await last;
}
