import type { Seconds } from '../../../src/core/ports.ts';
import { readCertificates, type Certificate } from '../../../src/core/openpgp/certificate.ts';
import { CertificateSet } from '../../../src/core/openpgp/certificate-set.ts';
import {
  judgeSignature,
  type SignatureTimes,
  type SignatureVerdict,
} from '../../../src/core/openpgp/signature.ts';
import type { SignOptions, TestKey } from '../../support/keys.ts';

export const day: Seconds = 24 * 60 * 60;
/** 2024-01-01T00:00:00Z: when most keys of these tests are made. */
export const start: Seconds = 1_704_067_200;
export const payload = Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nInitial import\n');

/** The certificates of some keys, each read by itself. */
export function certificatesOf(...keys: readonly { readonly certificate: Uint8Array }[]): CertificateSet {
  const readings = keys.map(({ certificate }) => readCertificates(certificate));
  return new CertificateSet(readings.flatMap(({ certificates }) => certificates));
}

/** Judges an armored signature over the payload, by default as if made, used and looked at on one day. */
export function judge(
  armored: string,
  certificates: CertificateSet,
  made: Seconds,
  times: Partial<SignatureTimes> = {},
): SignatureVerdict {
  const moments = { now: made + day, position: made, object: made, ...times };
  return judgeSignature({ payload, signature: Buffer.from(armored) }, certificates, moments);
}

/** Signs the payload at `made` and judges that by the certificate as `known`. */
export async function verdictOn(
  key: TestKey,
  made: Seconds,
  options: SignOptions & { readonly known?: TestKey; readonly times?: Partial<SignatureTimes> } = {},
): Promise<SignatureVerdict> {
  const armored = await key.sign(payload, made, options);
  return judge(armored, certificatesOf(options.known ?? key), made, options.times);
}

/** The one certificate of some data. */
export function evaluated(key: { readonly certificate: Uint8Array }): Certificate {
  const { certificates } = readCertificates(key.certificate);
  const [certificate] = certificates;
  if (certificate === undefined) throw new Error('no certificate was read');
  return certificate;
}
