import type { Oid } from '../core/git/oid.ts';
import { entryAt, folderMode, listFolder } from '../core/git/tree.ts';
import type { Certificate } from '../core/openpgp/certificate.ts';
import { similarNames, splitNameVersion } from '../core/opam/package.ts';
import { predecessorOf } from '../core/opam/version-order.ts';
import type { PackageRepository, Seconds } from '../core/ports.ts';
import { type Authority, authorityOver, hasAuthority, hasExpired } from '../core/trust/authority.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import type { Release } from './choose-release.ts';
import type { Note } from '../core/publish/problem.ts';

/** What stands in the package repository about the packages of a release. */
export interface Target {
  /** The keyring file of the branch's head; undefined where there is none, or none that can be read. */
  readonly keyring: KeyringState | undefined;
  /** The packages of the release that have some version already. */
  readonly standing: ReadonlySet<string>;
  /** The version to compare with: the newest that is older, else the newest. Absent for a new package. */
  readonly predecessors: ReadonlyMap<string, Predecessor>;
}

export interface Predecessor {
  readonly nameVersion: string;
  readonly opam: Uint8Array;
}

/** Reads from the package repository what publishing these packages depends on, and notes what stands in the way. */
export async function readTarget(
  repository: PackageRepository,
  names: readonly string[],
  version: string,
  note: Note,
): Promise<Target | undefined> {
  const { store, tip } = repository;
  const root = await listFolder(store, tip, '');
  if (!root.some(({ name }) => name === 'packages' || name === 'repo')) {
    note(
      'target.layout',
      `Branch ${repository.branch} has neither packages/ nor repo: it is no opam package repository.`,
      'Check --to and --base.',
    );
    return undefined;
  }
  const standing = await listFolder(store, tip, 'packages');
  const folders = standing.filter(({ name, mode }) => names.includes(name) && mode === folderMode);
  const keyringFiles = await listFolder(store, tip, 'keyring');
  await repository.bring([...folders, ...keyringFiles].map(({ oid }) => oid));
  await bringBase(repository, names);
  noteLookAlikes(
    names,
    standing.map(({ name }) => name),
    note,
  );
  const predecessors = await readPredecessors(
    repository,
    folders.map(({ name }) => name),
    version,
    note,
  );
  const keyring = await readKeyring(repository, note);
  return { keyring, standing: new Set(folders.map(({ name }) => name)), predecessors };
}

/** The folders that the submission's commit is built on, where the base is an older commit than what is checked. */
async function bringBase(repository: PackageRepository, names: readonly string[]): Promise<void> {
  const { store, base, tip } = repository;
  if (base === tip) return;
  const folders = await listFolder(store, base, 'packages');
  await repository.bring(folders.filter(({ name }) => names.includes(name)).map(({ oid }) => oid));
}

function noteLookAlikes(names: readonly string[], standing: readonly string[], note: Note): void {
  for (const name of names.filter((one) => !standing.includes(one))) {
    const [similar] = similarNames(name, standing);
    if (similar === undefined) continue;
    note(
      'package.look-alike',
      `${name} is easily taken for ${similar}, which stands already: a maintainer must endorse the new name.`,
      'Choose another name, or go on and wait for the endorsement.',
    );
  }
}

async function readPredecessors(
  repository: PackageRepository,
  names: readonly string[],
  version: string,
  note: Note,
): Promise<ReadonlyMap<string, Predecessor>> {
  const { store, tip } = repository;
  const found = new Map<string, { readonly nameVersion: string; readonly oid: Oid }>();
  for (const name of names) {
    const versions = (await listFolder(store, tip, `packages/${name}`)).flatMap((entry) => {
      const parts = splitNameVersion(entry.name);
      return parts?.name === name ? [parts.version] : [];
    });
    if (versions.includes(version)) notePublished(name, version, versions, note);
    const nameVersion = `${name}.${predecessorOf(version, versions) ?? ''}`;
    const entry = await entryAt(store, tip, `packages/${name}/${nameVersion}/opam`);
    if (entry !== undefined) found.set(name, { nameVersion, oid: entry.oid });
  }
  await repository.bring([...found.values()].map(({ oid }) => oid));
  const predecessors = new Map<string, Predecessor>();
  for (const [name, { nameVersion, oid }] of found) {
    const object = await store.read(oid);
    if (object !== undefined) predecessors.set(name, { nameVersion, opam: object.content });
  }
  return predecessors;
}

