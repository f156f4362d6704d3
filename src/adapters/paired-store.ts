import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, StoredObject } from '../core/ports.ts';

/**
 * A store that also reads what another one has. Everything else is asked of the first alone: history, references and
 * writing.
 */
export function pairedStore(first: ObjectStore, second: ObjectStore): ObjectStore {
  return {
    format: first.format,
    read: async (oid: Oid): Promise<StoredObject | undefined> =>
      (await first.read(oid)) ?? (await second.read(oid)),
    changes: (before, after) => first.changes(before, after),
    ancestry: (tips) => first.ancestry(tips),
    resolve: (revision) => first.resolve(revision),
    references: (prefix) => first.references(prefix),
    shallow: () => first.shallow(),
    write: (type, content) => first.write(type, content),
    updateReference: (name, oid, expected) => first.updateReference(name, oid, expected),
    close: async () => {
      await first.close();
      await second.close();
    },
  };
}
