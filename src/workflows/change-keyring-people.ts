import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { type Finding, finding } from '../core/report/report.ts';
import type { Contributor, KeyringContent } from '../core/trust/keyring.ts';
import { keyringPath } from '../core/trust/keyring-state.ts';
import type { Role } from '../core/trust/policy.ts';
import {
  type Edit,
  type KeyringWork,
  type Outcome,
  type Proposal,
  proposeEdit,
  refuse,
} from './change-keyring-draft.ts';

/** Rights or keys of a contributor. */
export interface Rights {
  readonly roles: readonly Role[];
  /** Patterns of package names, as the keyring file has them. */
  readonly packages: readonly string[];
}

/** What is to be taken from a contributor. Nothing named: the whole person. */
export interface RemovalRequest extends Rights {
  readonly id: string;
  readonly fingerprints: readonly Fingerprint[];
}

/** Proposes a version in which a contributor may do more (`keyring grant`). */
export function proposeGrant(
  work: KeyringWork,
  { id, roles, packages }: Rights & { readonly id: string },
): Promise<Outcome<Proposal>> {
  return proposeEdit(work, ({ keyring, files }) => {
    const person = keyring.contributors.get(id);
    if (person === undefined) return refuse(unknownPerson(id, keyring));
    const entry = {
      ...person,
      roles: new Set([...person.roles, ...roles]),
      packages: [...new Set([...person.packages, ...packages])],
    };
    return edited({ content: withPerson(keyring, entry), certificates: files.certificates });
  });
}

/**
 * Proposes a version without a contributor, or without some of their rights or keys (`keyring remove`). What was
 * attributed to them stays attributed; from the version on they authorise nothing more.
 */
export function proposeRemoval(work: KeyringWork, request: RemovalRequest): Promise<Outcome<Proposal>> {
  return proposeEdit(work, ({ keyring, files }) => {
    const person = keyring.contributors.get(request.id);
    if (person === undefined) return refuse(unknownPerson(request.id, keyring));
    const absent = absentOf(person, request);
    if (absent !== undefined) return refuse(absent);
    const narrowed = namesSomething(request) ? narrow(person, request) : undefined;
    const gone = person.fingerprints.filter((one) => narrowed?.fingerprints.includes(one) !== true);
    const content =
      narrowed === undefined ? withoutPerson(keyring, request.id) : withPerson(keyring, narrowed);
    const certificates = new Map([...files.certificates].filter(([one]) => !gone.includes(one)));
    return edited({ content, certificates });
  });
}

/**
 * Proposes a version in which these contributors alone own a package, whatever they were granted or have claimed
 * (`keyring own`, trust model, section 4). Without owners what history says counts again.
 */
export function proposeOwners(
  work: KeyringWork,
  { name, owners }: { readonly name: string; readonly owners: readonly string[] },
): Promise<Outcome<Proposal>> {
  return proposeEdit(work, ({ keyring, files }) => {
    const stranger = owners.find((id) => !keyring.contributors.has(id));
    if (stranger !== undefined) return refuse(unknownPerson(stranger, keyring));
    const packages = new Map(keyring.packages);
    if (owners.length === 0) packages.delete(name);
    else packages.set(name, { owners: [...new Set(owners)].sort() });
    return edited({ content: { ...keyring, packages }, certificates: files.certificates });
  });
}

const edited = (value: Edit): Outcome<Edit> => ({ ok: true, value });

export const withPerson = (content: KeyringContent, person: Contributor): KeyringContent => ({
  ...content,
  contributors: new Map([...content.contributors, [person.id, person]]),
});

/** Also out of every list of owners. A list that nobody is left in goes: its name falls back to what history says. */
export function withoutPerson(content: KeyringContent, id: string): KeyringContent {
  const contributors = new Map([...content.contributors].filter(([other]) => other !== id));
  const packages = [...content.packages].flatMap(([name, { owners }]) => {
    const left = owners.filter((owner) => owner !== id);
    return left.length === 0 ? [] : [[name, { owners: left }] as const];
  });
  return { ...content, contributors, packages: new Map(packages) };
}

const namesSomething = ({ roles, packages, fingerprints }: RemovalRequest): boolean =>
  roles.length + packages.length + fingerprints.length > 0;

const narrow = (person: Contributor, { roles, packages, fingerprints }: RemovalRequest): Contributor => ({
  ...person,
  roles: new Set([...person.roles].filter((one) => !roles.includes(one))),
  packages: person.packages.filter((one) => !packages.includes(one)),
  fingerprints: person.fingerprints.filter((one) => !fingerprints.includes(one)),
});

/** Something that is to be taken away and is not there: most likely a slip of the pen. */
function absentOf(person: Contributor, request: RemovalRequest): Finding | undefined {
  const absent = [
    ...request.roles.filter((one) => !person.roles.has(one)).map((one) => `the role ${one}`),
    ...request.packages.filter((one) => !person.packages.includes(one)).map((one) => `a grant of ${one}`),
    ...request.fingerprints
      .filter((one) => !person.fingerprints.includes(one))
      .map((one) => `the certificate ${one}`),
  ];
  if (absent.length === 0) return undefined;
  const message = `${person.id} does not have ${absent.join(', nor ')}.`;
  return finding('keyring.nothing-changed', { path: keyringPath, reference: person.id }, message);
}

export function unknownPerson(id: string, { contributors }: KeyringContent): Finding {
  const near = [...contributors.keys()].filter((one) => one.startsWith(id.slice(0, 2))).slice(0, 5);
  const hint = near.length === 0 ? '' : ` There is ${near.join(', ')}.`;
  return finding(
    'keyring.no-contributor',
    { path: keyringPath, reference: id },
    `The keyring file has no contributor ${id}.${hint}`,
  );
}
