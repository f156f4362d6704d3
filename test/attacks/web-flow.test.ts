import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFixedKeyring } from '../../src/adapters/fixed-keyring.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Role } from '../../src/core/trust/policy.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { dataFolder, realSlice } from '../support/repository.ts';
import { firstKeyring, start } from '../support/cast.ts';
import { silent } from '../support/judging.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const forge = await makeKey({ name: 'Forge', email: 'noreply@example.org', created: start - day });
const files = { [opamPath('foo.1.1')]: opamFile('foo') };
const edited = {
  key: forge,
  author: 'Alice <alice@example.org>',
  committer: 'Forge <noreply@example.org>',
  files,
};

describe("web-flow: a forge signs with its own key what the owner did in the forge's editor", () => {
  test.each(verbs)('%s rejects it by a key that the keyring does not know', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, edited);
    const found = expectRejected(await scenario.judge(verb, head), 'signature.unknown-key', head);
    expect(found.message).toContain(forge.fingerprint);
  });

  test.each(verbs)("%s rejects it where the keyring lists the forge's key", async (verb) => {
    const scenario = await Scenario.create({
      keyring: (people) => ({
        contributors: { ...firstKeyring(people).contributors, forge: { keys: [forge] } },
      }),
    });
    const head = await scenario.commit(scenario.anchor, edited);
    expectRejected(await scenario.judge(verb, head), 'attribution.no-authority', 'alice');
  });

  test("verify-repo takes no part of a merge for signed by the forge's signature on the merge", async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files });
    const merge = await scenario.merge(scenario.anchor, head, { key: forge });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.unsigned', head);
  });

  test("verify-repo verifies the owner's commit under the forge's merge", async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head, { key: forge })));
  });
});

describe.skipIf(dataFolder === undefined)(
  'web-flow, on a real squash by GitHub (needs OPAM_SIGNET_DATA)',
  () => {
    const squash = '5815b24bc79c5af3f40b23a35c8d2498422dca56' as Oid;

    /** Judged by a keyring in which GitHub's key has these roles and new packages need a maintainer. */
    async function judge(roles: readonly Role[]) {
      const slice = await realSlice();
      if (slice === undefined || dataFolder === undefined) throw new Error('skipped without the data');
      const { keyring: audit } = await readFixedKeyring(join(dataFolder, 'github-web-flow.asc'));
      const policy = { ...audit.keyring.policy, 'new-packages': 'maintainer' } as const;
      const holderOf: typeof audit.holderOf = (certificate) => {
        const holder = audit.holderOf(certificate);
        return holder && { ...holder, roles: new Set(roles) };
      };
      const keyring = { ...audit, keyring: { ...audit.keyring, policy }, holderOf };
      const from = (await slice.git('rev-parse', `${squash}^`)) as Oid;
      const store = await openStore(slice.folder, { kind: 'auto', environment: process.env });
      const now = Date.UTC(2026, 10) / 1000;
      const request = { store, head: squash, now, progress: silent };
      try {
        return (await verifyRepo({ ...request, trust: { kind: 'fixed', keyring, from } })).report;
      } finally {
        await store.close();
      }
    }

    test('verify-repo rejects it although the signature is good', async () => {
      expectRejected(await judge([]), 'attribution.no-authority', squash);
    });

    test('verify-repo verifies it only where GitHub itself is a maintainer', async () => {
      expectVerified(await judge(['maintainer']));
    });
  },
);
