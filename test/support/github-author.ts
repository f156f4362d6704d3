import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgeRepository } from './forge-server/forge-state.ts';
import { ForgeServer } from './forge-server/forge-server.ts';
import { GpgHome } from './gpg-home.ts';
import { opamSource } from './publish-world.ts';
import { TestRepository } from './repository.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';
import { runSignet, type SignetAnswer } from './signet.ts';

/** The author's project: two packages in one repository. */
const project: Readonly<Record<string, string>> = {
  'foo.opam': opamSource('foo'),
  'foo-lwt.opam': opamSource('foo-lwt').replace('for tests"', 'for tests, with Lwt"'),
  'dune-project': '(lang dune 3.0)\n(name foo)\n',
  'CHANGES.md': '# Changes\n\n## 1.0 (2026-05-01)\n\n- First release\n',
  'src/foo.ml': 'let answer = 42\n',
};

/**
 * An author as GitHub has many: a project at alice/foo, an account with a token for public repositories, a key in a
 * real gpg, git as it came. The clock is the real one, as for anybody who runs the program.
 */
export class GitHubAuthor {
  readonly server: ForgeServer;
  readonly upstream: ForgeRepository;
  readonly source: TestRepository;
  readonly token: string;
  readonly gpg: GpgHome;
  readonly fingerprint: string;
  readonly home: string;

  private constructor(
    parts: Pick<GitHubAuthor, 'server' | 'upstream' | 'source' | 'token' | 'gpg' | 'fingerprint' | 'home'>,
  ) {
    this.server = parts.server;
    this.upstream = parts.upstream;
    this.source = parts.source;
    this.token = parts.token;
    this.gpg = parts.gpg;
    this.fingerprint = parts.fingerprint;
    this.home = parts.home;
  }

  /**
   * `helper`: whether git knows how to push to GitHub, as after gh auth setup-git; if not, nothing has a password but
   * the token.
   */
  static async create({ helper = true }: { readonly helper?: boolean } = {}): Promise<GitHubAuthor> {
    const server = await ForgeServer.start();
    const token = server.addUser('alice');
    server.addUser('mia', ['repo']);
    server.addUser('ocaml');
    const packages = await TestRepository.create({ bare: true });
    const now = Math.floor(Date.now() / 1000);
    const files = {
      repo: 'opam-version: "2.0"\n',
      'packages/foo/foo.0.9/opam': opamSource('foo').replace(/^name: .*\n/m, ''),
      'packages/ocaml/ocaml.5.2.0/opam': base('ocaml'),
      'packages/dune/dune.3.16.0/opam': base('dune'),
    };
    const start = await packages.commitFiles({ files, date: now - 3600, message: 'Start\n' });
    await packages.ref('refs/heads/main', start);
    const upstream = await server.addRepository('ocaml', 'opam-repository', packages);
    upstream.collaborators.set('mia', 'write');
    await server.addRepository('alice', 'foo');
    const gpg = new GpgHome();
    const fingerprint = gpg.generate('Alice Example <alice@example.org>', now - 3600);
    const home = await temporaryFolder();
    const source = await TestRepository.create();
    const head = await source.commitFiles({ files: project, date: now - 60, message: 'Release 1.0\n' });
    await source.ref('refs/heads/main', head);
    await source.git('reset', '--quiet', '--hard');
    const origin = `${server.url}/alice/foo.git`;
    await source.git('remote', 'add', 'origin', origin);
    const made = new GitHubAuthor({ server, upstream, source, token, gpg, fingerprint, home });
    await made.configureGit(helper);
    return made;
  }

  /** What `git config --global` of an author has. */
  private async configureGit(helper: boolean): Promise<void> {
    const program = '!f() { test "$1" = get && echo username=alice && echo "password=$GH_TOKEN"; }; f';
    const lines = [
      ...(helper ? [`[credential "${this.server.url}"]`, `\thelper = ${JSON.stringify(program)}`] : []),
      ...['[user]', '\tname = Alice Example', '\temail = alice@example.org'],
      `\tsigningKey = ${this.fingerprint}`,
    ];
    await writeFile(join(this.home, '.gitconfig'), `${lines.join('\n')}\n`);
  }

  /** What every run sees; the token is where people have it. */
  get environment(): Record<string, string> {
    return {
      ...scrubbedEnvironment(this.home),
      GIT_CONFIG_GLOBAL: join(this.home, '.gitconfig'),
      GNUPGHOME: this.gpg.folder,
      GH_TOKEN: this.token,
      OPAM_SIGNET_GITHUB_API: this.server.api,
      TERM: 'xterm-256color',
    };
  }

  /** The flags that answer every question of a release. */
  get answers(): readonly string[] {
    return ['--to', 'ocaml/opam-repository', '--tag', 'v1.0', '--archive-url', this.archiveUrl];
  }

  readonly archiveUrl = 'https://example.org/foo-1.0.tar.gz';

  run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<SignetAnswer> {
    return runSignet(args, { cwd: this.source.folder, env: { ...this.environment, ...more } });
  }

  async close(): Promise<void> {
    this.gpg.close();
    await this.server.close();
  }
}

/** A package that installs nothing and needs nothing. */
const base = (name: string): string =>
  `opam-version: "2.0"\nsynopsis: "${name}"\nmaintainer: "${name}@example.org"\nauthors: "${name}"\nlicense: "ISC"\nhomepage: "https://example.org"\nbug-reports: "https://example.org"\nflags: conf\n`;
