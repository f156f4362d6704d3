import { dirhashOf, sha256Hex } from '../digest.ts';
import { parseOid, type Oid } from '../git/oid.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { certificatePath, keyringPath, type KeyringState, signaturesPath } from '../trust/keyring-state.ts';
import { loadKeyring } from '../trust/load-keyring.ts';
import { GrowingMap } from './growing-map.ts';
import { GrowingSet } from './growing-set.ts';
import type { Ledger } from './history.ts';
import { StandingNames } from './standing-names.ts';

/**
 * What a walk over history knows at a commit, as text that another walk can begin with (trust model, section 5.11).
 * One text for one ledger: equal digests mean equal knowledge.
 */
export interface LedgerRecord {
  readonly bytes: Uint8Array;
  /** `sha256:` and the SHA-256 of the bytes. */
  readonly digest: string;
  readonly commit: Oid;
  readonly content: LedgerContent;
}

interface LedgerContent {
  readonly commit: string;
  readonly time: Seconds;
  /** `dirhash` over the files of the keyring in force. */
  readonly keyring: string;
  readonly claims: readonly (readonly [name: string, contributor: string])[];
  readonly standingNames: readonly string[];
  readonly spentStatements: readonly string[];
  readonly withdrawn: readonly (readonly [nameVersion: string, time: Seconds])[];
}

const format = 2;

/** Writes down what is known after the step that ends in `commit`. */
export function recordLedger({ keyrings, ownership, time }: Ledger, commit: Oid): LedgerRecord {
  return recordOf(commit, {
    commit,
    time,
    keyring: keyringFolderDigest(keyrings.inForce),
    claims: [...ownership.claims].sort(byKey),
    standingNames: [...ownership.standingNames.names].sort(),
    spentStatements: [...ownership.spentStatements].sort(),
    withdrawn: [...ownership.withdrawn].sort(byKey),
  });
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

function recordOf(commit: Oid, content: LedgerContent): LedgerRecord {
  const bytes = Buffer.from(`${JSON.stringify({ format, ...content }, undefined, 1)}\n`);
  return { bytes, digest: `sha256:${sha256Hex(bytes)}`, commit, content };
}

/** Reads such a text; undefined unless it is exactly what writing its content gives. */
export function readLedgerRecord(
  bytes: Uint8Array,
  store: Pick<ObjectStore, 'format'>,
): LedgerRecord | undefined {
  const content = contentOf(bytes);
  const commit = content && parseOid(content.commit, store.format);
  if (content === undefined || commit === undefined) return undefined;
  const record = recordOf(commit, content);
  return Buffer.compare(record.bytes, bytes) === 0 ? record : undefined;
}

function contentOf(bytes: Uint8Array): LedgerContent | undefined {
  const json = parsed(Buffer.from(bytes).toString());
  if (typeof json !== 'object' || json === null) return undefined;
  const { commit, time, keyring, claims, standingNames, spentStatements, withdrawn } = json as Partial<
    Record<keyof LedgerContent, unknown>
  >;
  if (typeof commit !== 'string' || typeof time !== 'number' || typeof keyring !== 'string') return undefined;
  if (!Number.isSafeInteger(time) || !isClaims(claims)) return undefined;
  if (!isTexts(standingNames) || !isTexts(spentStatements) || !isMoments(withdrawn)) return undefined;
  return { commit, time, keyring, claims, standingNames, spentStatements, withdrawn };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isClaims = (value: unknown): value is LedgerContent['claims'] =>
  isPairs(value, (contributor) => typeof contributor === 'string');

const isMoments = (value: unknown): value is LedgerContent['withdrawn'] =>
  isPairs(value, Number.isSafeInteger);

/** Pairs that begin with a text. */
const isPairs = (value: unknown, isSecond: (second: unknown) => boolean): boolean =>
  Array.isArray(value) &&
  value.every(
    (one: unknown) =>
      Array.isArray(one) && one.length === 2 && typeof one[0] === 'string' && isSecond(one[1]),
  );

/**
 * The ledger that a record stands for. The keyring in force is taken from the commit's tree; undefined unless its files
 * are those that the record means.
 */
export async function openLedger(
  { commit, content }: LedgerRecord,
  store: ObjectStore,
): Promise<{ readonly ledger: Omit<Ledger, 'keyrings'>; readonly inForce: KeyringState } | undefined> {
  const opening = await loadKeyring(store, commit);
  if (!opening.ok || keyringFolderDigest(opening.state) !== content.keyring) return undefined;
  return { ledger: ledgerOf(content), inForce: opening.state };
}

/** What a record tells beside the keyring in force. */
export function ledgerOf({
  time,
  claims,
  standingNames,
  spentStatements,
  withdrawn,
}: LedgerContent): Omit<Ledger, 'keyrings'> {
  const ownership = {
    claims: GrowingMap.of(claims),
    standingNames: StandingNames.none.with(standingNames),
    spentStatements: GrowingSet.empty.with(spentStatements),
    withdrawn: GrowingMap.of(withdrawn),
  };
  return { ownership, time, settled: true };
}

/** `dirhash` over the files of a keyring folder. */
export const keyringFolderDigest = ({ files, certificateFiles }: KeyringState): string =>
  dirhashOf(
    new Map([
      [keyringPath, sha256Hex(files.toml)],
      [signaturesPath, sha256Hex(files.signatures)],
      ...[...certificateFiles].map(
        ([fingerprint, { outline }]) => [certificatePath(fingerprint), outline.digest] as const,
      ),
    ]),
  );
