import { Option } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, keyFlags, several, verb } from '../flags.ts';
import { folderVerb, keyServerOption, proposalVerb, pullFlags } from './keyring-flags.ts';

/** Verbs by which certificates come into the keyring, or go out of it. */
export const exchangeVerbs = [requestVerb, mergeVerb, importVerb, refreshVerb, exportVerb];

function requestVerb(dispatch: Dispatch) {
  return verb('request', 'Ask the admins to be added: a branch whose commit proves that you hold your key.')
    .argument('[id]', 'who you want to be in the keyring: lower-case letters, digits and dashes')
    .option('--name <name>', 'your name (default: the one in your certificate)')
    .option('--github <account>', 'your account; verify-pr looks whether it lists your key')
    .option(
      '--package <pattern>',
      'a standing package that you ask for, * stands for anything (repeat it)',
      several,
    )
    .option('--base <ref>', 'the commit whose keyring is in force', 'HEAD')
    .option('--branch <name>', 'the branch to make (default: keyring-request-ID)')
    .option('--push <remote>', 'push the branch to this remote')
    .option(...pullFlags.pr)
    .option(...pullFlags.to)
    .option(...pullFlags.fork)
    .option(...pullFlags.draft)
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
    .option('-n, --dry-run', 'show it, and sign nothing', false)
    .addHelpText('after', examples('opam-signet keyring request alice --github alice --pr'))
    .action((id, options) =>
      dispatch('keyring request', common(options), async (context) => {
        const { keyringRequestCommand } = await import('../commands/keyring-request.ts');
        return keyringRequestCommand(context, { ...options, id });
      }),
    );
}

function mergeVerb(dispatch: Dispatch) {
  return proposalVerb('merge', 'Bring the change of another admin together with yours, as one version.')
    .argument('[ref]', 'the branch that has the other change')
    .addHelpText('after', examples('opam-signet keyring merge keyring-8'))
    .action((ref, options) =>
      dispatch('keyring merge', common(options), async (context) => {
        const { keyringMergeCommand } = await import('../commands/keyring-merge.ts');
        return keyringMergeCommand(context, { ...options, ref });
      }),
    );
}

function importVerb(dispatch: Dispatch) {
  return proposalVerb('import', 'Propose a version with many people at once, from elsewhere.')
    .argument(
      '[source]',
      'certificates (a file or folder), openpgp-policy.toml of sq-git, or .guix-authorizations',
    )
    .option('--role <role>', 'what each of them may do: contributor unless told (repeat it)', several)
    .option('--keep-rights', 'make maintainers and admins of those who were by the policy', false)
    .option('--keyring-ref <ref>', 'where .guix-authorizations has its certificates', 'keyring')
    .addHelpText(
      'after',
      examples(
        'opam-signet keyring import certificates/',
        'opam-signet keyring import openpgp-policy.toml --keep-rights',
        'opam-signet keyring import .guix-authorizations --keyring-ref origin/keyring',
      ),
    )
    .action((source, options) =>
      dispatch('keyring import', common(options), async (context) => {
        const { keyringImportCommand } = await import('../commands/keyring-import.ts');
        return keyringImportCommand(context, { ...options, source });
      }),
    );
}

function refreshVerb(dispatch: Dispatch) {
  return proposalVerb(
    'refresh',
    'Bring listed certificates up to date: later expiry, new subkeys, revocations.',
  )
    .argument('[files...]', 'newer copies, as gpg --armor --export writes them; - is stdin')
    .option(
      '--from <source>',
      'gpg, wkd, server or github: look up what is listed; or one certificate, as in add (repeat it)',
      several,
    )
    .addOption(keyServerOption())
    .option('--id <id>', 'look up the certificates of this contributor only (repeat it)', several)
    .addHelpText(
      'after',
      examples(
        'opam-signet keyring refresh alice.asc',
        'opam-signet keyring refresh --from wkd --from server',
      ),
    )
    .action((files, options) =>
      dispatch('keyring refresh', common(options), async (context) => {
        const { keyringRefreshCommand } = await import('../commands/keyring-refresh.ts');
        return keyringRefreshCommand(context, { ...options, files });
      }),
    );
}

function exportVerb(dispatch: Dispatch) {
  return folderVerb('export', 'Write the certificates for gpg, gpgv or sq, or the anchor for opam.')
    .argument('[ids...]', 'contributors (default: everybody)')
    .addOption(
      new Option(
        '--as <form>',
        'armor for gpg --import and sq, binary for gpgv, anchor for opam repository add, sq-git for its openpgp-policy.toml (default: armor; asked for at a terminal)',
      ).choices(['armor', 'binary', 'anchor', 'sq-git'] as const),
    )
    .option('--role <role>', 'contributors with this role only (repeat it)', several)
    .addHelpText(
      'after',
      examples(
        'opam-signet keyring export | gpg --import',
        'opam-signet keyring export --as binary --role maintainer -o maintainers.gpg',
        'opam repository add NAME ADDRESS $(opam-signet keyring export --as anchor)',
      ),
    )
    .action((ids, options) =>
      dispatch('keyring export', common(options), async (context) => {
        const { keyringExportCommand } = await import('../commands/keyring-export.ts');
        return keyringExportCommand(context, { ...options, ids });
      }),
    );
}
