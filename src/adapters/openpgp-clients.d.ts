declare module '@openpgp/wkd-client' {
  /** Looks keys up in Web Key Directories. The library has no types of its own. */
  export default class WKD {
    /** What it asks the web with: the global fetch, taken when it is made. */
    _fetch: (url: string) => Promise<Response>;
    lookup(options: { readonly email: string }): Promise<Uint8Array>;
  }
}

declare module '@openpgp/hkp-client' {
  /** Looks keys up on a key server. The library has no types of its own. */
  export default class HKP {
    constructor(keyServerBaseUrl?: string);
    _fetch: (url: string) => Promise<Response>;
    lookup(options: { readonly keyId: string } | { readonly query: string }): Promise<string | undefined>;
  }
}
