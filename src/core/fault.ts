/**
 * What kind of trouble a {@link Fault} is; decides the exit code and nothing else.
 *
 * - `usage`: a wrong argument or setting
 * - `credentials`: a signing key, passphrase or token is needed
 * - `incomplete`: data that a judgement needs is missing or damaged; the judgement is undetermined
 * - `world`: a program, disk or network failed
 */
export type FaultKind = 'usage' | 'credentials' | 'incomplete' | 'world';

/** Every fault code with its kind. The codes are stable: scripts and documentation refer to them. */
export const faultKinds = {
  'usage.argument': 'usage',
  'usage.missing-answers': 'usage',
  'config.invalid': 'usage',
  'repository.not-found': 'usage',
  'repository.unsupported': 'usage',
  'revision.not-found': 'usage',
  'anchor.not-found': 'usage',
  'state.not-found': 'usage',
  'pull-request.not-found': 'usage',
  'keyring.unreadable': 'usage',
  'file.not-found': 'usage',
  'signer.not-found': 'credentials',
  'signer.locked': 'credentials',
  'signer.failed': 'credentials',
  'token.missing': 'credentials',
  'token.refused': 'credentials',
  'object.missing': 'incomplete',
  'object.corrupt': 'incomplete',
  'object.malformed': 'incomplete',
  'limit.object-size': 'incomplete',
  'limit.changes': 'incomplete',
  'limit.archive': 'world',
  'archive.unreadable': 'world',
  'git.failed': 'world',
  'process.failed': 'world',
  'network.failed': 'world',
  'file.failed': 'world',
  'reference.moved': 'world',
  'publish.in-use': 'world',
  'publish.refused': 'world',
  'push.refused': 'world',
  'endorsement.refused': 'world',
  'resign.refused': 'world',
  'merge.refused': 'world',
  'merge.unconfirmed': 'world',
  'forge.refused': 'world',
  'forge.rate-limit': 'world',
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultKinds;

/**
 * The world failing: no such repository, gpg missing, network down. Whatever an attacker or a user's data
 * can cause is a value (verdict, finding, claim), never a Fault. The only thing that src/ throws on purpose.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  /** What to do about it, if possible a command, as a sentence for people. */
  readonly mend: string;

  constructor(code: FaultCode, message: string, mend: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.mend = mend;
  }

  get kind(): FaultKind {
    return faultKinds[this.code];
  }
}
