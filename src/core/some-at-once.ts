/** Does the same with every item, no more than `limit` at once, and returns what came of it in the items' order. */
export async function someAtOnce<T, R>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const waiting = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.set(next[0], await act(next[1]));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
