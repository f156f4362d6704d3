import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { armor, bytes, packet, packetType } from '../support/openpgp-packets.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const opam = opamFile('foo');
const files = { [opamPath('foo.1.1')]: opam };

/** What stands as a signature, made from the owner's and a stranger's signature packets over the same bytes. */
type Composition = (owner: Uint8Array, stranger: Uint8Array) => string;
const block = (...packets: readonly Uint8Array[]): string => armor('SIGNATURE', bytes(...packets));
const marker = packet(10, Buffer.from('PGP'));

const compositions = {
  'two blocks of the owner': (owner) => block(owner) + block(owner),
  "a stranger's block before the owner's": (owner, stranger) => block(stranger) + block(owner),
  "a stranger's block after the owner's": (owner, stranger) => block(owner) + block(stranger),
  'two packets of the owner in one block': (owner) => block(owner, owner),
  "a stranger's packet before the owner's": (owner, stranger) => block(stranger, owner),
  "a stranger's packet after the owner's": (owner, stranger) => block(owner, stranger),
  'a marker packet beside the signature': (owner) => block(marker, owner),
  'bytes after the packet': (owner) => block(owner, Uint8Array.of(0)),
  'bytes after its numbers': (owner) => block(packet(packetType.signature, bytes(owner.subarray(2), [0]))),
  'a line after the block': (owner) => `${block(owner)}Approved-by: the owner\n`,
} satisfies Record<string, Composition>;

async function story(compose: Composition) {
  const scenario = await Scenario.create();
  const { alice, mallory } = scenario.people;
  const at = scenario.pass(60 * 60);
  const sign = (payload: Uint8Array): string =>
    compose(alice.signaturePacket(payload, at), mallory.signaturePacket(payload, at));
  return { scenario, at, sign };
}

async function signedCommit(compose: Composition) {
  const { scenario, at, sign } = await story(compose);
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'alice', date: at, files, sign }) };
}

async function signedTag(compose: Composition) {
  const { scenario, sign } = await story(compose);
  const head = await scenario.commit(scenario.anchor, { files, date: scenario.now });
  const plan = { by: 'alice', nameVersion: 'foo.1.1', after: scenario.digest(opam), sign } as const;
  return { scenario, head, tag: await scenario.submissionTag(head, plan) };
}

describe('two-signatures: something stands beside the one good signature of the owner', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(Object.entries(compositions))('rejects %s, in a commit', async (_title, compose) => {
      const { scenario, head } = await signedCommit(compose);
      expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
    });

    test.each(Object.entries(compositions))('rejects %s, in a submission tag', async (_title, compose) => {
      const { scenario, head, tag } = await signedTag(compose);
      expectRejected(await scenario.judge(verb, head), 'signature.malformed', tag);
    });

    test("verifies the owner's one signature in one block, in either", async () => {
      const commit = await signedCommit((owner) => block(owner));
      const tag = await signedTag((owner) => block(owner));
      expectVerified(await commit.scenario.judge(verb, commit.head));
      expectVerified(await tag.scenario.judge(verb, tag.head));
    });
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts what gpg leaves aside: a marker, trailing bytes, a line (needs gpg)',
    async () => {
      const accepted: string[] = [];
      for (const [title, compose] of Object.entries(compositions)) {
        const { scenario, head } = await signedCommit(compose);
        const { alice, mallory } = scenario.people;
        if ((await askGit(scenario.repository, head, [alice, mallory], scenario.now)).accepted)
          accepted.push(title);
      }
      expect(accepted).toEqual([
        'a marker packet beside the signature',
        'bytes after its numbers',
        'a line after the block',
      ]);
    },
  );

  test.skipIf(!installed('sqv'))(
    'sqv accepts a good signature behind one by an unknown key (needs sqv)',
    async () => {
      const { scenario, head } = await signedCommit(compositions["a stranger's packet before the owner's"]);
      expect(await askSqv(scenario.repository, head, [scenario.people.alice])).toBe(true);
    },
  );
});
