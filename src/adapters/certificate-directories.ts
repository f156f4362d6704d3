import HKP from '@openpgp/hkp-client';
import WKD from '@openpgp/wkd-client';
import { Fault } from '../core/fault.ts';
import { parseFingerprint } from '../core/openpgp/certificate.ts';
import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import { run, which, type Environment } from './process.ts';

/** Asks the web. */
type Fetch = (url: string, options: { readonly signal: AbortSignal }) => Promise<Response>;

/** The certificates that the user's own gpg has. Nothing is imported into it. */
function gpgDirectory(program: string, env: Environment): CertificateDirectory {
  return {
    name: 'gpg',
    async find(query) {
      const path = program.startsWith('/') ? program : await which(program, env);
      if (path === undefined) {
        const mend = 'Install GnuPG, or give the certificate as a file.';
        throw new Fault('process.failed', `${program} is not on the PATH.`, mend);
      }
      // "<address>" means this very address, and not every one that it is a part of.
      const name = parseFingerprint(query) ?? `<${query}>`;
      const { stdout } = await run(path, ['--batch', '--export', '--', name], { env });
      return stdout.length === 0 ? [] : [stdout];
    },
  };
}

/** Web Key Directories (draft-koch-openpgp-webkey-service): the domain of an address says what its key is. */
function webKeyDirectory(fetch: Fetch): CertificateDirectory {
  return {
    name: 'wkd',
    async find(query) {
      const web = new BoundedWeb(fetch);
      const client = new WKD();
      client._fetch = (url) => web.get(url);
      try {
        return [await client.lookup({ email: query })];
      } catch (error) {
        // The library asks two addresses and throws for both: nothing there, and no way there.
        if (web.answered) return [];
        throw unreachable(`the Web Key Directory of ${query}`, error);
      }
    },
  };
}

/** A key server (draft-shaw-openpgp-hkp). `address` begins with https, or http for one of one's own. */
function keyServer(address: string, fetch: Fetch): CertificateDirectory {
  return {
    name: 'server',
    async find(query) {
      const web = new BoundedWeb(fetch);
      const client = new HKP(address.replace(/\/+$/, ''));
      client._fetch = (url) => web.get(url);
      const fingerprint = parseFingerprint(query);
      try {
        const armored = await client.lookup(fingerprint === undefined ? { query } : { keyId: fingerprint });
        return armored === undefined ? [] : [Buffer.from(armored)];
      } catch (error) {
        throw unreachable(`the key server ${address}`, error);
      }
    },
  };
}

/** Milliseconds and bytes that one answer may take. */
const patience = 30_000;
const mostBytes = 8 * 1024 * 1024;

/** What the two libraries ask with: neither bounds what a server sends, nor how long it takes. */
class BoundedWeb {
  readonly #fetch: Fetch;
  /** Whether any server has given a whole answer, with whatever. */
  answered = false;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async get(url: string): Promise<Response> {
    const response = await this.#fetch(url, { signal: AbortSignal.timeout(patience) });
    if (/^https:/i.test(url) && response.url !== '' && !/^https:/i.test(response.url)) {
      throw new Error(`${url} sends to ${response.url}, which is no https address`);
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new Error(`${url} sends more than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
    this.answered = true;
    const { status, statusText } = response;
    return new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), {
      status,
      statusText,
    });
  }
}

function unreachable(what: string, error: unknown): Fault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ` (${cause.message})` : '';
  return new Fault(
    'network.failed',
    `The certificate could not be fetched from ${what}${why}.`,
    'Try it again later, or give the certificate as a file.',
    error,
  );
}

export interface DirectoryOptions {
  /** The gpg that git signs with. */
  readonly program: string;
  readonly environment: Environment;
  /** The address of the key server. */
  readonly keyServer: string;
  readonly fetch: Fetch;
}

/** Every place where certificates can be looked up. Nothing is asked yet. */
export const certificateDirectories = ({
  program,
  environment,
  keyServer: address,
  fetch,
}: DirectoryOptions): readonly CertificateDirectory[] => [
  gpgDirectory(program, environment),
  webKeyDirectory(fetch),
  keyServer(address, fetch),
];
