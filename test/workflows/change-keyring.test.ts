import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../src/core/ports.ts';
import { parseKeyring } from '../../src/core/trust/keyring.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import {
  proposeContributor,
  proposeFirst,
  proposeRules,
  writeProposal,
  type ContributorRequest,
  type FirstKeyringRequest,
} from '../../src/workflows/change-keyring.ts';
import type { KeyringWork, Outcome, Proposal } from '../../src/workflows/change-keyring-draft.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { packet, packetType } from '../support/openpgp-packets.ts';
import { day, keyringOf, makeKeyring, MemoryFolder, signKeyring } from '../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;
const later = start + 30 * day;
const repository = 'https://example.org/packages';

let alice: TestKey, bob: TestKey, carol: TestKey;

beforeAll(async () => {
  const key = (name: string) =>
    makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: start - day });
  [alice, bob, carol] = await Promise.all([key('Alice'), key('Bob'), key('Carol')]);
});

const given = (key: TestKey, data: Uint8Array | string = key.certificate) => ({
  source: 'a.asc',
  data: Buffer.from(data),
});

const person = (id: string, key: TestKey, change: Partial<ContributorRequest> = {}): ContributorRequest => ({
  id,
  roles: [],
  packages: [],
  certificates: [given(key)],
  ...change,
});

const first = (change: Partial<FirstKeyringRequest> = {}): FirstKeyringRequest => ({
  repository,
  threshold: 2,
  admins: [person('alice', alice), person('bob', bob, { roles: ['maintainer'] })],
  policy: {},
  ...change,
});

/** Version 1 with Alice and Bob as admins, signed by both unless told otherwise. */
const inForce = (signers = [alice, bob]): KeyringFiles =>
  makeKeyring(
    {
      repository,
      threshold: 2,
      contributors: {
        alice: { keys: [alice], roles: ['admin', 'contributor'], name: 'Alice' },
        bob: { keys: [bob], roles: ['admin'], name: 'Bob' },
      },
    },
    signers,
    start,
  );

const work = (
  folder: KeyringFiles | undefined,
  accepted?: KeyringFiles,
  now = later,
): KeyringWork & { folder: MemoryFolder } => ({
  folder: new MemoryFolder(folder),
  inForce: accepted,
  now,
});

function value(outcome: Outcome<Proposal>): Proposal {
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join('\n'));
  return outcome.value;
}

const codes = (outcome: Outcome<unknown>): readonly string[] =>
  outcome.ok ? [] : outcome.findings.map(({ code }) => code);

describe('keyring init', () => {
  it('proposes version 1 with its admins, their certificates reduced, and no signature', async () => {
    const at = work(undefined);
    const { state, difference, unsigned } = value(await proposeFirst(at, first()));
    expect(state.keyring).toMatchObject({
      repository,
      version: 1,
      previous: 'none',
      created: later,
      expires: later + 365 * day,
      threshold: 2,
      policy: {
        'new-packages': 'claim',
        unsigned: 'allow',
        merges: 'any',
        'source-tag': 'report',
        'sha1-bindings': 'note',
      },
    });
    expect([...state.keyring.contributors.values()]).toEqual([
      {
        id: 'alice',
        name: 'Alice',
        roles: new Set(['admin']),
        packages: [],
        fingerprints: [alice.fingerprint],
      },
      {
        id: 'bob',
        name: 'Bob',
        roles: new Set(['admin', 'maintainer']),
        packages: [],
        fingerprints: [bob.fingerprint],
      },
    ]);
    expect(state.files.signatures).toHaveLength(0);
    expect(Buffer.from(state.files.certificates.get(alice.fingerprint) ?? '').toString()).toMatch(
      /^-----BEGIN PGP PUBLIC KEY BLOCK/,
    );
    expect(unsigned).toEqual([]);
    expect(difference).toContainEqual({
      field: 'contributors.bob.roles',
      removed: [],
      added: ['admin', 'maintainer'],
      widens: true,
    });
    expect(at.folder.files).toBeUndefined();
  });

  it('writes what it proposed, and only when told to', async () => {
    const at = work(undefined);
    const proposal = value(
      await proposeFirst(at, first({ expires: later + 10 * day, policy: { unsigned: 'warn' } })),
    );
    await writeProposal(at.folder, proposal);
    expect(at.folder.files).toBe(proposal.state.files);
    expect(keyringOf(proposal.state.files)).toMatchObject({
      expires: later + 10 * day,
      policy: { unsigned: 'warn' },
    });
  });

  it('is refused where a keyring stands in the folder or in force', async () => {
    expect(codes(await proposeFirst(work(inForce()), first()))).toEqual(['keyring.exists']);
    expect(codes(await proposeFirst(work(undefined, inForce()), first()))).toEqual(['keyring.exists']);
  });

  it('is refused where the admins can not reach the threshold', async () => {
    const outcome = await proposeFirst(work(undefined), first({ threshold: 3 }));
    expect(outcome).toMatchObject({
      ok: false,
      findings: [
        {
          code: 'keyring.unreadable',
          at: { reference: 'threshold' },
          mend: expect.stringContaining('keyring grant ID --role admin') as string,
        },
      ],
    });
  });

  it('is refused where two people give one certificate', async () => {
    const outcome = await proposeFirst(
      work(undefined),
      first({ admins: [person('alice', alice), person('bob', alice)] }),
    );
    expect(codes(outcome)).toEqual(['keyring.unreadable']);
  });

  it('is refused with an id that is none', async () => {
    expect(
      codes(await proposeFirst(work(undefined), first({ admins: [person('Alice!', alice)], threshold: 1 }))),
    ).toEqual(['keyring.unreadable']);
  });
});

