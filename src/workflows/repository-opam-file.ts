import type { Oid } from '../core/git/oid.ts';
import { checksumFindings } from '../core/opam/download.ts';
import { editOpamFile, type PublishedArchive, strippedFields } from '../core/opam/edit.ts';
import { lintPackage } from '../core/opam/lint.ts';
import { parseOpamFile } from '../core/opam/opam-file.ts';
import { packageProblems } from '../core/opam/package-file.ts';
import type { RepositoryPath } from '../core/ports.ts';
import type { ChosenPackage } from './choose-release.ts';
import type { LintFindings } from '../core/publish/lint-findings.ts';
import type { Note } from '../core/publish/problem.ts';

/** An opam file as it will stand in the package repository. */
export interface RepositoryOpamFile {
  readonly name: string;
  readonly nameVersion: string;
  readonly path: RepositoryPath;
  readonly content: Uint8Array;
}

/**
 * Makes the package repository's opam file of the source's: the archive with its checksums and the released commit
 * go in, what the repository says by the file's place goes out, and every other byte stays the author's.
 */
export function makeRepositoryOpamFile(
  { name, source }: ChosenPackage,
  version: string,
  archive: PublishedArchive,
  commit: Oid,
  note: Note,
): RepositoryOpamFile | undefined {
  const nameVersion = `${name}.${version}`;
  const path = `packages/${name}/${nameVersion}/opam`;
  const edited = editOpamFile(source.content, [
    ...strippedFields.map((field) => ({ act: 'remove', name: field }) as const),
    { act: 'set-url', archive },
    { act: 'set', name: 'x-commit-hash', value: commit },
  ]);
  const reading = edited.ok ? parseOpamFile(edited.value) : edited;
  if (!edited.ok || !reading.ok) {
    const flaw = reading.ok ? '' : reading.error.message;
    note(
      'package.unreadable',
      `No opam file for the repository can be made of ${source.path}. ${flaw}`,
      `Correct ${source.path}, then release.`,
    );
    return undefined;
  }
  const directory = { name, version, opam: reading.value, files: new Map<string, Uint8Array>() };
  for (const { severity, message, mend } of [
    ...packageProblems(directory),
    ...checksumFindings(reading.value, path),
  ]) {
    if (severity === 'error') note('opam.refused', message, mend);
  }
  return { name, nameVersion, path, content: edited.value };
}

/** Notes what `opam lint` has found in a file. */
export function noteLint(
  { nameVersion }: RepositoryOpamFile,
  found: LintFindings | undefined,
  note: Note,
): void {
  const mend = 'Correct the opam file in the source, then release.';
  for (const line of found?.errors ?? []) note('opam.lint', `opam lint of ${nameVersion}: ${line}`, mend);
  for (const line of found?.warnings ?? [])
    note('opam.lint-warning', `opam lint of ${nameVersion}: ${line}`, mend);
}

/** Notes what the package repository's own checks of submissions would find in a file. */
export function noteRepositoryLint(file: RepositoryOpamFile, newName: boolean, note: Note): void {
  const reading = parseOpamFile(file.content);
  if (!reading.ok) return;
  const version = file.nameVersion.slice(file.name.length + 1);
  const directory = { name: file.name, version, opam: reading.value, files: new Map<string, Uint8Array>() };
  for (const { severity, message, mend } of lintPackage(directory, { newName })) {
    note(severity === 'error' ? 'opam.lint' : 'opam.lint-warning', message, mend);
  }
}
