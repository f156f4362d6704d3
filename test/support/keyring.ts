import { Buffer } from 'node:buffer';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Fingerprint } from '../../src/core/openpgp/certificate.ts';
import type { RepositoryPath, Seconds } from '../../src/core/ports.ts';
import {
  parseKeyring,
  type CompromisedKey,
  type Contributor,
  type Keyring,
} from '../../src/core/trust/keyring.ts';
import { printKeyring } from '../../src/core/trust/keyring-print.ts';
import {
  openKeyring,
  type KeyringFiles,
  type KeyringFolder,
  type KeyringState,
} from '../../src/core/trust/keyring-state.ts';
import type { Policy, Role } from '../../src/core/trust/policy.ts';
import type { TestKey } from './keys.ts';
import { armor, bytes } from './openpgp-packets.ts';

export const day: Seconds = 24 * 60 * 60;

export const openPolicy: Policy = {
  'new-packages': 'claim',
  unsigned: 'allow',
  merges: 'any',
  'source-tag': 'report',
  'sha1-bindings': 'note',
};

export interface ContributorPlan {
  readonly keys: readonly TestKey[];
  /** `contributor` unless told otherwise. */
  readonly roles?: readonly Role[];
  readonly packages?: readonly string[];
  readonly name?: string;
}

export interface KeyringPlan {
  readonly repository: string;
  /** One more than `previous`, or 1. */
  readonly version?: number;
  /** The version before, or what the field is to say. */
  readonly previous?: KeyringFiles | string;
  /** A year after `at` unless told otherwise. */
  readonly expires?: Seconds;
  readonly threshold: number;
  readonly policy?: Partial<Policy>;
  readonly contributors: Readonly<Record<string, ContributorPlan>>;
  /** Owners by package name. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly compromised?: readonly CompromisedKey[];
  readonly reattested?: readonly Oid[];
}

/** A whole keyring folder, made and signed at `at` by each of the signers. */
export function makeKeyring(plan: KeyringPlan, signers: readonly TestKey[], at: Seconds): KeyringFiles {
  const toml = Buffer.from(
    printKeyring({ ...plan, ...chainOf(plan), ...contentOf(plan), ...periodOf(plan, at) }),
  );
  const keys = Object.values(plan.contributors).flatMap((contributor) => contributor.keys);
  return {
    toml,
    signatures: signKeyring(toml, signers, at),
    certificates: new Map(keys.map((key) => [key.fingerprint, Buffer.from(key.armoredCertificate)])),
  };
}

/** One armor with one signature of each signer over the bytes; empty where nobody signs. */
export function signKeyring(toml: Uint8Array, signers: readonly TestKey[], at: Seconds): Uint8Array {
  if (signers.length === 0) return new Uint8Array(0);
  return Buffer.from(armor('SIGNATURE', bytes(...signers.map((key) => key.signaturePacket(toml, at)))));
}

/** The folder as files of a repository. */
export function keyringTree(files: KeyringFiles): ReadonlyMap<RepositoryPath, Uint8Array> {
  const signatures: [string, Uint8Array][] =
    files.signatures.length === 0 ? [] : [['keyring/keyring.toml.asc', files.signatures]];
  const certificates = [...files.certificates].map(([fingerprint, file]): [string, Uint8Array] => [
    `keyring/${fingerprint}.asc`,
    file,
  ]);
  return new Map([['keyring/keyring.toml', files.toml], ...signatures, ...certificates]);
}

/** The keyring file parsed; throws where a test has made one that does not parse. */
export function keyringOf({ toml }: KeyringFiles): Keyring {
  const parsing = parseKeyring(toml);
  if (!parsing.ok)
    throw new Error(parsing.problems.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  return parsing.keyring;
}

function chainOf({ version, previous }: KeyringPlan): {
  readonly version: number;
  readonly previous: string;
} {
  if (previous === undefined || typeof previous === 'string') {
    return { version: version ?? 1, previous: previous ?? 'none' };
  }
  const before = keyringOf(previous);
  return { version: version ?? before.version + 1, previous: before.digest };
}

const periodOf = ({ expires }: KeyringPlan, at: Seconds) => ({
  created: at,
  expires: expires ?? at + 365 * day,
});

function contentOf(plan: KeyringPlan) {
  const contributors = Object.entries(plan.contributors).map(([id, one]): [string, Contributor] => [
    id,
    {
      id,
      name: one.name ?? id,
      roles: new Set(one.roles ?? ['contributor']),
      packages: one.packages ?? [],
      fingerprints: one.keys.map((key): Fingerprint => key.fingerprint),
    },
  ]);
  const packages = Object.entries(plan.packages ?? {}).map(
    ([name, owners]): [string, { owners: readonly string[] }] => [name, { owners }],
  );
  return {
    policy: { ...openPolicy, ...plan.policy },
    contributors: new Map(contributors),
    packages: new Map(packages),
    compromised: plan.compromised ?? [],
    reattested: plan.reattested ?? [],
  };
}

/** The keyring opened; throws where a test has made one that does not open. */
export function openedKeyring(files: KeyringFiles): KeyringState {
  const opening = openKeyring(files);
  if (!opening.ok) throw new Error(opening.findings.map(({ message }) => message).join('\n'));
  return opening.state;
}

/** A keyring folder in memory. */
export class MemoryFolder implements KeyringFolder {
  files: KeyringFiles | undefined;

  constructor(files?: KeyringFiles) {
    this.files = files;
  }

  read(): Promise<KeyringFiles | undefined> {
    return Promise.resolve(this.files);
  }

  write(files: KeyringFiles): Promise<void> {
    this.files = files;
    return Promise.resolve();
  }
}