describe('a certificate given to the keyring', () => {
  const adding = async (data: Uint8Array | string): Promise<Outcome<Proposal>> =>
    proposeContributor(work(inForce()), person('carol', carol, { certificates: [given(carol, data)] }));

  it('may be armored or binary', async () => {
    expect((await adding(carol.armoredCertificate)).ok).toBe(true);
    expect((await adding(carol.certificate)).ok).toBe(true);
  });

  it('that is a secret key is refused, and none of it is written', async () => {
    const outcome = await adding(carol.armoredSecretKey);
    expect(codes(outcome)).toEqual(['keyring.secret-key']);
    expect(JSON.stringify(outcome)).toContain('a.asc');
    expect(codes(await adding(carol.armoredCertificate + carol.armoredSecretKey))).toEqual([
      'keyring.secret-key',
    ]);
  });

  it('that comes with another is refused, both named', async () => {
    const outcome = await adding(Buffer.concat([carol.certificate, alice.certificate]));
    expect(codes(outcome)).toEqual(['keyring.certificate-file']);
    expect(JSON.stringify(outcome)).toContain(alice.fingerprint);
  });

  it('that is none is refused', async () => {
    expect(codes(await adding('hello'))).toEqual(['keyring.certificate-file']);
    expect(codes(await adding(''))).toEqual(['keyring.certificate-file']);
  });

  it('whose keys may not sign is refused, with the reason', async () => {
    const outcome = await adding(carol.revoked(start, 'compromised').certificate);
    expect(codes(outcome)).toEqual(['keyring.no-signing-key']);
    expect(JSON.stringify(outcome)).toContain(`${carol.fingerprint} is revoked`);
  });

  it('is judged by the policy on SHA-1', async () => {
    const old = await makeKey({ name: 'Old', email: 'old@example.org', created: start, selfHash: 'sha1' });
    const add = (files: KeyringFiles) => proposeContributor(work(files), person('old', old));
    expect((await add(inForce())).ok).toBe(true);
    const strict = makeKeyring(
      {
        repository,
        threshold: 1,
        policy: { 'sha1-bindings': 'refuse' },
        contributors: { alice: { keys: [alice], roles: ['admin'] } },
      },
      [alice],
      start,
    );
    expect((await add(strict)).ok).toBe(false);
  });

  it('loses what others have signed', async () => {
    const body = carol.signaturePacket(Buffer.from('x'), start, { type: 0x10, by: alice.signing });
    const signedByOthers = Buffer.concat([...carol.packets, body]);
    const { state } = value(await adding(signedByOthers));
    const { state: plain } = value(await adding(carol.certificate));
    expect(state.files.certificates.get(carol.fingerprint)).toEqual(
      plain.files.certificates.get(carol.fingerprint),
    );
  });

  it('loses its pictures, whoever has certified them', async () => {
    const [primary = new Uint8Array(), ...rest] = carol.packets;
    const picture = packet(
      packetType.userAttribute,
      Buffer.concat([Buffer.from([255, 0, 0, 1, 1]), Buffer.alloc(256)]),
    );
    const certification = carol.signaturePacket(Buffer.from('x'), start, { type: 0x13 });
    const { state } = value(await adding(Buffer.concat([primary, picture, certification, ...rest])));
    const { state: plain } = value(await adding(carol.certificate));
    expect(state.files.certificates.get(carol.fingerprint)).toEqual(
      plain.files.certificates.get(carol.fingerprint),
    );
  });
});

