import { Fault } from '../../core/fault.ts';
import { type Fingerprint, parseFingerprint } from '../../core/openpgp/certificate.ts';
import { proposeGrant, proposeOwners, proposeRemoval } from '../../workflows/change-keyring-people.ts';
import type { KeyringContent } from '../../core/trust/keyring.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { type ProposalOptions, proposeAnd, roleOf } from './keyring-propose.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { prompterOf, standingKeyring } from './keyring-work.ts';

interface GrantOptions extends ProposalOptions {
  readonly id?: string | undefined;
  readonly packages: readonly string[];
  readonly role?: readonly string[] | undefined;
}

/** `keyring grant ID [PACKAGE…]`: what a contributor may do in addition. */
export async function keyringGrantCommand(context: Context, options: GrantOptions): Promise<ExitCode> {
  const { role = [] } = options;
  const ask = new KeyringQuestions(prompterOf(context));
  const id = await ask.contributor(options.id, await standing(context, options), 'Who may do more?');
  const packages =
    role.length > 0
      ? options.packages
      : await ask.texts(options.packages, 'PACKAGE or --role', 'Which packages? (* stands for anything)');
  ask.requireAll();
  if (packages.length + role.length === 0) {
    throw new Fault(
      'usage.argument',
      `Nothing is named that ${id} is to be granted.`,
      'Name packages or a role: opam-signet keyring grant ID PACKAGE, or --role maintainer.',
    );
  }
  const request = { id, packages, roles: role.map(roleOf) };
  return proposeAnd(context, 'keyring grant', options, (work) => proposeGrant(work, request));
}

interface RemoveOptions extends ProposalOptions {
  readonly id?: string | undefined;
  readonly role?: readonly string[] | undefined;
  readonly package?: readonly string[] | undefined;
  readonly certificate?: readonly string[] | undefined;
}

/** `keyring remove ID`: a contributor, or some of their rights or keys. */
export async function keyringRemoveCommand(context: Context, options: RemoveOptions): Promise<ExitCode> {
  const ask = new KeyringQuestions(prompterOf(context));
  const id = await ask.contributor(options.id, await standing(context, options), 'Who is to go?');
  ask.requireAll();
  const request = {
    id,
    roles: (options.role ?? []).map(roleOf),
    packages: options.package ?? [],
    fingerprints: (options.certificate ?? []).map(fingerprintOf),
  };
  return proposeAnd(context, 'keyring remove', options, (work) => proposeRemoval(work, request));
}

interface OwnOptions extends ProposalOptions {
  readonly name?: string | undefined;
  readonly owners: readonly string[];
}

/** `keyring own PACKAGE [ID…]`: who alone owns a package. */
export async function keyringOwnCommand(context: Context, options: OwnOptions): Promise<ExitCode> {
  const ask = new KeyringQuestions(prompterOf(context));
  const name = await ask.text(options.name, 'PACKAGE', 'Which package?');
  const owners =
    options.name === undefined
      ? await ask.texts(options.owners, 'ID', 'Who alone owns it? (ids with spaces between)')
      : options.owners;
  ask.requireAll();
  return proposeAnd(context, 'keyring own', options, (work) => proposeOwners(work, { name, owners }));
}

/** Read only for a question that is going to be asked. */
const standing = (
  context: Context,
  options: ProposalOptions & { readonly id?: string | undefined },
): Promise<KeyringContent | undefined> =>
  options.id === undefined && prompterOf(context) !== undefined
    ? standingKeyring(context, options)
    : Promise.resolve(undefined);

export function fingerprintOf(text: string): Fingerprint {
  const fingerprint = parseFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  throw new Fault(
    'usage.argument',
    `"${text}" is not a whole fingerprint.`,
    'Give all 40 or 64 hexadecimal digits, as opam-signet keyring show prints them.',
  );
}
