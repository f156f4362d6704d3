import { checksumFindings } from '../opam/download.ts';
import { parseOpamFile } from '../opam/opam-file.ts';
import { packageProblems } from '../opam/package-file.ts';
import { splitNameVersion } from '../opam/package.ts';
import type { ObjectStore, RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { contentsOf, type FileEntries, filesOf, changedFolders } from './package-folders.ts';
import type { Step } from './step.ts';

/** What is wrong with the package directories that a step changes, as they would stand after it. */
export async function judgePackages(step: Step, store: ObjectStore): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { nameVersion, folder, changes } of changedFolders(step.changes)) {
    const { after } = await filesOf({ ...step, changes }, folder, store);
    if (after.size > 0) findings.push(...(await judgePackage(nameVersion, folder, after, store)));
  }
  return findings;
}

async function judgePackage(
  nameVersion: string,
  folder: RepositoryPath,
  files: FileEntries,
  store: ObjectStore,
): Promise<readonly Finding[]> {
  const parts = splitNameVersion(nameVersion);
  const path = `${folder}/opam`;
  const ordinary = new Map([...files].filter(([, { mode }]) => mode === '100644'));
  const contents = await contentsOf(ordinary, folder, store);
  const content = contents.get('opam');
  if (parts === undefined || content === undefined) {
    return [
      finding('opam.unreadable', { path }, `${path} is not there, but other files of the package are.`),
    ];
  }
  const reading = parseOpamFile(content);
  if (!reading.ok) {
    const { line, message } = reading.error;
    return [finding('opam.unreadable', { path, line }, `${path}: ${message}`)];
  }
  const extra = [...contents].flatMap(([name, bytes]) =>
    name.startsWith('files/') ? [[name.slice('files/'.length), bytes] as const] : [],
  );
  return [
    ...packageProblems({ ...parts, opam: reading.value, files: new Map(extra) }),
    ...checksumFindings(reading.value, path),
  ];
}