function notePublished(name: string, version: string, versions: readonly string[], note: Note): void {
  const next = nextRevision(version, versions);
  note(
    'version.published',
    `${name}.${version} is published already, and what is published never changes.`,
    `Release a point release with a tag of its own (--tag); or, if nothing but the packaging changed, ${name}.${next}: --package-version ${next}.`,
  );
}

/** The first of VERSION-1, VERSION-2, … that is not published (opam-repository, policy 11). */
function nextRevision(version: string, versions: readonly string[]): string {
  const stem = version.replace(/-\d+$/, '');
  let revision = 1;
  while (versions.includes(`${stem}-${revision}`)) revision += 1;
  return `${stem}-${revision}`;
}

async function readKeyring(repository: PackageRepository, note: Note): Promise<KeyringState | undefined> {
  const { store, tip } = repository;
  if ((await entryAt(store, tip, 'keyring')) === undefined) {
    note(
      'keyring.none',
      'The package repository has no keyring file: nobody there can tell whose signatures count.',
      'Its maintainers set one up: opam-signet keyring init. Your signatures will stand until then.',
    );
    return undefined;
  }
  const loaded = await loadKeyring(store, tip);
  if (loaded.ok) return loaded.state;
  const why = loaded.findings.map(({ message }) => message).join(' ');
  note(
    'keyring.unreadable',
    `The keyring file of the package repository can't be used. ${why}`,
    'Tell its admins: opam-signet keyring check.',
  );
  return undefined;
}

/**
 * Whether the keyring file as it stands knows the key and entitles it to these names (trust model, section 4), which
 * is noted where it does not. Who claimed a name is in the history, which is not fetched: false without a note then.
 */
export function checkAuthority(
  keyring: KeyringState,
  certificate: Certificate,
  { packages, version }: Release,
  standing: ReadonlySet<string>,
  now: Seconds,
  note: Note,
): boolean {
  const holder = keyring.holderOf(certificate.fingerprint);
  if (holder === undefined) {
    note(
      'keyring.unknown-key',
      `The keyring file of the package repository does not know your certificate ${certificate.fingerprint}: its maintainers' verification will not count your signatures.`,
      'Ask its admins to add you, in a clone of it: opam-signet keyring request ID.',
    );
    return false;
  }
  const expired = hasExpired(keyring.keyring, now);
  if (expired) {
    note(
      'keyring.expired',
      'The keyring file of the package repository has expired: it authorises nothing new, your submission included.',
      'Ask its admins to renew it: opam-signet keyring sign.',
    );
  }
  const entitled = packages.map(({ name }) => {
    const path = `packages/${name}/${name}.${version}/opam`;
    const authority = authorityOver(path, keyring.keyring, new Map(), !standing.has(name));
    if (hasAuthority(holder, authority)) return true;
    const claimed = authority.kind === 'package' && !authority.enrolled && standing.has(name);
    if (!claimed) noteNoAuthority(name, holder.id, authority, note);
    return false;
  });
  return !expired && entitled.every((one) => one);
}

function noteNoAuthority(name: string, contributor: string, authority: Authority, note: Note): void {
  const enrolled = authority.kind === 'package' && authority.enrolled;
  note(
    'keyring.no-authority',
    `The keyring file gives ${name} to ${enrolled ? authority.owners.join(', ') : 'its maintainers'}, not to ${contributor}. Unless you have claimed the name, a maintainer must endorse your submission.`,
    `Ask its admins: opam-signet keyring grant ${contributor} ${name}.`,
  );
}
