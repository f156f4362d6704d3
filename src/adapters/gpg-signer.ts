import { Fault } from '../core/fault.ts';
import { parseFingerprint, type Fingerprint } from '../core/openpgp/certificate.ts';
import type { Signer } from '../core/ports.ts';
import { run, which, type Environment, type ProcessAnswer } from './process.ts';

/** How git is set up to sign (git-config(1): gpg.format, user.signingKey, gpg.program and gpg.openpgp.program). */
export interface GpgSettings {
  readonly format: string;
  /** `user.signingKey`; undefined: the committer's key, as git does. */
  readonly key: string | undefined;
  readonly program: string;
  /** `Name <address>` of the committer. */
  readonly committer: string;
  readonly env: Environment;
  /** The terminal where gpg may ask for a passphrase; undefined if there is none. */
  readonly terminal: string | undefined;
}

/**
 * Finds the key that git would sign with in the user's own gpg. That gpg, its agent and smart cards do the signing;
 * no passphrase passes through here. No such program or key is `signer.not-found`.
 */
export async function openGpgSigner(settings: GpgSettings): Promise<Signer> {
  if (settings.format !== 'openpgp') {
    throw new Fault(
      'signer.not-found',
      `git is set up to sign with gpg.format = ${settings.format}; only OpenPGP signatures count here.`,
      'Run git config gpg.format openpgp and git config user.signingKey <fingerprint>, or name a key with --key.',
    );
  }
  const gpg = await findProgram(settings);
  const wanted = settings.key ?? settings.committer;
  const key = chooseKey(await listSecretKeys(gpg, wanted), wanted);
  // an exclamation mark asks gpg for exactly this subkey
  const selector = wanted.endsWith('!') ? wanted : key.fingerprint;
  return {
    fingerprint: key.fingerprint,
    description: `gpg key ${key.fingerprint} (${key.userId})`,
    sign: (payload) => signAsGit(gpg, selector, payload),
    certificate: () => exportCertificate(gpg, key.fingerprint),
  };
}

type Gpg = (args: readonly string[], input?: Uint8Array) => Promise<ProcessAnswer>;

async function findProgram({ program, env, terminal }: GpgSettings): Promise<Gpg> {
  const path = program.startsWith('/') ? program : await which(program, env);
  if (path === undefined) {
    throw new Fault(
      'signer.not-found',
      `${program}, the program that git signs with, is not on the PATH.`,
      'Install GnuPG, set git config gpg.program, or sign with a secret key file (--key-file).',
    );
  }
  const ownEnv = terminal === undefined ? env : { GPG_TTY: terminal, ...env };
  return (args, input = new Uint8Array(0)) => run(path, args, { env: ownEnv, input });
}

interface SecretKey {
  /** Of the primary key. */
  readonly fingerprint: Fingerprint;
  readonly userId: string;
  /** Neither expired, revoked nor disabled, and some key of it can sign. */
  readonly usable: boolean;
}

/** Reads gpg's machine-readable listing (GnuPG doc/DETAILS): records `sec`, then `fpr`, then `uid`. */
async function listSecretKeys(gpg: Gpg, wanted: string): Promise<readonly SecretKey[]> {
  const { stdout } = await gpg(['--batch', '--with-colons', '--list-secret-keys', '--', wanted]);
  const records = Buffer.from(stdout)
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const starts = records.flatMap(([type], at) => (type === 'sec' ? [at] : []));
  return starts.flatMap((start, index) => {
    const [first, ...rest] = records.slice(start, starts[index + 1]);
    const field = (type: string): string => rest.find(([name]) => name === type)?.[9] ?? '';
    const fingerprint = parseFingerprint(field('fpr'));
    const usable = !/[eridn]/.test(first?.[1] ?? '') && (first?.[11] ?? '').includes('S');
    return fingerprint === undefined ? [] : [{ fingerprint, userId: field('uid'), usable }];
  });
}

