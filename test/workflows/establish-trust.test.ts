import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { type Established, establishTrust } from '../../src/workflows/establish-trust.ts';
import { Scenario } from '../support/scenario.ts';
import { expectRejected } from '../support/verdicts.ts';

async function establishedUpTo(scenario: Scenario, tip: Oid): Promise<Established> {
  const { people, repository, anchor: start, now } = scenario;
  const fingerprints = [people.ada.fingerprint, people.ben.fingerprint];
  const anchor = { quorum: 2, fingerprints, from: start };
  const store = await openStore(repository.folder, { kind: 'auto', environment: process.env });
  try {
    return await establishTrust({ kind: 'anchor', anchor }, store, start, tip, now);
  } finally {
    await store.close();
  }
}

const told = (established: Established) =>
  (established.ok ? established.claims : [established.claim]).map(({ status, findings }) => [
    status,
    ...findings.map(({ code }) => code),
  ]);

test('trust is established by the first keyring, with what the one at the tip says of keys since', async () => {
  const scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  const next = scenario.nextKeyring({}, [ada, ben]);
  const tip = await scenario.commit(scenario.anchor, { files: { 'keyring/keyring.toml': next.toml } });
  expect(told(await establishedUpTo(scenario, scenario.anchor))).toEqual([['upheld']]);
  expect(told(await establishedUpTo(scenario, tip))).toEqual([['upheld']]);
});

test('nothing is proven where the keyring at the tip does not open, whoever brought it there', async () => {
  const scenario = await Scenario.create();
  const files = { 'keyring/keyring.toml': 'nobody can read this' };
  const tip = await scenario.commit(scenario.anchor, { files });
  expect(told(await establishedUpTo(scenario, tip))).toEqual([['unproven', 'keyring.unreadable']]);
  expectRejected(await scenario.verifyRepo(tip), 'keyring.unreadable', 'keyring.toml');
});
