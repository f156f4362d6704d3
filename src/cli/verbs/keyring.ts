import { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, several, verb } from '../flags.ts';

/** `keyring init|add|sign|show|check`: the keyring file and its changes. */
export function keyringVerbs(dispatch: Dispatch) {
  const keyring = new Command('keyring')
    .description('Make, change, sign and check the keyring file.')
    .exitOverride();
  keyring.addCommand(initVerb(dispatch));
  keyring.addCommand(addVerb(dispatch));
  keyring.addCommand(signVerb(dispatch));
  keyring.addCommand(showVerb(dispatch));
  keyring.addCommand(checkVerb(dispatch));
  return keyring;
}

/** A verb that works on a keyring folder. */
function folderVerb(name: string, description: string) {
  return verb(name, description)
    .option('--folder <dir>', 'the keyring folder', 'keyring')
    .option('--base <ref>', 'the commit whose keyring is in force (default: HEAD)');
}

const keyFlags = {
  key: ['--key <fpr>', 'the key to sign with (default: as git signs)'],
  keyFile: ['--key-file <file>', 'an armored secret key to sign with; OPAM_SIGNET_PASSPHRASE opens it'],
} as const;

function initVerb(dispatch: Dispatch) {
  return folderVerb('init', 'Make version 1 of the keyring file, for its admins to sign.')
    .requiredOption('--repository <id>', 'the id of the package repository: its URL')
    .requiredOption('--threshold <n>', 'how many admins must sign a change')
    .requiredOption(
      '--admin <id[=file]>',
      'an admin; with a certificate, or the one of the signing key (repeat it)',
      several,
    )
    .option('--policy <field=setting>', 'a policy that is not the usual one (repeat it)', several)
    .option('--expires <day>', 'when it stops to authorise anything new (default: in a year)')
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
    .option('-n, --dry-run', 'show it, and write nothing', false)
    .addHelpText(
      'after',
      examples(
        'opam-signet keyring init --repository https://example.org/opam --threshold 2 --admin ada --admin ben=ben.asc',
      ),
    )
    .action((options) =>
      dispatch('keyring init', common(options), async (context) => {
        const { keyringInitCommand } = await import('../commands/keyring-propose.ts');
        return keyringInitCommand(context, options);
      }),
    );
}

function addVerb(dispatch: Dispatch) {
  return folderVerb('add', 'Propose a contributor, or more rights and certificates for one who is there.')
    .argument('<id>', 'the contributor: lower-case letters, digits and dashes')
    .argument('[files...]', 'certificates, as gpg --armor --export writes them')
    .option('--name <name>', 'the name of the person')
    .option('--github <account>', 'informative')
    .option('--role <role>', 'contributor, maintainer or admin (repeat it)', several)
    .option('--package <pattern>', 'a package to grant, * stands for anything (repeat it)', several)
    .option('-n, --dry-run', 'show it, and write nothing', false)
    .addHelpText(
      'after',
      examples(
        "opam-signet keyring add alice alice.asc --name 'Alice Example' --package foo --package 'foo-*'",
      ),
    )
    .action((id, files, options) =>
      dispatch('keyring add', common(options), async (context) => {
        const { keyringAddCommand } = await import('../commands/keyring-propose.ts');
        return keyringAddCommand(context, { ...options, id, files });
      }),
    );
}

function signVerb(dispatch: Dispatch) {
  return folderVerb('sign', 'Show what the proposed version changes, and add your signature to it.')
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
    .addHelpText('after', examples('opam-signet keyring sign'))
    .action((options) =>
      dispatch('keyring sign', common(options), async (context) => {
        const { keyringSignCommand } = await import('../commands/keyring-sign.ts');
        return keyringSignCommand(context, options);
      }),
    );
}

function showVerb(dispatch: Dispatch) {
  return folderVerb('show', 'Show people, rights and keys.')
    .addHelpText('after', examples('opam-signet keyring show', 'opam-signet keyring show --json'))
    .action((options) =>
      dispatch('keyring show', common(options), async (context) => {
        const { keyringShowCommand } = await import('../commands/keyring-show.ts');
        return keyringShowCommand(context, options);
      }),
    );
}

function checkVerb(dispatch: Dispatch) {
  return folderVerb('check', 'Say what is wrong with the keyring, or soon will be.')
    .option('--within <days>', 'warn of what expires in so many days', '60')
    .addHelpText('after', examples('opam-signet keyring check --within 90'))
    .action((options) =>
      dispatch('keyring check', common(options), async (context) => {
        const { keyringCheckCommand } = await import('../commands/keyring-show.ts');
        return keyringCheckCommand(context, options);
      }),
    );
}
