import { Option } from '@commander-js/extra-typings';
import { forgeKinds } from '../../core/ports.ts';
import { sourceForgeKinds } from '../../core/publish/source-forge.ts';
import { common, type Dispatch, examples, keyFlags, several, verb } from '../flags.ts';

/** `publish`: every question that it asks at a terminal has a flag here. */
export function publishVerb(dispatch: Dispatch) {
  return outputIntoFolder(
    verb('publish', 'Sign a release of your packages and submit it to a package repository.'),
  )
    .argument('[packages...]', 'packages to publish (default: all that the source has)')
    .option('--exclude <package>', 'a package to leave out (repeat it)', several)
    .option('--tag <tag>', 'the release tag: one that stands, or one to make at HEAD')
    .option('--package-version <version>', 'the version, where the tag does not name it')
    .option('--to <repository>', 'the package repository: OWNER/NAME at GitHub, a path or a URL')
    .addOption(
      new Option('--forge <kind>', 'how it takes submissions (default: told by --to)').choices(forgeKinds),
    )
    .option('--fork <owner/name>', 'the fork to push to (default: yours, made if there is none)')
    .option('--draft', 'open the pull request as a draft')
    .addOption(
      new Option('--push-by <way>', 'at GitHub: git, or the REST interface alone (default: git)').choices([
        'git',
        'api',
      ] as const),
    )
    .option('--token-file <file>', 'a file with a GitHub token (default: GH_TOKEN, gh auth token)')
    .option('--base <branch>', 'the branch to submit to (default: its default branch)')
    .option('--branch <name>', 'the branch to push')
    .option('--remote <name>', "the source's remote for the release tag (default: as git push)")
    .option('--archive <file or url>', 'the source archive, instead of making one')
    .addOption(
      new Option(
        '--asset',
        'upload the archive as an asset of a release at the forge of the source',
      ).conflicts(['tarball', 'archiveUrl']),
    )
    .addOption(
      new Option('--tarball', 'take the tarball that the forge of the source makes of the tag').conflicts([
        'archive',
        'archiveUrl',
      ]),
    )
    .addOption(
      new Option(
        '--source-forge <kind>',
        'which forge the source is at, where its address does not tell',
      ).choices(sourceForgeKinds),
    )
    .option('--archive-url <url>', 'where users will download the archive')
    .option(
      '--archive-file <file>',
      'where to write an archive that is made (default: NAME-VERSION.tar.gz in the source)',
    )
    .option('--repository-id <id>', 'what the statement names, where the repository has no keyring file')
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
    .option('--expires-in <days>', 'how long the submission may be merged', '90')
    .option('--allow-dirty', 'although the work tree has changes')
    .option('--accept-tag', 'although the tag is not signed by you')
    .option('--force-lint', 'although opam lint finds errors')
    .option('--force-with-lease', 'although branch or tag stand there already, which are overwritten then')
    .option('-n, --dry-run', 'show the plan; sign nothing, write nothing, push nothing', false)
    .addOption(
      new Option('--continue [run]', 'finish the run that failed or was interrupted').conflicts([
        'abort',
        'dryRun',
      ]),
    )
    .addOption(
      new Option('--abort [run]', 'take back what an unfinished run has made, and nothing else').conflicts(
        'dryRun',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'opam-signet publish --to ocaml/opam-repository',
        'opam-signet publish --to ../opam-repository',
        'opam-signet publish --asset --to https://example.org/opam.git',
        'opam-signet publish --to https://example.org/opam.git --tag v1.0 --archive-url https://example.org/foo-1.0.tar.gz --yes',
        'opam-signet publish foo foo-lwt --archive https://example.org/foo-1.0.tar.gz --to ../opam-repository --dry-run',
        'opam-signet publish --continue',
      ),
    )
    .action((packages, options) =>
      dispatch('publish', common({ ...options, output: undefined }), async (context) => {
        if (options.continue !== undefined || options.abort !== undefined) {
          const { abortCommand, continueCommand } = await import('../commands/publish-resume.ts');
          const run = options.continue ?? options.abort;
          const resume = options.continue === undefined ? abortCommand : continueCommand;
          const { tokenFile } = options;
          return resume(context, { run: typeof run === 'string' ? run : undefined, tokenFile });
        }
        const { publishCommand } = await import('../commands/publish.ts');
        const given = {
          '--allow-dirty': options.allowDirty,
          '--accept-tag': options.acceptTag,
          '--force-lint': options.forceLint,
          '--force-with-lease': options.forceWithLease,
        };
        return publishCommand(context, { ...options, packages, given });
      }),
    );
}

/** Of this verb `--output` names a folder for what would be sent; the result goes to stdout in any case. */
function outputIntoFolder<Verb extends { readonly options: readonly Option[] }>(command: Verb): Verb {
  for (const option of command.options.filter((one) => one.long === '--output')) {
    option.flags = '-o, --output <dir>';
    option.description =
      'write commit, tags, patch, bundle and archive into this folder; send nothing anywhere';
  }
  return command;
}
