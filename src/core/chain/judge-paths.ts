import { attributeProblems } from '../opam/attributes.ts';
import { folderMode, filesUnder, listFolder } from '../git/tree.ts';
import { missingObject } from '../git/object-faults.ts';
import { parsePackagePath } from '../opam/package.ts';
import { caseCollisions, pathProblems } from '../opam/path-rules.ts';
import type { ObjectStore, PathChange, RepositoryPath } from '../ports.ts';
import type { Finding } from '../report/report.ts';
import type { Ownership } from './ownership.ts';
import type { Step } from './step.ts';

interface Context {
  readonly store: ObjectStore;
  readonly ownership: Ownership;
}

/** What no signature makes good: paths that must not stand, and attributes that change bytes (trust model, 4 and 9). */
export async function judgePaths(
  step: Step,
  changes: readonly PathChange[],
  context: Context,
): Promise<readonly Finding[]> {
  const attributes = await Promise.all(changes.map((change) => changedAttributes(change, context.store)));
  return [
    ...changes.flatMap((change) => pathProblems(change)),
    ...attributes.flat(),
    ...(await collisions(step, changes, context)),
  ];
}

async function changedAttributes(
  { path, after }: PathChange,
  store: ObjectStore,
): Promise<readonly Finding[]> {
  if (after?.mode !== '100644' || path.split('/').at(-1) !== '.gitattributes') return [];
  const blob = await store.read(after.oid);
  if (blob === undefined) throw missingObject(after.oid);
  return attributeProblems(blob.content, path);
}

/** Added paths that fall together with each other or with what stands, where file systems ignore case. */
async function collisions(
  step: Step,
  changes: readonly PathChange[],
  context: Context,
): Promise<readonly Finding[]> {
  const added = new Set(changes.filter(({ before }) => before === undefined).map(({ path }) => path));
  const removed = new Set(changes.filter(({ after }) => after === undefined).map(({ path }) => path));
  const twins = await standingTwins(step, added, context);
  const standing = twins.filter((path) => !removed.has(path));
  return caseCollisions([...standing, ...added]).filter(
    ({ at }) => at.path !== undefined && added.has(at.path),
  );
}

/** What stands in P under another spelling of a folder or file that is added. */
async function standingTwins(
  step: Step,
  added: Iterable<RepositoryPath>,
  { store, ownership }: Context,
): Promise<readonly RepositoryPath[]> {
  const folders = await Promise.all(
    [...namesToCompare(added, ownership.standingNames)].map(async ([folder, names]) => {
      const spellings = new Set([...names].map((name) => name.toLowerCase()));
      const entries = await listFolder(store, step.parent, folder);
      const twins = entries.filter(({ name }) => !names.has(name) && spellings.has(name.toLowerCase()));
      return Promise.all(
        twins.map(async ({ name, mode }) => {
          const path = `${folder}/${name}`;
          return mode === folderMode ? [...(await filesUnder(store, step.parent, path)).keys()] : [path];
        }),
      );
    }),
  );
  return folders.flat(2);
}

/**
 * The names that are added to folders that stand, by folder. Only where another spelling is possible: most versions
 * have no letters, and to look into a folder costs reading the largest one of the repository.
 */
function namesToCompare(
  added: Iterable<RepositoryPath>,
  standing: Ownership['standingNames'],
): ReadonlyMap<RepositoryPath, ReadonlySet<string>> {
  const names = new Map<RepositoryPath, Set<string>>();
  const compare = (folder: RepositoryPath, name: string): void => {
    names.set(folder, (names.get(folder) ?? new Set<string>()).add(name));
  };
  const introduced = new Set<string>();
  for (const path of added) {
    const parsed = parsePackagePath(path);
    if (parsed === undefined) continue;
    const { name, version, nameVersion, rest } = parsed;
    if (!standing.has(name)) {
      introduced.add(name);
      continue;
    }
    if (/[a-z]/i.test(version)) compare(`packages/${name}`, nameVersion);
    if (rest !== 'opam') compare(`packages/${name}/${nameVersion}/files`, rest.slice('files/'.length));
  }
  if (introduced.size === 0) return names;
  for (const name of introduced) if (standing.alike(name) !== undefined) compare('packages', name);
  return names;
}
