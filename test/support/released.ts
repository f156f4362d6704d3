import { basename, dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { archiveSource } from '../../src/adapters/archive-source.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { releaseSources } from '../../src/adapters/release-sources.ts';
import { readTag } from '../../src/core/chain/tags.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { loadKeyring } from '../../src/core/trust/load-keyring.ts';
import { publish } from '../../src/workflows/publish.ts';
import { type PrReport, verifyPr, type VerifyPrRequest } from '../../src/workflows/verify-pr.ts';
import { type GitHttpServer, serveGit } from './git-http-server.ts';
import { silent } from './judging.ts';
import { now, PublishWorld } from './publish-world.ts';

/** The `dev-repo` of the packages of {@link PublishWorld}. */
const sourceAddress = 'https://example.org/foo.git';
const archivePath = '/releases/foo-1.0.tar.gz';

/** A release that Alice published for real; its source repository and its archive are served over HTTP. */
export class Released {
  readonly world: PublishWorld;
  readonly server: GitHttpServer;
  /** The head of the pull request. */
  readonly head: Oid;
  /** The archive as Alice made it. */
  readonly archive: Uint8Array;
  #submissionTag: Oid;

  private constructor(parts: Pick<Released, 'world' | 'server' | 'head' | 'archive'>, submissionTag: Oid) {
    this.world = parts.world;
    this.server = parts.server;
    this.head = parts.head;
    this.archive = parts.archive;
    this.#submissionTag = submissionTag;
  }

  static async create(): Promise<Released> {
    const world = await PublishWorld.create({
      contributors: (alice) => ({
        alice: { keys: [alice], roles: ['admin', 'contributor'], packages: ['foo'] },
      }),
    });
    const { folder } = world.origin;
    const server = await serveGit(dirname(folder));
    const archiveFile = join(world.home, 'foo-1.0.tar.gz');
    const prepared = await world.prepared({ archiveUrl: `${server.url}${archivePath}`, archiveFile });
    const { head, submissionTag } = await publish(prepared, world.journal(), await world.ports());
    const archive = await readFile(archiveFile);
    server.files.set(archivePath, archive);
    return new Released({ world, server, head, archive }, submissionTag);
  }

  /** What is served as the archive from now on. */
  serveArchive(bytes: Uint8Array): void {
    this.server.files.set(archivePath, bytes);
  }

  /** Has Alice sign a submission tag with another text in place of hers. */
  async restate(change: (text: string) => string): Promise<void> {
    const { target, alice } = this.world;
    const raw = await target.git('cat-file', 'tag', this.#submissionTag);
    const [text = ''] = raw.slice(raw.indexOf('\n\n') + 2).split('-----BEGIN');
    this.#submissionTag = await target.tag({
      name: 'signet/foo.1.0',
      object: this.head,
      date: now,
      message: change(text),
      sign: (payload) => alice.sign(payload, now),
    });
  }

  /** verify-pr of the submission, by the keyring file of the base, with nothing remembered, unless told otherwise. */
  async verifyPr(
    unusual: Partial<Pick<VerifyPrRequest, 'now' | 'releases' | 'trust' | 'base' | 'head' | 'sources'>> = {},
  ): Promise<PrReport> {
    const { target, base, environment } = this.world;
    const open = (folder: string) => openStore(folder, { kind: 'git', environment });
    const store = await open(target.folder);
    try {
      const keyring = await loadKeyring(store, base);
      if (!keyring.ok) throw new Error('the base has no keyring');
      const tag = await readTag(store, { name: 'refs/tags/signet/foo.1.0', oid: this.#submissionTag });
      const archives = archiveSource(this.world.home, silent);
      return await verifyPr({
        store,
        base,
        head: this.head,
        tag,
        trust: { kind: 'fixed', keyring: keyring.state, from: undefined },
        now,
        progress: silent,
        sources: releaseSources({ environment: this.#rerouted(), archives, openStore: open, local: true }),
        ...unusual,
      });
    } finally {
      await store.close();
    }
  }

  /** The source's address is that of its opam file; git is told where it is here. */
  #rerouted(): Record<string, string> {
    return {
      ...this.world.environment,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${this.server.url}/${basename(this.world.origin.folder)}.insteadOf`,
      GIT_CONFIG_VALUE_0: sourceAddress,
    };
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.world.close();
  }
}
