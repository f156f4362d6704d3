import type { Seconds } from '../../src/core/ports.ts';
import { parseFingerprint, type Fingerprint } from '../../src/core/openpgp/certificate.ts';
import { makeMaterial, type KeyMaterial } from './key-material.ts';
import {
  addToLast,
  certification,
  directOfVersion6,
  revocation,
  subkeyComponent,
  userIdComponent,
  userIdOf,
  type Component,
  type KeyOptions,
  type RevocationReason,
  type SubkeyOptions,
} from './certificate-parts.ts';
import {
  armor,
  bytes,
  creationTime,
  hashedKey,
  hashedUserId,
  issuerFingerprint,
  packet,
  packetType,
  signatureBody,
  signatureExpiry,
  signatureType,
  type HashName,
} from './openpgp-packets.ts';

export interface SignOptions {
  readonly hash?: HashName;
  readonly type?: number;
  /** The moment at which the signature expires. */
  readonly expires?: Seconds;
  /** Subpackets in the place of those that would be written. */
  readonly hashed?: readonly Uint8Array[];
  readonly unhashed?: readonly Uint8Array[];
  readonly leftBytes?: Uint8Array;
  readonly alter?: (signature: Uint8Array) => Uint8Array;
  /** The key that signs in the place of the signing key. */
  readonly by?: KeyMaterial;
}

interface Parts {
  readonly primary: KeyMaterial;
  readonly signing: KeyMaterial;
  readonly options: KeyOptions;
  readonly direct: readonly Uint8Array[];
  readonly userIds: readonly Component[];
  readonly subkeys: readonly Component[];
}

