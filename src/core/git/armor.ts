/** The kinds of signature that git can make (gpg.format). `unknown` is armor of any other label. */
export type SignatureFormat = 'openpgp' | 'ssh' | 'x509' | 'unknown';

/** The lines that git takes for the start of a signature (git gpg-interface.c), with what they announce. */
const markers: ReadonlyMap<string, SignatureFormat> = new Map([
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN PGP MESSAGE-----', 'openpgp'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
]);

/** Fifteen times the largest signature of any algorithm that OpenPGP knows. */
const maximumSignatureBytes = 1024 * 1024;

const longestMarker = Math.max(...[...markers.keys()].map((marker) => marker.length));

/** Offsets of all lines that git takes for the start of a signature. What follows the marker is of no matter to it. */
export function signatureStarts(content: Uint8Array): readonly number[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const starts: number[] = [];
  for (let at = bytes.indexOf('-----BEGIN '); at >= 0; at = bytes.indexOf('-----BEGIN ', at + 1)) {
    const atLineStart = at === 0 || bytes[at - 1] === 0x0a;
    const line = bytes.toString('latin1', at, at + longestMarker);
    if (atLineStart && [...markers.keys()].some((marker) => line.startsWith(marker))) starts.push(at);
  }
  return starts;
}

/**
 * What kind of signature a text is, if it is one whole armored block and nothing else (trust model, section 2.2);
 * undefined if anything but one line feed stands before BEGIN or after END.
 */
export function armorFormat(signature: Uint8Array): SignatureFormat | undefined {
  if (signature.length > maximumSignatureBytes) return undefined;
  const text = Buffer.from(signature).toString('latin1');
  const [begin = ''] = text.split('\n', 1);
  const [, label] = /^-----BEGIN ([A-Z0-9 ]+)-----$/.exec(begin) ?? [];
  if (label === undefined || label === 'PGP MESSAGE') return undefined;
  // The first line after BEGIN that starts with dashes must be END, and the last one.
  const rest = text.slice(text.indexOf('\n-----', begin.length));
  const end = `\n-----END ${label}-----`;
  return rest === end || rest === `${end}\n` ? (markers.get(begin) ?? 'unknown') : undefined;
}
