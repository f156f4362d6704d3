import type { Fingerprint } from '../openpgp/certificate.ts';
import type { Seconds } from '../ports.ts';
import type { ContributorTable, KeyringTables } from './keyring-schema.ts';
import { fieldName, type FieldPath, type FieldSources } from './keyring-source.ts';

export interface Complaint {
  readonly path: FieldPath;
  readonly message: string;
}

/** What the fields of a keyring file must say together (trust model, section 3). */
export function complaintsAbout(tables: KeyringTables, sources: FieldSources): readonly Complaint[] {
  return [
    ...impossibleDates(tables, sources),
    ...aboutVersion(tables),
    ...aboutPeriod(tables),
    ...aboutThreshold(tables),
    ...sharedFingerprints(tables),
    ...grantsWithoutRole(tables),
    ...unfitOwners(tables),
    ...compromisedKeys(tables),
    ...repeatedStates(tables),
  ];
}

/** Whole seconds in UTC, as `2026-11-01T00:00:00Z`; undefined for any other form and for days that do not exist. */
export function parseMoment(text: string): Seconds | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return undefined;
  return printMoment(moment.getTime() / 1000) === text ? moment.getTime() / 1000 : undefined;
}

/** The moment as `2026-11-01T00:00:00Z`. */
export function printMoment(time: Seconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}

function impossibleDates(tables: KeyringTables, sources: FieldSources): readonly Complaint[] {
  const dates: FieldPath[] = [['created'], ['expires']];
  for (const index of (tables.compromised ?? []).keys()) dates.push(['compromised', index, 'since']);
  return dates
    .filter((path) => parseMoment(sources.get(fieldName(path))?.text ?? '') === undefined)
    .map((path) => ({
      path,
      message: 'Must be a moment that exists, in UTC and whole seconds, like 2026-11-01T00:00:00Z.',
    }));
}

function aboutVersion({ version, previous }: KeyringTables): readonly Complaint[] {
  if (version === 1 && previous !== 'none') {
    return [{ path: ['previous'], message: 'Must be "none": version 1 follows nothing.' }];
  }
  if (version > 1 && previous === 'none') {
    const message = `Must be the digest of version ${version - 1}: only version 1 follows nothing.`;
    return [{ path: ['previous'], message }];
  }
  return [];
}

function aboutPeriod({ created, expires }: KeyringTables): readonly Complaint[] {
  if (expires.getTime() > created.getTime()) return [];
  return [{ path: ['expires'], message: 'Must be later than `created`.' }];
}

function aboutThreshold({ threshold, contributors }: KeyringTables): readonly Complaint[] {
  const admins = [...contributors.values()].filter((contributor) =>
    contributor.roles.includes('admin'),
  ).length;
  if (threshold <= admins) return [];
  const have = admins === 1 ? '1 contributor has' : `${admins} contributors have`;
  const message = `Asks for ${threshold} admins, but only ${have} the role admin.`;
  return [{ path: ['threshold'], message }];
}

/** One certificate belongs to one contributor. */
function sharedFingerprints({ contributors }: KeyringTables): readonly Complaint[] {
  const holders = new Map<Fingerprint, string>();
  const complaints: Complaint[] = [];
  for (const [id, { fingerprints }] of contributors) {
    for (const [index, fingerprint] of fingerprints.entries()) {
      const holder = holders.get(fingerprint);
      if (holder === undefined) holders.set(fingerprint, id);
      else {
        const path = ['contributors', id, 'fingerprints', index];
        complaints.push({ path, message: `${fingerprint} belongs to ${holder} already.` });
      }
    }
  }
  return complaints;
}

const mayPublish = ({ roles }: ContributorTable): boolean =>
  roles.includes('contributor') || roles.includes('maintainer');

/** Packages of somebody who may not publish would be enrolled and stuck. */
function grantsWithoutRole({ contributors }: KeyringTables): readonly Complaint[] {
  return [...contributors]
    .filter(([, contributor]) => (contributor.packages ?? []).length > 0 && !mayPublish(contributor))
    .map(([id]) => ({
      path: ['contributors', id, 'packages'],
      message: `Has no effect: ${id} lacks the role contributor.`,
    }));
}

function unfitOwners({ contributors, packages = new Map() }: KeyringTables): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const [name, { owners }] of packages) {
    for (const [index, owner] of owners.entries()) {
      const contributor = contributors.get(owner);
      if (contributor !== undefined && mayPublish(contributor)) continue;
      const message =
        contributor === undefined
          ? `No contributor has the id ${owner}.`
          : `${owner} can't own a package without the role contributor.`;
      complaints.push({ path: ['packages', name, 'owners', index], message });
    }
  }
  return complaints;
}

function compromisedKeys({ contributors, compromised = [] }: KeyringTables): readonly Complaint[] {
  const seen = new Set<Fingerprint>();
  const complaints: Complaint[] = [];
  for (const [index, { fingerprint }] of compromised.entries()) {
    const path = ['compromised', index, 'fingerprint'];
    if (seen.has(fingerprint)) complaints.push({ path, message: `${fingerprint} stands here twice.` });
    seen.add(fingerprint);
  }
  for (const [id, { fingerprints }] of contributors) {
    for (const [index, fingerprint] of fingerprints.entries()) {
      if (!seen.has(fingerprint)) continue;
      const message = `${fingerprint} is listed as compromised: take it away from ${id}.`;
      complaints.push({ path: ['contributors', id, 'fingerprints', index], message });
    }
  }
  return complaints;
}

function repeatedStates({ reattested = [] }: KeyringTables): readonly Complaint[] {
  const states = reattested.map(({ state }) => state);
  return [...states.entries()]
    .filter(([index, state]) => states.indexOf(state) !== index)
    .map(([index]) => ({ path: ['reattested', index, 'state'], message: 'Stands here twice.' }));
}
