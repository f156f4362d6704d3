/** Where certificates are looked up: the user's gpg, a Web Key Directory, a key server, the keys of an account. */
export type DirectoryName = 'gpg' | 'wkd' | 'server' | 'github';

/**
 * Somewhere certificates can be looked up. What comes back is a stranger's word: nothing follows from it but bytes,
 * which are judged like those of any file.
 */
export interface CertificateDirectory {
  readonly name: DirectoryName;
  /**
   * What stands there under a whole fingerprint, an e-mail address or the name of an account, each piece with any
   * number of certificates; nothing where it is not known. A network that fails is a Fault.
   */
  find(query: string): Promise<readonly Uint8Array[]>;
}
