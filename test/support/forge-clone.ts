import type { CommonOptions, Context } from '../../src/cli/context.ts';
import type { PullRequestOptions } from '../../src/cli/pull-request.ts';
import { commandContext } from './command-context.ts';
import type { ReviewedForge } from './reviewed-forge.ts';
import { TestRepository } from './repository.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

/** A maintainer's machine with a clone of the package repository at the forge, or without one. */
export class ForgeClone {
  readonly forge: ReviewedForge;
  readonly folder: string;
  readonly home: string;
  printed = '';
  told = '';

  private constructor(forge: ReviewedForge, folder: string, home: string) {
    this.forge = forge;
    this.folder = folder;
    this.home = home;
  }

  static async of(forge: ReviewedForge): Promise<ForgeClone> {
    const repository = await TestRepository.create({ bare: true });
    await repository.git('remote', 'add', 'origin', addressOf(forge));
    await repository.git('fetch', '--quiet', 'origin');
    return new ForgeClone(forge, repository.folder, await temporaryFolder());
  }

  /** A folder that is no repository. */
  static async without(forge: ReviewedForge): Promise<ForgeClone> {
    return new ForgeClone(forge, await temporaryFolder(), await temporaryFolder());
  }

  context(options: Partial<CommonOptions> = {}): Context {
    const { forge, folder, home } = this;
    this.printed = '';
    this.told = '';
    return commandContext(
      {
        directory: folder,
        environment: {
          ...scrubbedEnvironment(home),
          OPAM_SIGNET_GITHUB_API: forge.server.api,
          GH_TOKEN: forge.tokens.mia,
          GIT_CONFIG_COUNT: '2',
          GIT_CONFIG_KEY_0: 'user.name',
          GIT_CONFIG_VALUE_0: 'Mia',
          GIT_CONFIG_KEY_1: 'user.email',
          GIT_CONFIG_VALUE_1: 'mia@example.org',
        },
        now: forge.scenario.now + 3600,
        symbols: true,
        print: (result) => {
          this.printed += result;
        },
        tell: (text) => {
          this.told += text;
        },
      },
      options,
    );
  }

  /** The flags that every verb about a pull request takes, resting on Ada and Ben. */
  options(pr: string, more: Partial<PullRequestOptions> = {}): PullRequestOptions {
    const { ada, ben } = this.forge.scenario.people;
    return {
      pr,
      base: 'HEAD',
      offline: true,
      localSources: false,
      cache: true,
      store: 'auto',
      quorum: '2',
      fingerprint: [ada.fingerprint, ben.fingerprint],
      ...more,
    };
  }
}

const addressOf = ({ server }: ReviewedForge): string => `${server.url}/ocaml/opam-repository.git`;
