import { sha256Hex } from '../digest.ts';
import { Fault } from '../fault.ts';
import type {
  Certificate,
  Fingerprint,
  Sha1Bindings,
  UnverifiedCertificate,
} from '../openpgp/certificate.ts';
import type { KeyNames } from '../openpgp/key-packet.ts';
import type { Finding } from '../report/report.ts';
import { takeOneApart, type CertificateSource } from './one-certificate.ts';

/** What is known of a file that holds one certificate and nothing else, without its bytes. */
export interface CertificateOutline {
  /** The SHA-256 of the bytes in hexadecimal. */
  readonly digest: string;
  /** How many bytes it has. */
  readonly bytes: number;
  /** All keys in it, the primary key first, bound or not. */
  readonly keys: readonly KeyNames[];
}

/** A file that holds one certificate and nothing else. Its bytes are read when they are asked for. */
export class CertificateFile {
  readonly outline: CertificateOutline;
  /** Of the primary key. */
  readonly fingerprint: Fingerprint;
  readonly #fetch: () => Promise<Uint8Array>;
  #parts: UnverifiedCertificate | undefined;

  /** A file that was outlined before, wherever its bytes are. */
  constructor(outline: CertificateOutline, fetch: () => Promise<Uint8Array>) {
    const [primary] = outline.keys;
    if (primary === undefined) throw new Error('A certificate file without a key.');
    this.outline = outline;
    this.fingerprint = primary.fingerprint;
    this.#fetch = fetch;
  }

  /** A file whose bytes are at hand; a finding if it holds anything else than one certificate. */
  static of(data: Uint8Array, source: CertificateSource): CertificateFile | Finding {
    const parts = takeOneApart(data, source);
    if ('code' in parts) return parts;
    const file = new CertificateFile(outlineOf(data, parts), () => Promise.resolve(data));
    file.#parts = parts;
    return file;
  }

  /** The bytes, which are those that were outlined. */
  async read(): Promise<Uint8Array> {
    const data = await this.#fetch();
    if (sha256Hex(data) === this.outline.digest) return data;
    throw changed(this.fingerprint);
  }

  /** Reads the certificate, so that it can be asked for. */
  async load(): Promise<void> {
    if (this.#parts !== undefined) return;
    const parts = takeOneApart(await this.read(), { file: `${this.fingerprint}.asc` });
    if ('code' in parts) throw changed(this.fingerprint);
    this.#parts = parts;
  }

  /** The certificate evaluated; undefined if it can't be used at all. Only after it was loaded. */
  evaluated(sha1Bindings: Sha1Bindings): Certificate | undefined {
    if (this.#parts === undefined) {
      throw new Error(`Certificate ${this.fingerprint} was asked for before it was loaded.`);
    }
    const certificate = this.#parts.evaluate(sha1Bindings);
    return 'code' in certificate ? undefined : certificate;
  }

  holdsTheSameAs(other: CertificateFile): boolean {
    return this === other || this.outline.digest === other.outline.digest;
  }
}

/** What is to be remembered of a file that was taken apart. */
function outlineOf(data: Uint8Array, { keys }: UnverifiedCertificate): CertificateOutline {
  return { digest: sha256Hex(data), bytes: data.length, keys };
}

const changed = (fingerprint: Fingerprint): Fault =>
  new Fault(
    'object.corrupt',
    `The certificate file ${fingerprint}.asc is not the one that an earlier run read under the same id.`,
    'Run git fsck, then run this again with --no-cache.',
  );
