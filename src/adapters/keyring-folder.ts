import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import {
  fingerprintOfFile,
  maximumFileBytes,
  type KeyringFiles,
  type KeyringFolder,
} from '../core/trust/keyring-state.ts';

/**
 * A keyring folder in a work tree or anywhere else, given by its own path. Links are not followed, neither for
 * the folder nor inside it. Each file is replaced at once; a run that is cut off between two files leaves a
 * proposal whose signatures don't fit, never half a file. It is read once, so that all of a run looks at the same.
 */
export function openKeyringFolder(path: string): KeyringFolder {
  let read: Promise<KeyringFiles | undefined> | undefined;
  return {
    read: () => (read ??= readFolder(path)),
    write: async (files) => {
      read = undefined;
      await writeFolder(path, files);
    },
  };
}

const tomlName = 'keyring.toml';
const signaturesName = 'keyring.toml.asc';
const fileOf = (fingerprint: Fingerprint): string => `${fingerprint}.asc`;

async function readFolder(path: string): Promise<KeyringFiles | undefined> {
  const names = await namesIn(path);
  if (names.length === 0) return undefined;
  const stranger = names.find((name) => !belongs(name));
  if (stranger !== undefined) {
    throw unreadable(
      `${join(path, stranger)} does not belong in a keyring folder.`,
      'Move it out of the folder.',
    );
  }
  if (!names.includes(tomlName)) {
    throw unreadable(
      `${path} holds certificates but no ${tomlName}.`,
      `Put ${tomlName} back: git checkout -- ${path}.`,
    );
  }
  const read = (name: string): Uint8Array => readRegular(join(path, name));
  const fingerprints = names.flatMap((name) => fingerprintOfFile(name) ?? []);
  return {
    toml: read(tomlName),
    signatures: names.includes(signaturesName) ? read(signaturesName) : new Uint8Array(0),
    certificates: new Map(fingerprints.map((one) => [one, read(fileOf(one))])),
  };
}

const belongs = (name: string): boolean =>
  name === tomlName || name === signaturesName || fingerprintOfFile(name) !== undefined;

const unreadable = (message: string, mend: string): Fault => new Fault('keyring.unreadable', message, mend);

/** The names in the folder; none if there is no folder. */
async function namesIn(path: string): Promise<readonly string[]> {
  try {
    const folder = await lstat(path);
    if (!folder.isDirectory()) {
      throw unreadable(
        `${path} is not a folder itself, but a link or a file.`,
        'Give the path of the keyring folder.',
      );
    }
    return (await readdir(path)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw failure(error, path, 'read');
  }
}

/** Without promises: thousands of small files are read in a fraction of the time, and nothing else waits meanwhile. */
function readRegular(path: string): Uint8Array {
  try {
    // Without O_NONBLOCK a pipe would be waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) throw notRegular(path);
      if (status.size > maximumFileBytes) throw tooLarge(path, status.size);
      return new Uint8Array(readFileSync(file));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw codeOf(error) === 'ELOOP' ? notRegular(path) : failure(error, path, 'read');
  }
}

async function writeFolder(path: string, files: KeyringFiles): Promise<void> {
  const before = new Set(await namesIn(path));
  const certificates = [...files.certificates].map(
    ([fingerprint, file]) => [fileOf(fingerprint), file] as const,
  );
  const signatures = files.signatures.length === 0 ? [] : [[signaturesName, files.signatures] as const];
  const wanted = [...certificates, [tomlName, files.toml] as const, ...signatures];
  try {
    await mkdir(path, { recursive: true });
    for (const [name, content] of wanted) await replace(path, name, content);
    const kept = new Set(wanted.map(([name]) => name));
    for (const name of before) if (belongs(name) && !kept.has(name)) await rm(join(path, name));
  } catch (error) {
    throw failure(error, path, 'written');
  }
}

/** Renaming replaces a link, where writing would follow it. */
async function replace(folder: string, name: string, content: Uint8Array): Promise<void> {
  const unfinished = join(folder, `.${name}.${randomUUID()}`);
  try {
    await writeFile(unfinished, content, { flag: 'wx', mode: 0o644, flush: true });
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const notRegular = (path: string): Fault =>
  unreadable(`${path} is not an ordinary file.`, 'Put the file itself in its place.');

const tooLarge = (path: string, size: number): Fault =>
  unreadable(
    `${path} has ${size} bytes; at most ${maximumFileBytes} are read.`,
    'Reduce it to what is needed.',
  );

function failure(error: unknown, path: string, act: 'read' | 'written'): Fault {
  if (error instanceof Fault) return error;
  return new Fault('file.failed', `${path} cannot be ${act}.`, 'Check the folder and who may use it.', error);
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
