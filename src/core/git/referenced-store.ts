import type { ObjectStore, Reference } from '../ports.ts';

/**
 * A store in which the references below a prefix are those given here, as another repository has them. Everything
 * else is the store's own.
 */
export function withReferences(store: ObjectStore, prefix: string, given: readonly Reference[]): ObjectStore {
  return {
    format: store.format,
    read: (oid) => store.read(oid),
    changes: (before, after) => store.changes(before, after),
    ancestry: (tips, known) => store.ancestry(tips, known),
    resolve: (revision) => store.resolve(revision),
    async references(wanted) {
      const own = await store.references(wanted);
      const all = [...own.filter(({ name }) => !name.startsWith(prefix)), ...given];
      return all
        .filter(({ name }) => name.startsWith(wanted))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    shallow: () => store.shallow(),
    write: (type, content) => store.write(type, content),
    updateReference: (name, oid, expected) => store.updateReference(name, oid, expected),
    close: () => store.close(),
  };
}
