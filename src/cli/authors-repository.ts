import { resolve } from 'node:path';
import { EmbeddedGit } from '../adapters/embedded-source.ts';
import { type GitSigning, readIdentity, readSigning } from '../adapters/git-config.ts';
import { pushingEnvironment } from '../adapters/github-transport.ts';
import { which } from '../adapters/process.ts';
import { openSource } from '../adapters/source-repository.ts';
import { UserGit } from '../adapters/user-git.ts';
import type { ObjectStore, SourceRepository } from '../core/ports.ts';
import type { Author } from '../core/publish/plan.ts';
import { localZone } from './clock.ts';
import type { Context } from './context.ts';
import { openGitHub } from './github.ts';
import { environmentOfPrograms } from './signing-key.ts';

interface SourceWay {
  readonly remote: string | undefined;
  readonly tokenFile: string | undefined;
}

interface AuthorsRepository {
  readonly author: Author | undefined;
  readonly source: SourceRepository;
}

/** Through the author's git; where that is not installed, as far as files tell and the web reaches. */
export async function openAuthorsRepository(
  context: Context,
  store: ObjectStore,
  { remote, tokenFile }: SourceWay,
): Promise<AuthorsRepository> {
  try {
    const { git, embedded } = await gitOf(context);
    if (embedded !== undefined) {
      const token = async (address: string) => {
        const github = await openGitHub(context, { tokenFile });
        return address.startsWith(`${github.site}/`) ? github.token : undefined;
      };
      return {
        author: await embedded.identity(localZone()),
        source: await embedded.source(store, remote, token),
      };
    }
    const reaching = (address: string) => gitReaching(context, git, address, tokenFile);
    return { author: await readIdentity(git), source: await openSource(git, store, remote, reaching) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The root of the author's repository. */
export async function sourceFolder(context: Context): Promise<string> {
  const { git, embedded } = await gitOf(context);
  return embedded?.folder ?? (await git.lookUp(['rev-parse', '--show-toplevel'])) ?? git.folder;
}

/** How the author signs, and the name that a key is looked for by. */
export async function readAuthorsSigning(
  context: Context,
): Promise<{ readonly signing: GitSigning; readonly author: Author | undefined }> {
  const { git, embedded } = await gitOf(context);
  return embedded === undefined
    ? { signing: await readSigning(git), author: await readIdentity(git) }
    : { signing: await embedded.signing(), author: await embedded.identity(localZone()) };
}

/** The user's git in the folder of this run; `embedded` where it is not installed. */
async function gitOf(
  context: Context,
): Promise<{ readonly git: UserGit; readonly embedded: EmbeddedGit | undefined }> {
  const folder = resolve(context.options.directory);
  const environment = environmentOfPrograms(context);
  const installed = (await which('git', environment)) !== undefined;
  return {
    git: new UserGit(folder, environment),
    embedded: installed ? undefined : await EmbeddedGit.open(folder, environment),
  };
}

/** The user's git; at the GitHub where the user is logged in with the token, if git knows no password of its own. */
async function gitReaching(
  context: Context,
  git: UserGit,
  address: string,
  tokenFile: string | undefined,
): Promise<UserGit> {
  if (!/^https?:/.test(address)) return git;
  const { site, token } = await openGitHub(context, { tokenFile });
  if (!address.startsWith(`${site}/`)) return git;
  return new UserGit(git.folder, await pushingEnvironment(environmentOfPrograms(context), site, token));
}
