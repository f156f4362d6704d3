import { createHash } from 'node:crypto';

/** What an SSH signature says of the key that made it; nothing of it is proven here. */
export interface SshSigner {
  /** As ssh-keygen -l prints it: `SHA256:…`. */
  readonly key: string;
  /** `ssh-ed25519`, … */
  readonly algorithm: string;
}

const magic = 'SSHSIG';

/** Reads the public key in an armored SSH signature (PROTOCOL.sshsig); undefined if there is none to be read. */
export function sshSigner(signature: Uint8Array): SshSigner | undefined {
  const text = Buffer.from(signature).toString('latin1');
  const [, base64 = ''] = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END/.exec(text) ?? [];
  const blob = Buffer.from(base64, 'base64');
  if (!blob.subarray(0, magic.length).equals(Buffer.from(magic))) return undefined;
  const key = field(blob, magic.length + 4);
  const algorithm = key && field(key, 0)?.toString('latin1');
  if (key === undefined || algorithm === undefined || !/^[a-z0-9@.-]{1,64}$/.test(algorithm))
    return undefined;
  const digest = createHash('sha256').update(key).digest('base64').replaceAll('=', '');
  return { key: `SHA256:${digest}`, algorithm };
}

/** Bytes after their length in four octets. */
function field(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes.length < at + 4) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}
