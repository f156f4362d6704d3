import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import { filesUnder } from '../../core/git/tree.ts';
import {
  readGuixAuthorizations,
  readSequoiaPolicy,
  type ForeignReading,
} from '../../core/trust/foreign-keyring.ts';
import type { Role } from '../../core/trust/policy.ts';
import { findingText } from '../../render/text.ts';
import type { Outcome } from '../../workflows/change-keyring-draft.ts';
import {
  type ImportedPerson,
  peopleIn,
  peopleOfPolicy,
  proposeImport,
} from '../../workflows/import-keyring.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { type ProposalOptions, proposeAnd, roleOf } from './keyring-propose.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { prompterOf, readCertificateFiles, refuse } from './keyring-work.ts';

interface Options extends ProposalOptions {
  readonly source?: string | undefined;
  readonly role?: readonly string[] | undefined;
  readonly keepRights: boolean;
  readonly keyringRef: string;
}

/** `keyring import SOURCE`: many people at once, from certificates or from another program's policy. */
export async function keyringImportCommand(context: Context, options: Options): Promise<ExitCode> {
  const ask = new KeyringQuestions(prompterOf(context));
  const source = await ask.text(options.source, 'SOURCE', 'Which file or folder has the people?');
  ask.requireAll();
  const people = await readPeople(context, source, options);
  if (!people.ok) return refuse(context, 'keyring import', people.findings);
  return proposeAnd(context, 'keyring import', options, async (work) => {
    const proposed = await proposeImport(work, people.value);
    if (!proposed.ok) return proposed;
    const { proposal, left } = proposed.value;
    const warnings = left.map((one) => ({ ...one, severity: 'warning' as const }));
    context.tell(warnings.map((one) => `${findingText(one, context.errorStyle)}\n`).join(''));
    return { ok: true, value: proposal };
  });
}

async function readPeople(
  context: Context,
  source: string,
  options: Options,
): Promise<Outcome<readonly ImportedPerson[]>> {
  const { keepRights, role = ['contributor'] } = options;
  const path = resolve(context.options.directory, source);
  const status = await stat(path).catch((error: unknown) => {
    throw new Fault('file.not-found', `There is no file or folder ${source}.`, 'Check the path.', error);
  });
  if (status.isDirectory()) return readFolder(context, source, role.map(roleOf));
  const [file] = await readCertificateFiles(context, [source]);
  const data = file?.data ?? new Uint8Array(0);
  const name = basename(path);
  const text = new TextDecoder().decode(data);
  if (name.endsWith('.toml')) return fromPolicy(source, readSequoiaPolicy(text), [], keepRights);
  if (!/^\s*(?:;[^\n]*\n\s*)*\(authorizations\b/.test(text)) return peopleIn(source, data, role.map(roleOf));
  const certificates = await certificatesOfRef(context, options.keyringRef);
  return fromPolicy(source, readGuixAuthorizations(text), certificates, keepRights);
}

function fromPolicy(
  source: string,
  reading: ForeignReading,
  certificates: readonly Uint8Array[],
  keepRights: boolean,
): Outcome<readonly ImportedPerson[]> {
  if (reading.ok) return peopleOfPolicy(source, reading.people, certificates, keepRights);
  throw new Fault('config.invalid', `${source} cannot be imported. ${reading.message}`, 'Correct the file.');
}

/** Every file of a folder, each with one certificate or more. What holds none is refused, not passed over. */
async function readFolder(
  context: Context,
  folder: string,
  roles: readonly Role[],
): Promise<Outcome<readonly ImportedPerson[]>> {
  const entries = await readdir(resolve(context.options.directory, folder), { withFileTypes: true });
  const names = entries.flatMap((entry) =>
    entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : [],
  );
  const files = await readCertificateFiles(
    context,
    names.sort().map((name) => join(folder, name)),
  );
  const people: ImportedPerson[] = [];
  for (const { source, data } of files) {
    const found = peopleIn(source, data, roles);
    if (!found.ok) return found;
    people.push(...found.value);
  }
  return { ok: true, value: people };
}

/** The files of a branch that holds certificates and nothing else, as Guix keeps them. */
async function certificatesOfRef(context: Context, ref: string): Promise<readonly Uint8Array[]> {
  const { options, environment } = context;
  const store = await openStore(options.directory, { kind: 'auto', environment });
  try {
    const files = await filesUnder(store, await requireCommit(store, ref), '');
    const objects = await Promise.all(
      [...files]
        .filter(([path]) => /\.(?:key|asc|gpg|pgp)$/.test(path))
        .map(([, { oid }]) => store.read(oid)),
    );
    return objects.flatMap((object) => (object?.type === 'blob' ? [object.content] : []));
  } finally {
    await store.close();
  }
}
