import {
  createMessage,
  decryptKey,
  readPrivateKey,
  sign,
  type PrivateKey,
  type SecretKeyPacket,
  type SecretSubkeyPacket,
} from 'openpgp';
import { Fault } from '../core/fault.ts';
import { keyAlgorithms } from '../core/openpgp/algorithms.ts';
import {
  keyStanding,
  readCertificates,
  type Certificate,
  type CertificateKey,
} from '../core/openpgp/certificate.ts';
import type { Seconds, Signer } from '../core/ports.ts';

/** A secret key as text, for machines without gpg. */
export interface SecretKeyText {
  readonly armored: string;
  /** Needed where the key is protected. */
  readonly passphrase: string | undefined;
  /** Where the text came from, for messages: a file name or a variable. */
  readonly source: string;
  /** When the run takes place: the date of every signature. */
  readonly now: Seconds;
}

export interface SecretKeySigner extends Signer {
  /** What to know about the key although it can sign; undefined if there is nothing. */
  readonly note: string | undefined;
}

/**
 * Opens an armored secret key with OpenPGP.js and picks its newest key that may sign now. A key that can't be read is
 * `signer.not-found`, one whose passphrase is missing or wrong `signer.locked`, one that may not sign `signer.failed`.
 */
export async function openSecretKey(text: SecretKeyText): Promise<SecretKeySigner> {
  const secret = await unlock(await read(text), text);
  const data = secret.toPublic().write();
  const certificate = evaluate(data, text);
  const key = usableKey(certificate, secret, text);
  return {
    fingerprint: key.fingerprint,
    description: `secret key ${key.fingerprint} from ${text.source} (${certificate.userIds[0] ?? 'no user id'})`,
    note: noteOn(key),
    sign: (payload) => signWith(secret, key, payload, text),
    certificate: () => Promise.resolve(data),
  };
}

async function read({ armored, source }: SecretKeyText): Promise<PrivateKey> {
  try {
    return await readPrivateKey({ armoredKey: armored });
  } catch (error) {
    const mend = 'Export it with gpg --armor --export-secret-keys <fingerprint>.';
    throw new Fault('signer.not-found', `${source} holds no armored OpenPGP secret key.`, mend, error);
  }
}

async function unlock(secret: PrivateKey, { passphrase, source }: SecretKeyText): Promise<PrivateKey> {
  if (packetsOf(secret).every((packet) => packet.isDecrypted() || packet.isMissingSecretKeyMaterial()))
    return secret;
  if (passphrase === undefined) {
    const mend = 'Give the passphrase, by the prompt or by OPAM_SIGNET_PASSPHRASE.';
    throw new Fault('signer.locked', `The secret key in ${source} is protected by a passphrase.`, mend);
  }
  try {
    return await decryptKey({ privateKey: secret, passphrase });
  } catch (error) {
    const mend =
      'Check the passphrase: gpg --import the key into an empty GNUPGHOME and sign something with it.';
    throw new Fault(
      'signer.locked',
      `The passphrase does not open the secret key in ${source}.`,
      mend,
      error,
    );
  }
}

const packetsOf = (secret: PrivateKey): (SecretKeyPacket | SecretSubkeyPacket)[] =>
  secret.getKeys().flatMap(({ keyPacket }) => ('isMissingSecretKeyMaterial' in keyPacket ? [keyPacket] : []));

function evaluate(data: Uint8Array, { source }: SecretKeyText): Certificate {
  const { certificates, problems } = readCertificates(data);
  const [certificate] = certificates;
  if (certificate !== undefined) return certificate;
  const why = problems.map(({ message }) => message).join(' ');
  throw new Fault(
    'signer.failed',
    `The key in ${source} can't be used. ${why}`,
    'Make a new key with gpg --quick-generate-key.',
  );
}

function usableKey(
  certificate: Certificate,
  secret: PrivateKey,
  { source, now }: SecretKeyText,
): CertificateKey {
  const present = new Set(
    packetsOf(secret)
      .filter((packet) => !packet.isMissingSecretKeyMaterial())
      .map((packet) => packet.getFingerprint().toUpperCase()),
  );
  const [newest] = certificate.keys
    .filter((key) => present.has(key.fingerprint) && keyStanding(key, now) === 'usable')
    .sort((one, other) => other.created - one.created);
  if (newest !== undefined) return newest;
  const standings = certificate.keys.map((key) => {
    const standing = present.has(key.fingerprint) ? keyStanding(key, now) : 'secret part missing';
    return `${key.fingerprint} ${standing}`;
  });
  throw new Fault(
    'signer.failed',
    `No key in ${source} may sign now: ${standings.join(', ')}.`,
    `If it has expired, extend it (gpg --quick-set-expire ${certificate.fingerprint} 2y '*') if not, add a signing subkey (gpg --quick-add-key ${certificate.fingerprint} ed25519 sign), and export it again.`,
  );
}

/** gpg 2.2, and git with it, reads neither version 6 nor the new numbers of the Edwards curves. */
function noteOn({ version, algorithmId, algorithm, fingerprint }: CertificateKey): string | undefined {
  const unread =
    version === 6 || algorithmId === keyAlgorithms.ed25519 || algorithmId === keyAlgorithms.ed448;
  if (!unread) return undefined;
  return `Key ${fingerprint} (${algorithm}, version ${version}) is of a kind that git with gpg 2.2 can't verify. Others will not be able to check the signature by hand.`;
}

async function signWith(
  secret: PrivateKey,
  key: CertificateKey,
  payload: Uint8Array,
  { source, now }: SecretKeyText,
): Promise<string> {
  try {
    return await sign({
      message: await createMessage({ binary: payload }),
      signingKeys: secret,
      signingKeyIDs: secret
        .getKeys()
        .filter((one) => one.getFingerprint() === key.fingerprint.toLowerCase())
        .map((one) => one.getKeyID()),
      detached: true,
      date: new Date(now * 1000),
    });
  } catch (error) {
    const mend = 'Sign with gpg in its place (leave out --key-file), or use an Ed25519 or RSA key.';
    throw new Fault(
      'signer.failed',
      `Key ${key.fingerprint} from ${source} can't sign: ${reasonOf(error)}.`,
      mend,
      error,
    );
  }
}

const reasonOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
