import { Fault } from '../core/fault.ts';
import { type Certificate, readCertificates } from '../core/openpgp/certificate.ts';
import { CertificateSet } from '../core/openpgp/certificate-set.ts';
import { judgeSignature } from '../core/openpgp/signature.ts';
import type { Progress, Seconds, Signer } from '../core/ports.ts';
import type { Answers } from './answers.ts';
import type { Note } from '../core/publish/problem.ts';
import type { PublishOptions } from './publish-request.ts';

/** Whoever signs, with the certificate that others will check by. */
export interface SigningMeans {
  readonly signer: Signer;
  readonly certificate: Certificate;
}

/** The key where something is to be signed now; that there is none is a Fault. Plans of dry runs have none. */
export function requireSigning(signing: SigningMeans | undefined): SigningMeans {
  if (signing !== undefined) return signing;
  throw new Fault(
    'signer.not-found',
    'There is no key to sign with.',
    'Choose one with --key or --key-file.',
  );
}

interface SigningRequest {
  readonly options: Pick<PublishOptions, 'key' | 'dryRun'>;
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  readonly answers: Answers;
  readonly note: Note;
  readonly progress: Progress;
  readonly clock: () => Seconds;
}

/**
 * Opens the author's key and makes sure that it signs what we ourselves find good. A dry run signs nothing, and
 * goes on without a key.
 */
export async function openSigning(request: SigningRequest): Promise<SigningMeans | undefined> {
  const { options, note } = request;
  try {
    const signer = await openOrAsk(request);
    const certificate = await readOwnCertificate(signer);
    if (!options.dryRun) await testSignature(signer, certificate, request);
    return { signer, certificate };
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'credentials') throw error;
    note(options.dryRun ? 'key.unknown-in-dry-run' : 'key.unusable', error.message, error.mend);
    return undefined;
  }
}

/** Where several keys fit, or none, somebody at the terminal may name one. */
async function openOrAsk({ options, openSigner, answers }: SigningRequest): Promise<Signer> {
  try {
    return await openSigner(options.key);
  } catch (error) {
    const askable = error instanceof Fault && error.code === 'signer.not-found' && options.key === undefined;
    if (!askable || !answers.interactive) throw error;
    const key = await answers.text({
      flag: '--key',
      message: `${error.message} Fingerprint of the key to sign with`,
    });
    return openSigner(key);
  }
}

async function readOwnCertificate(signer: Signer): Promise<Certificate> {
  const { certificates, problems } = readCertificates(await signer.certificate());
  const [certificate] = certificates;
  if (certificate !== undefined) return certificate;
  throw new Fault(
    'signer.failed',
    `The certificate of ${signer.description} can't be read. ${problems.map(({ message }) => message).join(' ')}`,
    'Choose another key with --key.',
  );
}

async function testSignature(
  signer: Signer,
  certificate: Certificate,
  { progress, clock }: SigningRequest,
): Promise<void> {
  progress.end();
  const started = clock();
  const payload = Buffer.from('opam-signet tries whether this key signs. This text means nothing else.\n');
  const signature = Buffer.from(await signer.sign(payload));
  const now = clock();
  const times = { now, position: now, object: started };
  const { verdict, message } = judgeSignature(
    { payload, signature },
    new CertificateSet([certificate]),
    times,
  );
  if (verdict === 'good') return;
  throw new Fault(
    'signer.failed',
    `Signatures by ${signer.description} would not count: ${message}`,
    'Sign with another key: --key FINGERPRINT, or make one with gpg --quick-generate-key.',
  );
}
