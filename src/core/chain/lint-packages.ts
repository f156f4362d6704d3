import { listFolder } from '../git/tree.ts';
import { lintPackage } from '../opam/lint.ts';
import { parseOpamFile } from '../opam/opam-file.ts';
import { splitNameVersion } from '../opam/package.ts';
import type { ObjectStore } from '../ports.ts';
import type { Finding } from '../report/report.ts';
import {
  type ChangedFolder,
  changedFolders,
  contentsOf,
  type FileEntries,
  filesOf,
} from './package-folders.ts';
import type { Step } from './step.ts';

/**
 * What the repository's own checks would have against the packages that a step adds or changes. It bears on no claim, so
 * that nothing of it is more than a warning here; and whoever changes a file is not told what was wrong with it before.
 */
export async function lintPackages(step: Step, store: ObjectStore): Promise<readonly Finding[]> {
  const standing = new Set((await listFolder(store, step.parent, 'packages')).map(({ name }) => name));
  const findings: Finding[] = [];
  for (const changed of changedFolders(step.changes))
    findings.push(...(await lintChange(changed, step, standing, store)));
  return findings;
}

async function lintChange(
  { nameVersion, folder, changes }: ChangedFolder,
  step: Step,
  standing: ReadonlySet<string>,
  store: ObjectStore,
): Promise<readonly Finding[]> {
  const { before, after } = await filesOf({ ...step, changes }, folder, store);
  const lint = async (files: FileEntries): Promise<readonly Finding[]> => {
    const parts = splitNameVersion(nameVersion);
    const contents = await contentsOf(files, folder, store);
    const reading = parseOpamFile(contents.get('opam') ?? new Uint8Array());
    if (parts === undefined || !contents.has('opam') || !reading.ok) return [];
    const beside = [...contents].filter(([name]) => name !== 'opam');
    const directory = { ...parts, opam: reading.value, files: new Map(beside) };
    return lintPackage(directory, { newName: !standing.has(parts.name) });
  };
  const old = new Set((await lint(before)).map(({ message }) => message));
  return (await lint(after))
    .filter(({ message }) => !old.has(message))
    .map((one) => (one.severity === 'error' ? { ...one, severity: 'warning' } : one));
}
