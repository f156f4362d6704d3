import fs from 'node:fs';
import git, { type HttpClient } from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { Fault, type FaultCode } from '../core/fault.ts';
import { parseOid, type Oid } from '../core/git/oid.ts';
import type { Reference } from '../core/ports.ts';
import type { GitHubToken } from './github-token.ts';

/** A reference, and the name that it stands for where it is HEAD. */
interface RemoteReference extends Reference {
  readonly target: string | undefined;
}

/** The most that one fetch may bring: several times all of opam-repository as it stands. */
const maximumBytes = 256 * 1024 * 1024;

/** The name by which workspaces know what they were fetched from. */
const remote = 'upstream';

/** A git repository at a web address, without git. The token stands in a header alone, and only where it is asked for. */
export class EmbeddedRemote {
  readonly address: string;
  readonly #token: GitHubToken | undefined;

  /** A `repository.unsupported` Fault for any other address than one of the web. */
  constructor(address: string, token?: GitHubToken) {
    if (!/^https:\/\/|^http:\/\/127\.0\.0\.1[:/]/.test(address)) {
      throw new Fault(
        'repository.unsupported',
        `${address} can't be reached without git: it is no https address.`,
        'Install git; opam-signet then uses it by itself.',
      );
    }
    this.address = address;
    this.#token = token;
  }

  async references(prefix: string): Promise<readonly RemoteReference[]> {
    const asked = { http, url: this.address, prefix, symrefs: true, ...this.#login() };
    const found = await this.#doing('network.failed', 'cannot be read', () => git.listServerRefs(asked));
    return found.flatMap(({ ref: name, oid: id, target }) => {
      const oid = parseOid(id, 'sha1');
      return oid === undefined ? [] : [{ name, oid, target }];
    });
  }

  /** Brings one commit of a branch with all of its files; returns the bytes that came. */
  async fetch(gitdir: string, branch: string, oid: Oid): Promise<number> {
    const counted = new CountingHttp();
    await git.addRemote({ fs, gitdir, remote, url: this.address, force: true });
    const asked = { fs, http: counted, gitdir, url: this.address, remote, remoteRef: oid };
    const depth = { depth: 1, singleBranch: true, tags: false, ...this.#login() };
    await this.#doing('network.failed', 'cannot be read', () => git.fetch({ ...asked, ...depth }));
    const name = `refs/remotes/${remote}/${branch}`;
    await git.writeRef({ fs, gitdir, ref: name, value: oid, force: true });
    // What this branch has, pushing takes for known (isomorphic-git, push).
    await git.writeRef({
      fs,
      gitdir,
      ref: `refs/remotes/${remote}/HEAD`,
      value: name,
      symbolic: true,
      force: true,
    });
    return counted.bytes;
  }

  /** Pushes a reference that does not stand there; anything else is refused there or here. */
  async push(gitdir: string, { name, oid }: Reference): Promise<void> {
    await git.writeRef({ fs, gitdir, ref: name, value: oid, force: true });
    await this.#push({ gitdir, ref: name, remoteRef: name, force: false });
  }

  async remove(gitdir: string, name: string): Promise<void> {
    await this.#push({ gitdir, ref: name, remoteRef: name, delete: true });
  }

  async #push(what: {
    readonly gitdir: string;
    readonly ref: string;
    readonly remoteRef: string;
    readonly force?: boolean;
    readonly delete?: boolean;
  }): Promise<void> {
    const asked = { fs, http, url: this.address, remote, ...this.#login(), ...what };
    await this.#doing('push.refused', `did not take ${what.remoteRef}`, () => git.push(asked));
  }

  #login() {
    const token = this.#token;
    const onAuth = () =>
      token === undefined ? { cancel: true } : { username: 'x-access-token', password: token.secret };
    return { onAuth, onAuthFailure: () => ({ cancel: true }) };
  }

  async #doing<T>(code: FaultCode, what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Fault) throw error;
      const secret = this.#token?.secret;
      const said = error instanceof Error ? error.message : String(error);
      const why = secret === undefined ? said : said.replaceAll(secret, '…');
      throw new Fault(code, `${this.address} ${what}: ${why}`, 'Look at it in a browser, and try again.');
    }
  }
}

/** Counts what comes, and ends it where it is too much. */
class CountingHttp implements HttpClient {
  bytes = 0;

  readonly request: HttpClient['request'] = async (request) => {
    const answer = await http.request(request);
    return answer.body === undefined ? answer : { ...answer, body: this.#count(answer.body) };
  };

  async *#count(body: AsyncIterableIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
    for await (const chunk of body) {
      this.bytes += chunk.length;
      if (this.bytes > maximumBytes) {
        throw new Fault(
          'network.failed',
          `The package repository sends more than ${maximumBytes} bytes.`,
          'Install git, which fetches less.',
        );
      }
      yield chunk;
    }
  }
}