describe('keyring add', () => {
  it('proposes the next version, which names the bytes before it', async () => {
    const { state, difference, unsigned } = value(
      await proposeContributor(
        work(inForce()),
        person('carol', carol, { packages: ['foo-*'], github: 'carol' }),
      ),
    );
    expect(state.keyring).toMatchObject({
      version: 2,
      previous: keyringOf(inForce()).digest,
      created: later,
    });
    expect(state.keyring.contributors.get('carol')).toEqual({
      id: 'carol',
      name: 'Carol',
      github: 'carol',
      roles: new Set(['contributor']),
      packages: ['foo-*'],
      fingerprints: [carol.fingerprint],
    });
    expect(difference).toEqual([
      { field: 'version', removed: ['1'], added: ['2'], widens: false },
      { field: 'contributors.carol.name', removed: [], added: ['Carol'], widens: false },
      { field: 'contributors.carol.github', removed: [], added: ['carol'], widens: false },
      { field: 'contributors.carol.roles', removed: [], added: ['contributor'], widens: true },
      { field: 'contributors.carol.packages', removed: [], added: ['foo-*'], widens: true },
      { field: 'contributors.carol.fingerprints', removed: [], added: [carol.fingerprint], widens: true },
    ]);
    expect(unsigned).toEqual([]);
  });

  it('gives an existing contributor further certificates, roles and packages', async () => {
    const request = person('bob', carol, { roles: ['contributor'], packages: ['bar'] });
    const { state } = value(await proposeContributor(work(inForce()), request));
    expect(state.keyring.contributors.get('bob')).toMatchObject({
      name: 'Bob',
      roles: new Set(['admin', 'contributor']),
      packages: ['bar'],
      fingerprints: [bob.fingerprint, carol.fingerprint].sort(),
    });
  });

  it('is refused for an id that another person has', async () => {
    const outcome = await proposeContributor(work(inForce()), person('bob', carol, { name: 'Bobby Tables' }));
    expect(codes(outcome)).toEqual(['keyring.contributor-exists']);
    expect((await proposeContributor(work(inForce()), person('bob', carol, { name: 'Bob' }))).ok).toBe(true);
  });

  it('leaves a certificate file that stands as it is', async () => {
    const extended = alice.extended(later, later + 900 * day);
    const request = { ...person('alice', extended), packages: ['foo'] };
    const { state } = value(await proposeContributor(work(inForce()), request));
    expect(state.files.certificates.get(alice.fingerprint)).toEqual(
      inForce().certificates.get(alice.fingerprint),
    );
  });

  it('is refused where nothing would change', async () => {
    expect(codes(await proposeContributor(work(inForce()), person('alice', alice)))).toEqual([
      'keyring.nothing-changed',
    ]);
  });

  it('is refused where there is no keyring', async () => {
    expect(codes(await proposeContributor(work(undefined), person('carol', carol)))).toEqual([
      'keyring.missing',
    ]);
  });

  it('is refused on a keyring that does not open', async () => {
    const broken = { ...inForce(), toml: Buffer.from('format = 2') };
    expect(codes(await proposeContributor(work(broken), person('carol', carol)))).toContain(
      'keyring.unreadable',
    );
    expect(codes(await proposeContributor(work(inForce(), broken), person('carol', carol)))).toContain(
      'keyring.unreadable',
    );
  });

  it('starts from the keyring in force where the folder is empty', async () => {
    const { state } = value(await proposeContributor(work(undefined, inForce()), person('carol', carol)));
    expect(state.keyring.version).toBe(2);
  });

  it('several times before the signatures makes one next version', async () => {
    const at = work(inForce(), inForce());
    await writeProposal(at.folder, value(await proposeContributor(at, person('carol', carol))));
    const { state, unsigned } = value(
      await proposeContributor(at, { ...person('alice', alice), packages: ['foo'] }),
    );
    expect(state.keyring).toMatchObject({ version: 2, previous: keyringOf(inForce()).digest });
    expect([...state.keyring.contributors.keys()]).toEqual(['alice', 'bob', 'carol']);
    expect(unsigned).toEqual([]);
  });

  it('on a proposal that some have signed tells whose signatures are lost', async () => {
    const at = work(inForce(), inForce());
    const { files } = value(await proposeContributor(at, person('carol', carol))).state;
    await at.folder.write({ ...files, signatures: signKeyring(files.toml, [alice], later) });
    const { state, unsigned } = value(
      await proposeContributor(at, { ...person('alice', alice), packages: ['foo'] }),
    );
    expect(unsigned).toEqual(['alice']);
    expect(state.files.signatures).toHaveLength(0);
    expect(state.keyring.version).toBe(2);
  });

  it('changes a first version that lacks signatures in place', async () => {
    const { state, difference, unsigned } = value(
      await proposeContributor(work(inForce([alice])), person('carol', carol)),
    );
    expect(state.keyring).toMatchObject({ version: 1, previous: 'none' });
    expect(unsigned).toEqual(['alice']);
    expect(difference).toContainEqual({ field: 'version', removed: [], added: ['1'], widens: false });
  });

  it('changes a proposal in place whose predecessor is not at hand, and shows no difference', async () => {
    const proposal = value(await proposeContributor(work(inForce()), person('carol', carol))).state.files;
    const { state, difference } = value(
      await proposeContributor(work(proposal), { ...person('alice', alice), packages: ['foo'] }),
    );
    expect(state.keyring).toMatchObject({ version: 2, previous: keyringOf(inForce()).digest });
    expect(difference).toBeUndefined();
  });

  it('is refused where the folder does not follow the version that came into force meanwhile', async () => {
    const mine = value(await proposeContributor(work(inForce()), person('carol', carol))).state.files;
    const theirs = makeKeyring(
      {
        repository,
        threshold: 1,
        previous: inForce(),
        contributors: {
          alice: { keys: [alice], roles: ['admin', 'contributor'] },
          bob: { keys: [bob], roles: ['admin'] },
        },
      },
      [alice, bob],
      later,
    );
    const outcome = await proposeContributor(work(mine, theirs), {
      ...person('alice', alice),
      packages: ['foo'],
    });
    expect(codes(outcome)).toEqual(['keyring.previous']);
  });

  it('is refused on an expired keyring, which has to be renewed first', async () => {
    const after = start + 400 * day;
    const outcome = await proposeContributor(work(inForce(), undefined, after), person('carol', carol));
    expect(codes(outcome)).toEqual(['keyring.expired']);
  });
});

