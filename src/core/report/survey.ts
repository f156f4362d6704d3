import type { Oid } from '../git/oid.ts';
import type { Commit } from '../git/object.ts';
import { signatureOn, type SignedObject } from '../git/signed-object.ts';
import { sshSigner } from '../git/ssh-signature.ts';
import type { CertificateSet } from '../openpgp/certificate-set.ts';
import { claimedSigner } from '../openpgp/claimed-signer.ts';
import { judgeSignature, type Verdict } from '../openpgp/signature.ts';
import type { Seconds } from '../ports.ts';

/** How the commits of a year are signed. */
export interface YearOfCommits {
  readonly year: number;
  readonly unsigned: number;
  /** Signed by the forge itself, for whoever pressed a button. */
  readonly web: number;
  readonly signed: number;
}

/** Everybody who signs, by the key that the signatures name. */
export interface SurveyedSigner {
  /** A fingerprint or key id, of an SSH key as ssh-keygen prints it; `unreadable` where a signature names none. */
  readonly key: string;
  readonly web: boolean;
  readonly commits: number;
  /** Committer times of the first and the last. */
  readonly first: Seconds;
  readonly last: Seconds;
  /** `EdDSA with SHA-256`, each with the number of its commits. */
  readonly methods: ReadonlyMap<string, number>;
  readonly verdicts: ReadonlyMap<Verdict, number>;
  /** The committers that the commits name, at most three. Names prove nothing. */
  readonly names: readonly string[];
}

interface Signer extends SurveyedSigner {
  commits: number;
  first: Seconds;
  last: Seconds;
  readonly methods: Map<string, number>;
  readonly verdicts: Map<Verdict, number>;
  readonly names: string[];
}

/** The committer of what is made by GitHub's web pages, signed by GitHub's own key. */
const webCommitter = 'noreply@github.com';

const mostNames = 3;

/** Adds up who signs the commits of a history, with what, and since when. */
export class Survey {
  readonly #certificates: CertificateSet;
  readonly #now: Seconds;
  readonly #years = new Map<number, { year: number; unsigned: number; web: number; signed: number }>();
  readonly #signers = new Map<string, Signer>();
  /** Who signed a commit, where that was not the forge. */
  readonly #keys = new Map<Oid, string>();
  commits = 0;
  /** Commits that cannot be read in one way only. */
  malformed = 0;

  constructor(certificates: CertificateSet, now: Seconds) {
    this.#certificates = certificates;
    this.#now = now;
  }

  add(commit: Commit): void {
    this.commits += 1;
    const year = this.#year(commit.committer.time);
    const signed = signatureOn(commit);
    if (signed.kind === 'unsigned') {
      year.unsigned += 1;
      return;
    }
    const web = commit.committer.email === webCommitter;
    year[web ? 'web' : 'signed'] += 1;
    const { time } = commit.committer;
    if (signed.kind === 'malformed') {
      this.#note('unreadable', commit, web, 'malformed', 'malformed');
      return;
    }
    const times = { now: this.#now, position: time, object: time };
    const { verdict, certificate } = judgeSignature(signed, this.#certificates, times);
    const claimed = claimedBy(signed);
    const key = certificate ?? claimed?.key ?? 'unreadable';
    this.#note(key, commit, web, claimed?.method ?? signed.format, verdict);
  }

  addMalformed(): void {
    this.commits += 1;
    this.malformed += 1;
  }

  /** The key that the signature on a commit names; undefined if nobody signed it, or the forge. */
  signerOf(commit: Oid): string | undefined {
    return this.#keys.get(commit);
  }

  get years(): readonly YearOfCommits[] {
    return [...this.#years.values()].sort((one, other) => one.year - other.year);
  }

  /** Those with the most commits first. */
  get signers(): readonly SurveyedSigner[] {
    return [...this.#signers.values()].sort((one, other) => other.commits - one.commits);
  }

  #year(time: Seconds) {
    const year = new Date(time * 1000).getUTCFullYear();
    const known = this.#years.get(year) ?? { year, unsigned: 0, web: 0, signed: 0 };
    this.#years.set(year, known);
    return known;
  }

  #note(key: string, commit: Commit, web: boolean, method: string, verdict: Verdict): void {
    const { name, email, time } = commit.committer;
    const id = `${key} ${web}`;
    const signer = this.#signers.get(id) ?? {
      key,
      web,
      commits: 0,
      first: time,
      last: time,
      methods: new Map<string, number>(),
      verdicts: new Map<Verdict, number>(),
      names: [],
    };
    this.#signers.set(id, signer);
    signer.commits += 1;
    signer.first = Math.min(signer.first, time);
    signer.last = Math.max(signer.last, time);
    signer.methods.set(method, (signer.methods.get(method) ?? 0) + 1);
    signer.verdicts.set(verdict, (signer.verdicts.get(verdict) ?? 0) + 1);
    const committer = `${name} <${email}>`;
    if (signer.names.length < mostNames && !signer.names.includes(committer)) signer.names.push(committer);
    if (!web) this.#keys.set(commit.oid, key);
  }
}

/** The key that a signature names, and how it is made. */
function claimedBy({
  format,
  signature,
}: Extract<SignedObject, { kind: 'signed' }>):
  { readonly key: string | undefined; readonly method: string } | undefined {
  if (format === 'ssh') {
    const signer = sshSigner(signature);
    return signer && { key: signer.key, method: signer.algorithm };
  }
  const signer = format === 'openpgp' ? claimedSigner(signature) : undefined;
  return signer && { key: signer.key, method: `${signer.algorithm} with ${signer.hash}` };
}
