import { judgeCommit, type Position } from './evidence.ts';
import type { Step } from './step.ts';
import type { Oid } from '../git/oid.ts';
import { parseFingerprint, type Fingerprint } from '../openpgp/certificate.ts';
import { type Claim, finding, settle } from '../report/report.ts';
import { readTrailers } from '../statement-trailers.ts';
import type { KeyringState } from '../trust/keyring-state.ts';

/** What somebody who wants to be a contributor signs: that this id shall be theirs, with this certificate. */
export interface RequestStatement {
  /** The repository's id: a request for another is no request here. */
  readonly repository: string;
  readonly contributor: string;
  /** Of the certificate's primary key. */
  readonly fingerprint: Fingerprint;
  /** The account at GitHub that they say is theirs. */
  readonly account: string | undefined;
}

/** The statement as the message of a commit (trust model, section 3.10). */
export function printRequest({ repository, contributor, fingerprint, account }: RequestStatement): string {
  const lines = [
    'Signet-Format: 1',
    'Signet-Kind: request',
    `Signet-Repository: ${repository}`,
    `Signet-Contributor: ${contributor} ${fingerprint}`,
    ...(account === undefined ? [] : [`Signet-Account: github ${account}`]),
  ];
  return `Ask for ${contributor} to be added to the keyring\n\n${lines.join('\n')}\n`;
}

/** Reads the statement out of a commit's message; undefined for any that is not exactly one. */
export function readRequest(message: string): RequestStatement | undefined {
  const { trailers, problems } = readTrailers(message);
  if (problems.length > 0) return undefined;
  const one = (key: string): string | undefined => {
    const values = trailers.filter((trailer) => trailer.key === `Signet-${key}`);
    return values.length === 1 ? values[0]?.value : undefined;
  };
  const account = one('Account');
  const known = account === undefined ? 4 : 5;
  if (trailers.length !== known || one('Format') !== '1' || one('Kind') !== 'request') return undefined;
  const [, contributor, digits = ''] = /^(\S+) (\S+)$/.exec(one('Contributor') ?? '') ?? [];
  const [repository, fingerprint] = [one('Repository'), parseFingerprint(digits)];
  const [, login] = /^github ([A-Za-z0-9-]+)$/.exec(account ?? '') ?? [];
  if (repository === undefined || contributor === undefined || fingerprint === undefined) return undefined;
  if (account !== undefined && login === undefined) return undefined;
  return { repository, contributor, fingerprint, account: login };
}

/** A certificate that a pull request would bring into the keyring, and what its holder has shown. */
export interface RequestedCertificate {
  readonly contributor: string;
  readonly fingerprint: Fingerprint;
  readonly account: string | undefined;
  /** The commit by which the holder signed that they ask for it; undefined if none was found. */
  readonly signedIn: Oid | undefined;
}

/** The certificates that are new in a proposed keyring, with the proof that their holders have the secret keys. */
export async function requestedCertificates(
  step: Step,
  before: KeyringState,
  after: KeyringState,
  at: Position,
): Promise<readonly RequestedCertificate[]> {
  const judged = { ...at, trust: after, tip: after };
  const signed: { readonly oid: Oid; readonly request: RequestStatement }[] = [];
  for (const [oid, reading] of step.side?.commits ?? []) {
    const request = reading.ok ? readRequest(reading.commit.message) : undefined;
    if (request?.repository !== before.keyring.repository || !reading.ok) continue;
    const { verdict } = await judgeCommit(reading.commit, judged);
    if (verdict.verdict === 'good' && verdict.certificate === request.fingerprint)
      signed.push({ oid, request });
  }
  return [...after.keyring.contributors.values()].flatMap(({ id, github, fingerprints }) =>
    fingerprints
      .filter((fingerprint) => !before.certificates.has(fingerprint))
      .map((fingerprint) => {
        const proof = signed.find(
          ({ request }) => request.contributor === id && request.fingerprint === fingerprint,
        );
        const account = proof?.request.account === github ? github : undefined;
        return { contributor: id, fingerprint, account, signedIn: proof?.oid };
      }),
  );
}

/** That whoever asks holds the secret key: what a signature can show, and all that it can. */
export function possessionClaim({ contributor, fingerprint, signedIn }: RequestedCertificate): Claim {
  const title = `Whoever asks for ${contributor} to be added holds the secret key of certificate ${fingerprint}.`;
  const message = `No commit of the pull request is a request for ${contributor} that certificate ${fingerprint} signed.`;
  return signedIn === undefined
    ? settle('request.possession', title, false, [
        finding('request.unproven', { reference: contributor }, message),
      ])
    : settle('request.possession', title, true, [], [`commit ${signedIn} is signed by it and asks for this`]);
}

/** What no program can show. It is said all the same, so that nobody takes the rest for it. */
export function personClaim({ contributor, fingerprint }: RequestedCertificate): Claim {
  const title = `${contributor} is who they say they are, and shall have what the keyring would give them.`;
  const message = `That certificate ${fingerprint} belongs to the person meant by ${contributor} is for the admins to find out.`;
  return settle('request.person', title, false, [
    finding('request.person', { reference: contributor }, message),
  ]);
}