describe('keyring policy', () => {
  it('changes rules, and nothing that was not asked for', async () => {
    const request = { policy: { unsigned: 'warn' }, threshold: 1 } as const;
    const { state, difference } = value(await proposeRules(work(inForce()), request));
    expect(state.keyring).toMatchObject({
      version: 2,
      threshold: 1,
      policy: { unsigned: 'warn', merges: 'any' },
    });
    expect(state.keyring.expires).toBe(keyringOf(inForce()).expires);
    expect(difference).toEqual([
      { field: 'version', removed: ['1'], added: ['2'], widens: false },
      { field: 'threshold', removed: ['2'], added: ['1'], widens: true },
      { field: 'policy.unsigned', removed: ['allow'], added: ['warn'], widens: false },
    ]);
  });

  it('is refused where it would lower the floor for unsigned changes', async () => {
    const strict = makeKeyring(
      {
        repository,
        threshold: 1,
        policy: { unsigned: 'refuse' },
        contributors: { alice: { keys: [alice], roles: ['admin'] } },
      },
      [alice],
      start,
    );
    const outcome = await proposeRules(work(strict), { policy: { unsigned: 'warn' } });
    expect(codes(outcome)).toEqual(['keyring.policy-lowered']);
  });

  it('renews a keyring, after it has expired too', async () => {
    const after = start + 400 * day;
    const renewal = { policy: {}, expires: after + 365 * day };
    const { state, difference } = value(await proposeRules(work(inForce(), undefined, after), renewal));
    expect(state.keyring).toMatchObject({ version: 2, created: after, expires: after + 365 * day });
    expect(difference?.map(({ field }) => field)).toEqual(['version', 'expires']);
  });

  it('renews an expired keyring in nothing but its dates', async () => {
    const after = start + 400 * day;
    const request = { policy: { merges: 'maintainer' }, expires: after + 365 * day } as const;
    expect(codes(await proposeRules(work(inForce(), undefined, after), request))).toEqual([
      'keyring.expired',
    ]);
  });

  it('is refused where the new date has passed already', async () => {
    const after = start + 400 * day;
    const outcome = await proposeRules(work(inForce(), undefined, after), {
      policy: {},
      expires: after - day,
    });
    expect(codes(outcome)).toEqual(['keyring.expired']);
  });

  it('is refused where there is no keyring', async () => {
    expect(codes(await proposeRules(work(undefined), { policy: {}, expires: later }))).toEqual([
      'keyring.missing',
    ]);
  });
});

describe('what a proposal writes', () => {
  it('is canonical and parses', async () => {
    const { state } = value(await proposeContributor(work(inForce()), person('carol', carol)));
    expect(parseKeyring(state.files.toml)).toMatchObject({
      ok: true,
      keyring: { digest: state.keyring.digest },
    });
  });
});