/** Someone's throw-away key. Signs whatever it is told to, at any date, expired and revoked or not. */
export class TestKey {
  readonly #parts: Parts;
  readonly fingerprint: Fingerprint;
  readonly signingFingerprint: Fingerprint;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.fingerprint = fingerprintOf(parts.primary);
    this.signingFingerprint = fingerprintOf(parts.signing);
  }

  get primary(): KeyMaterial {
    return this.#parts.primary;
  }

  get signing(): KeyMaterial {
    return this.#parts.signing;
  }

  /** The packets of the certificate, the primary key first. */
  get packets(): readonly Uint8Array[] {
    return this.#packets(
      (component) => component.packet,
      packet(packetType.publicKey, this.primary.publicBody),
    );
  }

  get certificate(): Uint8Array {
    return bytes(...this.packets);
  }

  get armoredCertificate(): string {
    return armor('PUBLIC KEY BLOCK', this.certificate);
  }

  get armoredSecretKey(): string {
    const primary = packet(5, this.primary.secretBody);
    return armor(
      'PRIVATE KEY BLOCK',
      bytes(...this.#packets((component) => component.secretPacket, primary)),
    );
  }

  /** A detached armored signature over the payload, said to be made at `at`. */
  sign(payload: Uint8Array, at: Seconds, options: SignOptions = {}): Promise<string> {
    return Promise.resolve(armor('SIGNATURE', this.signaturePacket(payload, at, options)));
  }

  signaturePacket(payload: Uint8Array, at: Seconds, options: SignOptions = {}): Uint8Array {
    const key = options.by ?? this.signing;
    const usual = [creationTime(at), issuerFingerprint(key)];
    if (options.expires !== undefined) usual.push(signatureExpiry(options.expires - at));
    const body = signatureBody(
      key,
      {
        ...options,
        type: options.type ?? signatureType.binary,
        hashed: options.hashed ?? usual,
      },
      payload,
    );
    return packet(packetType.signature, body);
  }

  /** The whole certificate revoked: softly (superseded, retired) or hard (everything else). */
  revoked(at: Seconds, reason: RevocationReason): TestKey {
    const signature = this.#selfSignature(
      signatureType.keyRevocation,
      revocation(at, reason),
      hashedKey(this.primary),
    );
    return this.#with({ direct: [...this.#parts.direct, signature] });
  }

  /** The newest subkey revoked. */
  subkeyRevoked(at: Seconds, reason: RevocationReason): TestKey {
    const subject = bytes(hashedKey(this.primary), hashedKey(this.signing));
    const signature = this.#selfSignature(signatureType.subkeyRevocation, revocation(at, reason), subject);
    return this.#with({ subkeys: addToLast(this.#parts.subkeys, signature) });
  }

  /** The first user id revoked. */
  userIdRevoked(at: Seconds, reason: RevocationReason = 'absent'): TestKey {
    const signature = this.#selfSignature(
      signatureType.certificationRevocation,
      revocation(at, reason),
      bytes(hashedKey(this.primary), hashedUserId(userIdOf(this.#parts.options))),
    );
    return this.#with({ userIds: addToLast(this.#parts.userIds, signature) });
  }

  /** A further self-signature with another expiry (undefined: none); older ones stay unless `replacing`. */
  extended(at: Seconds, expires: Seconds | undefined, replacing = false): TestKey {
    const signature = certification(this.primary, this.#parts.options, at, expires);
    const [userId, ...others] = this.#parts.userIds;
    if (userId === undefined) return this;
    const signatures = replacing ? [signature] : [signature, ...userId.signatures];
    return this.#with({ userIds: [{ ...userId, signatures }, ...others] });
  }

  /** A further user id. */
  withUserId(at: Seconds, name: string, email: string): TestKey {
    const added = userIdComponent(this.primary, { ...this.#parts.options, name, email }, at);
    return this.#with({ userIds: [...this.#parts.userIds, added] });
  }

  /** A further subkey, which signs from now on. */
  async withSubkey(options: SubkeyOptions): Promise<TestKey> {
    const material =
      options.material ??
      (await makeMaterial(
        options.algorithm ?? (this.primary.version === 6 ? 'ed25519' : 'ed25519-legacy'),
        options.created,
        {
          version: this.primary.version,
        },
      ));
    const component = subkeyComponent(this.primary, material, options);
    return this.#with({ signing: material, subkeys: [...this.#parts.subkeys, component] });
  }

  /** A signature by the primary key over itself, a user id or whatever is given, added after the primary key. */
  withDirectSignature(
    type: number,
    hashed: readonly Uint8Array[],
    covered = hashedKey(this.primary),
  ): TestKey {
    return this.#with({ direct: [...this.#parts.direct, this.#selfSignature(type, hashed, covered)] });
  }

  /** Without any user id: a certificate held together by direct-key signatures alone. */
  withoutUserIds(): TestKey {
    return this.#with({ userIds: [] });
  }

  #with(changes: Partial<Parts>): TestKey {
    return new TestKey({ ...this.#parts, ...changes });
  }

  #packets(of: (component: Component) => Uint8Array, primary: Uint8Array): Uint8Array[] {
    const { direct, userIds, subkeys } = this.#parts;
    const components = [...userIds, ...subkeys];
    return [
      primary,
      ...direct,
      ...components.flatMap((component) => [of(component), ...component.signatures]),
    ];
  }

  #selfSignature(type: number, hashed: readonly Uint8Array[], covered: Uint8Array): Uint8Array {
    const { primary } = this;
    const fields = { type, hashed: [...hashed, issuerFingerprint(primary)] };
    return packet(packetType.signature, signatureBody(primary, fields, covered));
  }
}

/** Makes a certificate with one user id, Ed25519 in the encoding that gpg 2.2 reads unless told otherwise. */
export async function makeKey(options: KeyOptions): Promise<TestKey> {
  const { version = 4, created, seed } = options;
  const algorithm = options.algorithm ?? (version === 6 ? 'ed25519' : 'ed25519-legacy');
  const source = seed === undefined ? { version } : { version, seed };
  const primary = options.material ?? (await makeMaterial(algorithm, created, source));
  const userIds = [userIdComponent(primary, options, created)];
  const key = new TestKey({
    primary,
    signing: primary,
    options,
    direct: directOfVersion6(primary, options),
    userIds,
    subkeys: [],
  });
  return options.signingSubkey === true ? key.withSubkey({ created, algorithm }) : key;
}

function fingerprintOf(material: KeyMaterial): Fingerprint {
  const fingerprint = parseFingerprint(material.fingerprint);
  if (fingerprint === undefined) throw new Error('a test key without a fingerprint');
  return fingerprint;
}
