import type { Oid } from './git/oid.ts';
import type { Seconds } from './ports.ts';
import { TrailerFields } from './statement-fields.ts';
import { readTrailers } from './statement-trailers.ts';
import {
  archiveForm,
  type Form,
  keyringForm,
  momentForm,
  ownerForm,
  type OwnerStatement,
  packageForm,
  type PackageStatement,
  previousForm,
  type ReleaseArchive,
  type ReleaseSource,
  repositoryForm,
  sequenceForm,
  sourceForm,
  stateForm,
} from './statement-values.ts';

const formatForm: Form<1> = {
  looks: '1, the only format that this program knows',
  parse: (text) => (text === '1' ? 1 : undefined),
  print: (value) => String(value),
};

const kinds = ['submission', 'endorsement', 'state'] as const;

const kindForm: Form<(typeof kinds)[number]> = {
  looks: `one of ${kinds.join(', ')}`,
  parse: (text) => kinds.find((kind) => kind === text),
  print: (value) => value,
};

const everyKind = ['Signet-Format', 'Signet-Kind', 'Signet-Repository', 'Signet-Expires'];
const changeKeys = new Set([
  ...everyKind,
  'Signet-Package',
  'Signet-Source',
  'Signet-Archive',
  'Signet-Owner',
]);
const stateKeys = new Set([
  ...everyKind,
  'Signet-Sequence',
  'Signet-Previous',
  'Signet-State',
  'Signet-Keyring',
  'Signet-Ledger',
]);

interface StatementFields {
  readonly format: 1;
  /** The id of the package repository; whoever uses a statement compares it (trust model, section 7). */
  readonly repository: string;
  readonly expires: Seconds | undefined;
  readonly packages: readonly PackageStatement[];
  readonly source: ReleaseSource | undefined;
  readonly archive: ReleaseArchive | undefined;
  readonly owners: readonly OwnerStatement[];
}

/** What a contributor or maintainer says of a change. A submission always expires. */
export interface ChangeStatement extends StatementFields {
  readonly kind: 'submission' | 'endorsement';
}

/** "This is the repository, number n, good until this date" (trust model, sections 1 and 7). */
export interface StateStatement extends StatementFields {
  readonly kind: 'state';
  readonly expires: Seconds;
  readonly sequence: number;
  /** The state tag before; `none` for the first, whose sequence is 1. */
  readonly previous: Oid | 'none';
  /** The state digest, `h1:…`. */
  readonly state: string;
  /** The digest of the keyring file, `sha256:…`. */
  readonly keyring: string;
  /** The digest of what history has established up to here, `sha256:…`, where that is handed over. */
  readonly ledger: string | undefined;
}

/** What the `Signet-` trailers of a signed commit or tag say. */
export type Statement = ChangeStatement | StateStatement;

/** `absent`: there is nothing that even resembles a statement. Problems are whole sentences. */
export type StatementReading =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly absent: boolean; readonly problems: readonly string[] };

/** Reads the statement in a commit or tag message (without the signature). Whatever is unclear is refused. */
export function parseStatement(message: string): StatementReading {
  const { trailers, problems } = readTrailers(message);
  if (trailers.length === 0 && problems.length === 0) {
    return { ok: false, absent: true, problems: ['The message has no Signet- trailers.'] };
  }
  const fields = new TrailerFields(trailers);
  const statement = readFields(fields);
  const all = [...problems, ...fields.problems];
  return all.length === 0 && statement !== undefined
    ? { ok: true, statement }
    : { ok: false, absent: false, problems: all };
}

function readFields(fields: TrailerFields): Statement | undefined {
  const kind = fields.one('Signet-Kind', kindForm);
  if (kind === undefined) return undefined;
  fields.allowOnly(kind === 'state' ? stateKeys : changeKeys, kind);
  const format = fields.one('Signet-Format', formatForm);
  const repository = fields.one('Signet-Repository', repositoryForm);
  const expires =
    kind === 'endorsement'
      ? fields.optional('Signet-Expires', momentForm)
      : fields.one('Signet-Expires', momentForm);
  if (format === undefined || repository === undefined) return undefined;
  const common = {
    format,
    repository,
    expires,
    packages: fields.many('Signet-Package', packageForm, ({ nameVersion }) => nameVersion),
    source: fields.optional('Signet-Source', sourceForm),
    archive: fields.optional('Signet-Archive', archiveForm),
    owners: fields.many('Signet-Owner', ownerForm, ({ name }) => name),
  };
  return kind === 'state' ? readState(common, fields) : { ...common, kind };
}

function readState(common: StatementFields, fields: TrailerFields): StateStatement | undefined {
  const { expires } = common;
  const sequence = fields.one('Signet-Sequence', sequenceForm);
  const previous = fields.one('Signet-Previous', previousForm);
  const state = fields.one('Signet-State', stateForm);
  const keyring = fields.one('Signet-Keyring', keyringForm);
  const ledger = fields.optional('Signet-Ledger', keyringForm);
  if (sequence === undefined || previous === undefined || state === undefined || keyring === undefined)
    return undefined;
  if ((sequence === 1) !== (previous === 'none')) {
    fields.problems.push('Signet-Previous is "none" exactly if Signet-Sequence is 1.');
  }
  return expires === undefined
    ? undefined
    : { ...common, kind: 'state', expires, sequence, previous, state, keyring, ledger };
}

export type StatementPrinting =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Writes a message of free text and a statement in its canonical form. Refused unless reading the message gives the
 * same statement again, so that no text, name or URL can add to what is signed.
 */
export function printStatement(text: string, statement: Statement): StatementPrinting {
  const trailers = printTrailers(statement);
  const message = `${text.trim()}\n\n${trailers}\n`;
  const reading = parseStatement(message);
  if (!reading.ok) return reading;
  return printTrailers(reading.statement) === trailers
    ? { ok: true, message }
    : { ok: false, problems: ['The text of the message changes what its trailers say.'] };
}

/** The trailers in canonical order, one a line. */
function printTrailers(statement: Statement): string {
  const { source, archive, expires } = statement;
  const lines: (readonly [key: string, value: string] | undefined)[] = [
    ['Signet-Format', formatForm.print(statement.format)],
    ['Signet-Kind', kindForm.print(statement.kind)],
    ['Signet-Repository', repositoryForm.print(statement.repository)],
    ...statement.packages.map((one) => ['Signet-Package', packageForm.print(one)] as const),
    source && ['Signet-Source', sourceForm.print(source)],
    archive && ['Signet-Archive', archiveForm.print(archive)],
    ...statement.owners.map((one) => ['Signet-Owner', ownerForm.print(one)] as const),
    ...(statement.kind === 'state' ? stateLines(statement) : []),
    expires === undefined ? undefined : ['Signet-Expires', momentForm.print(expires)],
  ];
  return lines.flatMap((line) => (line === undefined ? [] : line.join(': '))).join('\n');
}

const stateLines = ({ sequence, previous, state, keyring, ledger }: StateStatement) =>
  [
    ['Signet-Sequence', sequenceForm.print(sequence)],
    ['Signet-Previous', previousForm.print(previous)],
    ['Signet-State', stateForm.print(state)],
    ['Signet-Keyring', keyringForm.print(keyring)],
    ...(ledger === undefined ? [] : [['Signet-Ledger', keyringForm.print(ledger)] as const]),
  ] as const;
