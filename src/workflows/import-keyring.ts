import { takeApart, type Fingerprint } from '../core/openpgp/certificate.ts';
import { finding, type Finding } from '../core/report/report.ts';
import type { ForeignPerson } from '../core/trust/foreign-keyring.ts';
import { keyringPath } from '../core/trust/keyring-state.ts';
import type { KeyringContent } from '../core/trust/keyring.ts';
import { roles as allRoles, type Role } from '../core/trust/policy.ts';
import { join } from './change-keyring.ts';
import {
  acceptCertificate,
  nameIn,
  withCertificates,
  type GivenCertificate,
} from './change-keyring-certificate.ts';
import {
  proposeEdit,
  refuse,
  type KeyringWork,
  type Outcome,
  type Proposal,
} from './change-keyring-draft.ts';
import { addressesOf } from './find-certificates.ts';

/** Somebody to be brought in from elsewhere. */
export interface ImportedPerson {
  /** As the other program has it; empty where it has none. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly certificates: readonly GivenCertificate[];
}

export interface ImportProposal {
  readonly proposal: Proposal;
  /** Why somebody or some certificate was left out. */
  readonly left: readonly Finding[];
}

/**
 * Proposes a version with many people at once (`keyring import`). Certificates that are listed already are left to
 * `keyring refresh`; those that can't be used are left out, and it is said why.
 */
export async function proposeImport(
  work: KeyringWork,
  people: readonly ImportedPerson[],
): Promise<Outcome<ImportProposal>> {
  const left: Finding[] = [];
  const proposal = await proposeEdit(work, (current) => {
    const { keyring, files } = current;
    let content: KeyringContent = keyring;
    let certificates: ReadonlyMap<Fingerprint, Uint8Array> = files.certificates;
    for (const person of people) {
      const readings = person.certificates.map((one) => acceptCertificate(one, keyring.policy, work.now));
      left.push(...readings.filter((one) => 'code' in one));
      const accepted = readings.flatMap((one) => ('code' in one ? [] : [one]));
      const fresh = accepted.filter(({ certificate }) => !certificates.has(certificate.fingerprint));
      const [first] = fresh;
      if (first === undefined) continue;
      const name = readableName(person.name) ?? nameIn(first.certificate);
      const id = freeId(
        content,
        [...addressesOf(first.certificate.userIds), name ?? ''],
        first.certificate.fingerprint,
      );
      const request = {
        id,
        ...(name === undefined ? {} : { name }),
        roles: person.roles,
        packages: [],
        certificates: [],
      };
      const joined = join(content, request, fresh);
      if (!joined.ok) return joined;
      content = joined.value;
      certificates = withCertificates(certificates, fresh);
    }
    if (content === keyring && left.length > 0) return refuse(...left);
    return { ok: true, value: { content, certificates } };
  });
  return proposal.ok ? { ok: true, value: { proposal: proposal.value, left } } : proposal;
}

const readableName = (name: string): string | undefined => {
  const plain = name.replace(/\s*<[^<>]*>\s*$/, '').trim();
  return plain === '' ? undefined : plain;
};

/** An id for somebody new: from an address or name, with a number where it is taken. */
function freeId(
  { contributors }: KeyringContent,
  names: readonly string[],
  fingerprint: Fingerprint,
): string {
  const [stem = fingerprint.toLowerCase()] = names.flatMap((name) => {
    const id = (name.split('@', 1)[0] ?? '')
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60);
    return id === '' ? [] : [id];
  });
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!contributors.has(id)) return id;
  }
}

/** Every certificate of some data, as a person each. */
export function peopleIn(
  source: string,
  data: Uint8Array,
  roles: readonly Role[],
): Outcome<readonly ImportedPerson[]> {
  const { certificates, problems } = takeApart(data);
  const [problem] = problems;
  if (problem !== undefined || certificates.length === 0) {
    const secret = problem?.code === 'certificate.secret-key';
    const code = secret ? 'keyring.secret-key' : 'keyring.certificate-file';
    return refuse(
      finding(code, { file: source }, `${source}: ${problem?.message ?? 'There is no certificate in it.'}`),
    );
  }
  const people = certificates.flatMap((parts) => {
    const minimal = parts.minimal();
    const given = {
      source: `${source}: ${parts.fingerprint}`,
      data: minimal.ok ? minimal.certificate : new Uint8Array(0),
    };
    return [{ name: '', roles, certificates: [given] }];
  });
  return { ok: true, value: people };
}

/**
 * People of another program's policy. Their rights there are taken over only if that is asked for, since the two
 * programs mean different things by them: who may sign any commit is a maintainer here, who may add users an admin.
 */
export function peopleOfPolicy(
  source: string,
  people: readonly ForeignPerson[],
  certificates: readonly Uint8Array[],
  keepRights: boolean,
): Outcome<readonly ImportedPerson[]> {
  const elsewhere = certificates.flatMap((data) => takeApart(data).certificates);
  const imported: ImportedPerson[] = [];
  for (const person of people) {
    const { name, fingerprint } = person;
    const own = person.keyring === '' ? [] : takeApart(new TextEncoder().encode(person.keyring)).certificates;
    const listed = elsewhere.filter(({ keys }) => keys.some((key) => key.fingerprint === fingerprint));
    const given = [...own, ...listed].flatMap((parts) => {
      const minimal = parts.minimal();
      return minimal.ok
        ? [{ source: `${source}: ${name} ${parts.fingerprint}`, data: minimal.certificate }]
        : [];
    });
    if (given.length === 0) {
      const message = `${source}: there is no certificate of ${name || 'somebody'}${fingerprint === undefined ? '' : ` with key ${fingerprint}`}.`;
      const mend = 'Name the branch or folder that holds it, or import the others by their own files.';
      return refuse(
        finding('keyring.certificate-not-found', { file: source, path: keyringPath }, message, { mend }),
      );
    }
    imported.push({ name, roles: rolesOf(person, keepRights), certificates: given });
  }
  return { ok: true, value: imported };
}

function rolesOf({ rights }: ForeignPerson, keepRights: boolean): readonly Role[] {
  if (!keepRights) return ['contributor'];
  const kept: Partial<Record<Role, boolean>> = {
    admin: rights.includes('add_user'),
    maintainer: rights.includes('sign_commit'),
    contributor: true,
  };
  return allRoles.filter((role) => kept[role] === true);
}