function chooseKey(keys: readonly SecretKey[], wanted: string): SecretKey {
  const usable = keys.filter((key) => key.usable);
  const [key, another] = usable;
  if (key !== undefined && another === undefined) return key;
  if (another !== undefined) {
    throw new Fault(
      'signer.not-found',
      `Several secret keys fit "${wanted}": ${usable.map(({ fingerprint }) => fingerprint).join(', ')}.`,
      'Name one by its whole fingerprint: git config user.signingKey <fingerprint>, or --key.',
    );
  }
  const unusable = keys.map(({ fingerprint }) => fingerprint).join(', ');
  throw new Fault(
    'signer.not-found',
    keys.length === 0
      ? `gpg has no secret key for "${wanted}".`
      : `No secret key for "${wanted}" may sign now (expired, revoked or not for signing): ${unusable}.`,
    keys.length === 0
      ? 'Run gpg --list-secret-keys, then git config user.signingKey <fingerprint>, or name a key with --key.'
      : 'Extend it with gpg --quick-set-expire <fingerprint> 2y, or name another key with --key.',
  );
}

/**
 * Signs with the arguments that git uses and believes gpg only if it says so: an exit status of 0 without
 * SIG_CREATED is a failure too (git gpg-interface.c, sign_buffer_gpg).
 */
async function signAsGit(gpg: Gpg, key: string, payload: Uint8Array): Promise<string> {
  const { status, stdout, stderr } = await gpg(['--status-fd=2', '-bsau', key], payload);
  const lines = stderr.split('\n');
  if (status !== 0 || !lines.some((line) => line.startsWith('[GNUPG:] SIG_CREATED ')))
    throw failure(key, lines, status);
  return Buffer.from(stdout).toString('latin1').replaceAll('\r\n', '\n');
}

/** Error codes of libgpg-error (err-codes.h) that mean: the key is there, but nobody opened it. */
const lockedCodes: ReadonlySet<number> = new Set([
  11, // bad passphrase
  62, // timeout
  77, // no agent
  85, // no pinentry
  86, // pinentry failed
  87, // bad PIN
  99, // cancelled
  110, // card removed
  112, // card not present
  130, // PIN blocked
  177, // no passphrase given
  198, // fully cancelled
  178, // no PIN given
  32870, // ENOTTY: nowhere to ask
]);
const noSecretKey = 17;

function failure(key: string, lines: readonly string[], status: number): Fault {
  const code = Number(
    lines.map((line) => /^\[GNUPG:\] FAILURE sign (\d+)/.exec(line)?.[1]).find((one) => one !== undefined),
  );
  const said = [...new Set(lines)].filter((line) => line !== '' && !line.startsWith('[GNUPG:] ')).join(' ');
  const reason = said === '' ? `it ended with status ${status} and no signature` : said;
  if ((code & 0xffff) === noSecretKey) {
    return new Fault(
      'signer.not-found',
      `gpg has no secret key ${key}: ${reason}`,
      'Insert the smart card, or name another key with --key.',
    );
  }
  if (lockedCodes.has(code & 0xffff)) {
    const mend =
      'Run export GPG_TTY=$(tty) and gpg --clearsign once in this terminal, so that the agent asks for the passphrase; then try again.';
    return new Fault('signer.locked', `gpg could not open key ${key}: ${reason}`, mend);
  }
  return new Fault(
    'signer.failed',
    `gpg did not sign with key ${key}: ${reason}`,
    `Try it by hand: echo test | gpg -bsau ${key}.`,
  );
}

async function exportCertificate(gpg: Gpg, fingerprint: Fingerprint): Promise<Uint8Array> {
  const { status, stdout, stderr } = await gpg(['--batch', '--export', fingerprint]);
  if (status === 0 && stdout.length > 0) return stdout;
  const mend = `Import the public key: gpg --recv-keys ${fingerprint}, or gpg --import.`;
  throw new Fault('signer.failed', `gpg does not export certificate ${fingerprint}: ${stderr}`, mend);
}
