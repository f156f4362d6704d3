import { openStore } from '../../src/adapters/open-store.ts';
import { stateDigestAt } from '../../src/core/chain/state.ts';
import { readTag } from '../../src/core/chain/tags.ts';
import { packageDigest } from '../../src/core/digest.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Seconds } from '../../src/core/ports.ts';
import type { Report } from '../../src/core/report/report.ts';
import { openKeyring, type KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { type PrReport, verifyPr } from '../../src/workflows/verify-pr.ts';
import { type RepoReport, verifyRepo } from '../../src/workflows/verify-repo.ts';
import { type Cast, firstKeyring, nameOf, type Person, repositoryId, start, theCast } from './cast.ts';
import { type Judging, judging } from './judging.ts';
import type { SignOptions, TestKey } from './keys.ts';
import { day, keyringOf, keyringTree, type KeyringPlan, makeKeyring } from './keyring.ts';
import { type FileContent, type Sign, TestRepository } from './repository.ts';
import { iso, type SubmissionPlan, submissionTrailers } from './submission-plan.ts';

const hour: Seconds = 60 * 60;

/** The verbs that judge the same change before and after it was merged. */
export type Verb = 'verify-pr' | 'verify-repo';
export const verbs: readonly Verb[] = ['verify-pr', 'verify-repo'];

/** An opam file that differs by its synopsis. */
export const opamFile = (synopsis: string): string =>
  `opam-version: "2.0"\nsynopsis: "${synopsis}"\nmaintainer: "alice@example.org"\n`;

export const opamPath = (nameVersion: string): string =>
  `packages/${nameVersion.split('.')[0] ?? ''}/${nameVersion}/opam`;

export interface CommitPlan {
  readonly by?: Person;
  readonly key?: TestKey;
  readonly files?: Readonly<Record<string, FileContent>>;
  readonly message?: string | Uint8Array;
  /** Header lines between committer and signature, as they are. */
  readonly headers?: readonly string[];
  readonly date?: Seconds;
  /** When the signature says that it was made; the commit's date unless told otherwise. */
  readonly signedAt?: Seconds;
  /** The name on the commit; the signer's unless told otherwise. */
  readonly author?: string;
  /** The author unless told otherwise. */
  readonly committer?: string;
  readonly sign?: Sign;
  /** How the key's signature differs from an ordinary one. */
  readonly signing?: SignOptions;
}

/** A package repository with a first keyring, on which an attack is built; and the verbs that judge it. */
export class Scenario {
  readonly people: Cast;
  readonly repository: TestRepository;
  readonly keyring: KeyringFiles;
  /** The commit where signed history begins: foo.1.0, bar.1.0 and legacy.1.0 stand, nobody claimed a name. */
  readonly anchor: Oid;
  #clock: Seconds = start;

  private constructor(people: Cast, repository: TestRepository, keyring: KeyringFiles, anchor: Oid) {
    this.people = people;
    this.repository = repository;
    this.keyring = keyring;
    this.anchor = anchor;
  }

  static async create(
    options: {
      readonly keyring?: (people: Cast) => Partial<KeyringPlan>;
      readonly people?: Partial<Cast>;
      readonly files?: Readonly<Record<string, FileContent>>;
    } = {},
  ): Promise<Scenario> {
    const people = { ...(await theCast()), ...options.people };
    const repository = await TestRepository.create({ bare: true });
    const keyring = makeKeyring(
      firstKeyring(people, options.keyring?.(people)),
      [people.ada, people.ben],
      start,
    );
    const files: Record<string, FileContent> = {
      repo: 'opam-version: "2.0"\n',
      [opamPath('foo.1.0')]: opamFile('foo'),
      [opamPath('bar.1.0')]: opamFile('bar'),
      [opamPath('legacy.1.0')]: opamFile('legacy'),
      ...Object.fromEntries(keyringTree(keyring)),
      ...options.files,
    };
    const anchor = await repository.commitFiles({ files, message: 'Begin signed history\n', date: start });
    await repository.ref('refs/heads/main', anchor);
    return new Scenario(people, repository, keyring, anchor);
  }

  /** The time of the story; each commit moves it on by an hour. */
  get now(): Seconds {
    return this.#clock;
  }

  pass(seconds: Seconds): Seconds {
    this.#clock += seconds;
    return this.#clock;
  }

  /** A commit on top of another, signed if somebody is named. */
  commit(parent: Oid, plan: CommitPlan): Promise<Oid> {
    return this.repository.commitFiles({ ...this.#request(plan), parents: [parent] });
  }

  /** A merge, with git's clean tree unless files are given. An ordinary merge is unsigned. */
  merge(
    into: Oid,
    side: Oid,
    plan: CommitPlan & { readonly tree?: Oid; readonly mergetags?: readonly Oid[] } = {},
  ): Promise<Oid> {
    const { tree, mergetags } = plan;
    return this.repository.merge({
      ...this.#request({ message: 'Merge pull request\n', ...plan }),
      into,
      side,
      ...(tree === undefined ? {} : { tree }),
      ...(mergetags === undefined ? {} : { mergetags }),
    });
  }

  /** The tree of a commit, for merges that take it whole. */
  async treeOf(commit: Oid): Promise<Oid> {
    return (await this.repository.git('rev-parse', `${commit}^{tree}`)) as Oid;
  }

  /** A submission tag as publish makes it; every trailer can be altered. */
  submissionTag(head: Oid, plan: SubmissionPlan & { readonly by: Person }): Promise<Oid> {
    const { by, nameVersion, name = `signet/${nameVersion}`, object = head } = plan;
    return this.#tag(by, name, object, plan, `Submit ${nameVersion}`, submissionTrailers(plan, this.#clock));
  }

  /** An endorsement tag as `endorse` makes it. */
  async endorsementTag(
    head: Oid,
    plan: { readonly by: Person; readonly packages?: readonly string[]; readonly owners?: readonly string[] },
  ): Promise<Oid> {
    const { by, packages = [], owners = [] } = plan;
    return this.#tag(by, `signet/endorse/${head}`, head, {}, 'Endorse', [
      'Signet-Format: 1',
      'Signet-Kind: endorsement',
      `Signet-Repository: ${repositoryId}`,
      ...packages.map((one) => `Signet-Package: ${one}`),
      ...owners.map((one) => `Signet-Owner: ${one}`),
      `Signet-Expires: ${iso(this.#clock + 90 * day)}`,
    ]);
  }

  /** A state tag on a mainline commit; `state` is what it says of the content, the truth unless told otherwise. */
  async stateTag(commit: Oid, plan: { readonly by: Person; readonly state?: string }): Promise<Oid> {
    return this.#tag(plan.by, 'signet/state/1', commit, {}, 'State 1', [
      'Signet-Format: 1',
      'Signet-Kind: state',
      `Signet-Repository: ${repositoryId}`,
      'Signet-Sequence: 1',
      'Signet-Previous: none',
      `Signet-State: ${plan.state ?? (await this.#stateDigest(commit))}`,
      `Signet-Keyring: ${keyringOf(this.keyring).digest}`,
      `Signet-Expires: ${iso(this.#clock + 7 * day)}`,
    ]);
  }

  /** The digest of a package directory that has one opam file. */
  digest(opam: string): string {
    return packageDigest(new Map([['opam', Buffer.from(opam)]]));
  }

  verifyRepo(head: Oid, options: Judging = {}): Promise<RepoReport> {
    return judging(this.#usual, options, async (common) => (await verifyRepo({ ...common, head })).report);
  }

  /** verify-pr of a head against a base, from the anchor on; or by a submission tag's reference. */
  verifyPr(base: Oid, head: Oid, options: Judging & { readonly tag?: string } = {}): Promise<PrReport> {
    return judging(this.#usual, options, async (common) => {
      const references = await common.store.references('refs/tags/');
      const reference = references.find(({ name }) => name === options.tag);
      const tag = reference && (await readTag(common.store, reference));
      return verifyPr({ ...common, base, head, tag, sources: undefined });
    });
  }

  /** What a verb says of a head: of the pull request, or of the mainline after a forge merged it, unsigned. */
  async judge(verb: Verb, head: Oid, base: Oid = this.anchor, options: Judging = {}): Promise<Report> {
    return verb === 'verify-pr'
      ? this.verifyPr(base, head, options)
      : this.verifyRepo(await this.merge(base, head), options);
  }

  /** A commit in which a certificate file takes another state, the keyring file staying as it is. */
  grow(parent: Oid, certificate: TestKey): Promise<Oid> {
    const files = { [`keyring/${certificate.fingerprint}.asc`]: certificate.armoredCertificate };
    return this.commit(parent, { files, message: 'Refresh a certificate\n' });
  }

  /** The admins remove Alice from the keyring, give foo to Bob, and change whatever else is given. */
  removeAlice(parent: Oid, plan: Partial<KeyringPlan> = {}): Promise<Oid> {
    const { ada, ben, alice } = this.people;
    const everybody = Object.entries(firstKeyring(this.people).contributors);
    const contributors = Object.fromEntries(everybody.filter(([id]) => id !== 'alice'));
    const next = this.nextKeyring({ contributors, packages: { foo: ['bob'] }, ...plan }, [ada, ben]);
    const files = { ...keyringFiles(next), [`keyring/${alice.fingerprint}.asc`]: null };
    return this.commit(parent, { files, message: 'Remove Alice\n' });
  }

  /** The keyring that a plan makes after the scenario's own, signed by whoever is named, as files of a commit. */
  nextKeyring(
    plan: Partial<KeyringPlan>,
    signers: readonly TestKey[],
    previous: KeyringFiles = this.keyring,
  ): KeyringFiles {
    return makeKeyring({ ...firstKeyring(this.people), previous, ...plan }, signers, this.#clock);
  }

  opened(): Extract<Awaited<ReturnType<typeof openKeyring>>, { ok: true }>['state'] {
    const opened = openKeyring(this.keyring);
    if (!opened.ok) throw new Error('the scenario has a keyring that does not open');
    return opened.state;
  }

  get #usual() {
    const { people, repository, anchor } = this;
    return { people, folder: repository.folder, from: anchor, now: this.#clock + hour };
  }

  #request(plan: CommitPlan) {
    const date = plan.date ?? this.pass(hour);
    const key = plan.key ?? (plan.by && this.people[plan.by]);
    const signedAt = plan.signedAt ?? date;
    const sign = plan.sign ?? (key && ((payload: Uint8Array) => key.sign(payload, signedAt, plan.signing)));
    return {
      date,
      message: plan.message ?? 'Change\n',
      author: plan.author ?? nameOf(plan.by),
      ...(plan.committer === undefined ? {} : { committer: plan.committer }),
      ...(plan.files === undefined ? {} : { files: plan.files }),
      ...(plan.headers === undefined ? {} : { headers: plan.headers }),
      ...(sign === undefined ? {} : { sign }),
    };
  }

  async #stateDigest(commit: Oid): Promise<string> {
    const store = await openStore(this.repository.folder, { kind: 'auto', environment: process.env });
    try {
      return (await stateDigestAt(store, commit)) ?? '';
    } finally {
      await store.close();
    }
  }

  #tag(
    by: Person,
    name: string,
    object: Oid,
    more: {
      readonly ref?: string | null;
      readonly objectType?: 'commit' | 'tag' | 'tree';
      readonly sign?: Sign;
    },
    title: string,
    trailers: readonly string[],
  ): Promise<Oid> {
    const date = this.#clock;
    const key = this.people[by];
    return this.repository.tag({
      name,
      object,
      sign: (payload) => key.sign(payload, date),
      ...more,
      message: `${title}\n\n${trailers.join('\n')}\n`,
      tagger: nameOf(by),
      date,
    });
  }
}

/** The keyring folder as files of a commit. */
export const keyringFiles = (files: KeyringFiles): Record<string, FileContent> =>
  Object.fromEntries(keyringTree(files));
