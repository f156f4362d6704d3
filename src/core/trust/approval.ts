import { keyStanding, type Fingerprint } from '../openpgp/certificate.ts';
import { loadIssuers } from '../openpgp/signature-facts.ts';
import { judgeDetached, type SignatureVerdict } from '../openpgp/signature.ts';
import type { Seconds } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';
import { whyVoid } from './compromise.ts';
import { printMoment } from './keyring-rules.ts';
import type { Contributor, Keyring } from './keyring.ts';
import { signaturesPath, type KeyringState } from './keyring-state.ts';

/** When and with what hindsight signatures on a keyring file are judged. */
export interface KeyringTimes {
  /** When the run takes place. */
  readonly now: Seconds;
  /** The committer time of P for a step; now for a proposal or a pull request. */
  readonly position: Seconds;
  /**
   * The keyring at the tip being verified: a key that is compromised there counts nowhere (trust model,
   * section 2.7). Left out where history was attested again, and where there is nothing later.
   */
  readonly tip?: KeyringState;
}

/** What one signature in `keyring.toml.asc` is worth. */
export type Assessment =
  | { readonly counts: true; readonly contributor: Contributor; readonly certificate: Fingerprint }
  | { readonly counts: false; readonly why: string; readonly verdict: SignatureVerdict };

/** Clocks differ. The same hour as for commits and tags (trust model, section 2.7). */
const tolerance: Seconds = 60 * 60;

/**
 * Judges each signature over a version of the keyring file by the people of a keyring: the same one, or the one
 * before. The order is that of the file.
 *
 * A version is proposed at one time and signed by others days later, so its own date bounds signatures from
 * below: one that is dated before the bytes existed is back-dated. From above, now does.
 */
export async function assessSignatures(
  version: KeyringState,
  people: KeyringState,
  times: KeyringTimes,
): Promise<readonly Assessment[]> {
  const { toml, signatures } = version.files;
  const armored = new TextDecoder('latin1').decode(signatures);
  if (armored.trim() === '') return [];
  const moments = { now: times.now, position: times.position, object: times.now };
  await loadIssuers(armored, people.certificates);
  const verdicts = judgeDetached(toml, armored, people.certificates, moments);
  const signers = verdicts.flatMap(({ certificate }) => certificate ?? []);
  for (const state of [version, times.tip]) await state?.certificates.load(signers);
  return verdicts.map((verdict) => {
    const { certificate } = verdict;
    if (verdict.verdict !== 'good' || certificate === undefined) return worthless(verdict, verdict.message);
    const objection = objectionTo(verdict, certificate, version, people, times);
    if (objection !== undefined) return worthless(verdict, objection);
    const contributor = people.holderOf(certificate);
    if (contributor === undefined) return worthless(verdict, `Nobody holds certificate ${certificate}.`);
    return { counts: true, contributor, certificate };
  });
}

const worthless = (verdict: SignatureVerdict, why: string): Assessment => ({ counts: false, why, verdict });

function objectionTo(
  { fingerprint, made }: SignatureVerdict,
  certificate: Fingerprint,
  version: KeyringState,
  people: KeyringState,
  times: KeyringTimes,
): string | undefined {
  const key = people.certificates.find(certificate)?.keys.find((one) => one.fingerprint === fingerprint);
  if (key === undefined || made === undefined)
    return `Key ${fingerprint ?? ''} is not in certificate ${certificate}.`;
  const { created } = version.keyring;
  if (made < created - tolerance) {
    return `The signature by ${key.fingerprint} is dated ${printMoment(made)}, before this version was made (${printMoment(created)}).`;
  }
  // A retired key may lie about. Here nothing is gained by letting its owner's dates decide.
  if (keyStanding(key, times.position) === 'revoked') {
    return `Key ${key.fingerprint} was revoked before ${printMoment(times.position)}.`;
  }
  const known = [people, version, ...(times.tip === undefined ? [] : [times.tip])];
  return known.map((state) => whyVoid(key.fingerprint, certificate, state)).find((why) => why !== undefined);
}

/** The contributors of the role who signed, each once however many signatures, with the certificates used. */
export function adminsWhoSigned(
  assessments: readonly Assessment[],
): ReadonlyMap<string, readonly Fingerprint[]> {
  const signers = new Map<string, readonly Fingerprint[]>();
  for (const one of assessments) {
    if (!one.counts || !one.contributor.roles.has('admin')) continue;
    const { id } = one.contributor;
    signers.set(id, [...new Set([...(signers.get(id) ?? []), one.certificate])]);
  }
  return signers;
}

/**
 * Whether as many distinct admins of a keyring as its threshold asks for have signed a version (trust model,
 * section 3). The finding names who signed and who is missing, with whole fingerprints.
 */
export function thresholdFindings(
  version: Keyring,
  people: KeyringState,
  assessments: readonly Assessment[],
): readonly Finding[] {
  const signers = adminsWhoSigned(assessments);
  const { threshold, version: number } = people.keyring;
  if (signers.size >= threshold) return [];
  const signed = [...signers].map(([id, certificates]) => `${id} (${certificates.join(', ')})`);
  const missing = adminsOf(people.keyring).filter(({ id }) => !signers.has(id));
  const message =
    `Version ${version.version} of the keyring file needs the signatures of ${threshold} of the admins of version ${number} and has ${signers.size}` +
    `${signed.length === 0 ? '' : ` (${signed.join('; ')})`}. ` +
    `Not signed by: ${missing.map(({ id, fingerprints }) => `${id} (${fingerprints.join(', ')})`).join('; ')}.`;
  const mend = `Ask ${missing.map(({ id }) => id).join(' or ')} to run opam-signet keyring sign.`;
  return [finding('keyring.threshold', { path: signaturesPath }, message, { mend })];
}

const adminsOf = (keyring: Keyring): readonly Contributor[] =>
  [...keyring.contributors.values()].filter(({ roles }) => roles.has('admin'));

/** Signatures that help to no threshold, as notes. The two lists judge the same signatures by different people. */
export function idleSignatures(
  byOld: readonly Assessment[],
  byNew: readonly Assessment[],
): readonly Finding[] {
  return byNew.flatMap((one, index) => {
    const other = byOld[index] ?? one;
    if (helps(one) || helps(other)) return [];
    return [
      finding(
        'keyring.signature',
        { path: signaturesPath },
        `Signature ${index + 1} does not count: ${whyIdle(one, other)}`,
      ),
    ];
  });
}

const helps = (one: Assessment): boolean => one.counts && one.contributor.roles.has('admin');

/** The more telling of two reasons: a key that one keyring knows beats one that the other does not. */
function whyIdle(one: Assessment, other: Assessment): string {
  if (one.counts) return `${one.contributor.id} (${one.certificate}) is not an admin.`;
  if (other.counts) return `${other.contributor.id} (${other.certificate}) is not an admin.`;
  return one.verdict.verdict === 'unknown-key' ? other.why : one.why;
}
