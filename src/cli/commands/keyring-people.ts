import { Fault } from '../../core/fault.ts';
import { type Fingerprint, parseFingerprint } from '../../core/openpgp/certificate.ts';
import { proposeGrant, proposeOwners, proposeRemoval } from '../../workflows/change-keyring-people.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { type ProposalOptions, proposeAnd, roleOf } from './keyring-propose.ts';

interface GrantOptions extends ProposalOptions {
  readonly id: string;
  readonly packages: readonly string[];
  readonly role?: readonly string[] | undefined;
}

/** `keyring grant ID [PACKAGE…]`: what a contributor may do in addition. */
export function keyringGrantCommand(context: Context, options: GrantOptions): Promise<ExitCode> {
  const { id, packages, role = [] } = options;
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
  readonly id: string;
  readonly role?: readonly string[] | undefined;
  readonly package?: readonly string[] | undefined;
  readonly certificate?: readonly string[] | undefined;
}

/** `keyring remove ID`: a contributor, or some of their rights or keys. */
export function keyringRemoveCommand(context: Context, options: RemoveOptions): Promise<ExitCode> {
  const request = {
    id: options.id,
    roles: (options.role ?? []).map(roleOf),
    packages: options.package ?? [],
    fingerprints: (options.certificate ?? []).map(fingerprintOf),
  };
  return proposeAnd(context, 'keyring remove', options, (work) => proposeRemoval(work, request));
}

interface OwnOptions extends ProposalOptions {
  readonly name: string;
  readonly owners: readonly string[];
}

/** `keyring own PACKAGE [ID…]`: who alone owns a package. */
export function keyringOwnCommand(context: Context, options: OwnOptions): Promise<ExitCode> {
  return proposeAnd(context, 'keyring own', options, (work) => proposeOwners(work, options));
}

export function fingerprintOf(text: string): Fingerprint {
  const fingerprint = parseFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  throw new Fault(
    'usage.argument',
    `"${text}" is not a whole fingerprint.`,
    'Give all 40 or 64 hexadecimal digits, as opam-signet keyring show prints them.',
  );
}
