import type { Seconds } from '../core/ports.ts';
import { overviewOf, peopleIn, type KeyringOverview } from '../core/trust/keyring-overview.ts';
import type { KeyringFiles, KeyringState } from '../core/trust/keyring-state.ts';
import { differenceOf, type FieldChange } from '../core/trust/keyring-difference.ts';
import { finding } from '../core/report/report.ts';
import { certificateFacts, type FactsRequest } from './certificate-facts.ts';
import { unknownPerson } from './change-keyring-people.ts';
import { type KeyringWork, openFiles, type Outcome, refuse } from './change-keyring-draft.ts';

/** Shows a keyring as it stands, with everybody in it or with some (`keyring show`). Whether it is to be trusted is not said. */
export async function showKeyring(
  files: KeyringFiles,
  now: Seconds,
  ids: readonly string[] = [],
  request?: FactsRequest,
): Promise<Outcome<KeyringOverview>> {
  const opened = openFiles(files);
  if (!opened.ok) return opened;
  const { keyring } = opened.value;
  const stranger = ids.find((id) => !keyring.contributors.has(id));
  if (stranger !== undefined) return refuse(unknownPerson(stranger, keyring));
  return { ok: true, value: await keyringOverview(opened.value, now, ids, request) };
}

/** A keyring as it stands with the people of these ids, or everybody. */
export async function keyringOverview(
  state: KeyringState,
  now: Seconds,
  ids: readonly string[] = [],
  request?: FactsRequest,
): Promise<KeyringOverview> {
  const people = peopleIn(state.keyring, ids);
  const wanted = people.flatMap(({ fingerprints }) => fingerprints);
  return overviewOf(state, now, people, await certificateFacts(state, wanted, request));
}

export interface KeyringComparison {
  readonly version: number;
  /** The version in force; undefined where there is none yet. */
  readonly against: number | undefined;
  readonly difference: readonly FieldChange[];
}

/** What the version in the folder says otherwise than the one in force (`keyring diff`), right or wrong. */
export async function compareKeyrings({ folder, inForce }: KeyringWork): Promise<Outcome<KeyringComparison>> {
  const files = await folder.read();
  if (files === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring in the folder.'));
  const after = openFiles(files);
  if (!after.ok) return after;
  const before = inForce && openFiles(inForce);
  if (before?.ok === false) return before;
  const [old, now] = [before?.value.keyring, after.value.keyring];
  return {
    ok: true,
    value: { version: now.version, against: old?.version, difference: differenceOf(old, now) },
  };
}
