import { buffer } from 'node:stream/consumers';
import { certificateDirectories } from '../../adapters/certificate-directories.ts';
import { readSigning } from '../../adapters/git-config.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { CertificateDirectory, DirectoryName } from '../../core/trust/certificate-directory.ts';
import type { GivenCertificate } from '../../workflows/change-keyring-certificate.ts';
import type { Outcome } from '../../workflows/change-keyring-draft.ts';
import { type DirectoryQuery, directoryTitles, findCertificates } from '../../workflows/find-certificates.ts';
import { accountDirectory } from '../account-directory.ts';
import type { Context } from '../context.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { readCertificateFiles } from './keyring-work.ts';

/** The flags that say where certificates come from, besides files. */
export interface SourceOptions {
  /** `gpg:KEY`, `wkd:ADDRESS`, `server:KEY`, `github:ACCOUNT`. */
  readonly from?: readonly string[] | undefined;
  readonly keyServer?: string | undefined;
}

/** The certificates that files, stdin (`-`) and directories have. */
export async function readSources(
  context: Context,
  files: readonly string[],
  options: SourceOptions,
): Promise<Outcome<readonly GivenCertificate[]>> {
  const queries = (options.from ?? []).map(queryOf);
  const paths = files.filter((one) => one !== '-');
  const given = [...(await readCertificateFiles(context, paths))];
  if (files.includes('-')) given.push({ source: 'stdin', data: new Uint8Array(await buffer(process.stdin)) });
  const directories = await openDirectories(
    context,
    queries.map(({ directory }) => directory),
    options,
  );
  const found = await findCertificates(directories, queries, context.now);
  return found.ok ? { ok: true, value: [...given, ...found.value] } : found;
}

/** Opens the directories of these names, each once. */
export async function openDirectories(
  context: Context,
  names: readonly DirectoryName[],
  { keyServer = 'https://keys.openpgp.org' }: SourceOptions,
): Promise<readonly CertificateDirectory[]> {
  if (names.length === 0) return [];
  const environment = environmentOfPrograms(context);
  const { program } = await readSigning(new UserGit(context.options.directory, environment));
  if (!/^https?:\/\/[^\s/]+/.test(keyServer)) {
    const mend = 'Give one like https://keys.openpgp.org.';
    throw new Fault('usage.argument', `"${keyServer}" is no address of a key server.`, mend);
  }
  const all = certificateDirectories({ program, environment, keyServer, fetch: globalThis.fetch });
  return [...all, accountDirectory(context)].filter(({ name }) => names.includes(name));
}

export function directoryOf(text: string): DirectoryName {
  const name = directoryNames.find((one) => one === text);
  if (name !== undefined) return name;
  throw new Fault(
    'usage.argument',
    `"${text}" is no place where certificates are looked up.`,
    `There are ${directoryNames.map((one) => `${one} (${directoryTitles[one]})`).join(', ')}.`,
  );
}

const directoryNames = ['gpg', 'wkd', 'server', 'github'] as const satisfies readonly DirectoryName[];

function queryOf(text: string): DirectoryQuery {
  const [, name = text, query = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  const directory = directoryOf(name);
  const trimmed = query.trim();
  const fits = directory === 'github' ? /^[A-Za-z0-9-]+$/ : directory === 'wkd' ? address : keyName;
  if (fits.test(trimmed)) return { directory, query: trimmed };
  const form = {
    github: 'ACCOUNT',
    wkd: 'ADDRESS',
    gpg: 'FINGERPRINT-OR-ADDRESS',
    server: 'FINGERPRINT-OR-ADDRESS',
  };
  throw new Fault(
    'usage.argument',
    `"${text}" does not say whose certificate is looked up.`,
    `Write --from ${directory}:${form[directory]}.`,
  );
}

const address = /^[^@\s<>]+@[^@\s<>/]+$/;
const keyName = /^(?:[^@\s<>]+@[^@\s<>/]+|(?:0x)?[0-9A-Fa-f ]{40,})$/;
