import { Command } from '@commander-js/extra-typings';
import { common, type Dispatch, examples, keyFlags, reporting, several } from '../flags.ts';
import { compromiseVerb } from './keyring-compromise.ts';
import { exchangeVerbs } from './keyring-exchange.ts';
import {
  folderVerb,
  fromFlag,
  headVerb,
  keyServerOption,
  placeFlags,
  proposalVerb,
  pullFlags,
} from './keyring-flags.ts';

/** `keyring …`: the keyring file and its changes. */
export function keyringVerbs(dispatch: Dispatch) {
  const keyring = new Command('keyring')
    .description('Make, change, sign and check the keyring file.')
    .exitOverride();
  const verbs = [
    initVerb,
    addVerb,
    grantVerb,
    removeVerb,
    ownVerb,
    policyVerb,
    diffVerb,
    signVerb,
    applyVerb,
    showVerb,
    checkVerb,
    compromiseVerb,
    ...exchangeVerbs,
  ];
  for (const make of verbs) keyring.addCommand(make(dispatch));
  return keyring;
}

function initVerb(dispatch: Dispatch) {
  return proposalVerb('init', 'Make version 1 of the keyring file, for its admins to sign.')
    .option('--repository <id>', 'the id of the package repository: its URL')
    .option('--threshold <n>', 'how many admins must sign a change')
    .option(
      '--admin <id[=file]>',
      'an admin; with a certificate, or the one of the signing key (repeat it)',
      several,
    )
    .option('--policy <field=setting>', 'a policy that is not the usual one (repeat it)', several)
    .option('--expires <day>', 'when it stops to authorise anything new (default: in a year)')
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
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
  return proposalVerb('add', 'Propose a contributor, or more rights and certificates for one who is there.')
    .argument('[id]', 'the contributor: lower-case letters, digits and dashes')
    .argument('[files...]', 'certificates, as gpg --armor --export writes them; - is stdin')
    .option(...fromFlag)
    .addOption(keyServerOption())
    .option('--request <ref>', 'the branch by which the person asks for it, see keyring request')
    .option('--name <name>', 'the name of the person')
    .option('--github <account>', 'informative')
    .option('--role <role>', 'contributor, maintainer or admin (repeat it)', several)
    .option('--package <pattern>', 'a package to grant, * stands for anything (repeat it)', several)
    .addHelpText(
      'after',
      examples(
        "opam-signet keyring add alice alice.asc --name 'Alice Example' --package foo --package 'foo-*'",
        'opam-signet keyring add alice --from wkd:alice@example.org',
        'opam-signet keyring add alice --request refs/pull/30000/head',
      ),
    )
    .action((id, files, options) =>
      dispatch('keyring add', common(options), async (context) => {
        const { keyringAddCommand } = await import('../commands/keyring-propose.ts');
        return keyringAddCommand(context, { ...options, id, files });
      }),
    );
}

function grantVerb(dispatch: Dispatch) {
  return proposalVerb('grant', 'Propose that a contributor may do more.')
    .argument('[id]', 'the contributor')
    .argument('[packages...]', 'packages to grant, * stands for anything')
    .option('--role <role>', 'contributor, maintainer or admin (repeat it)', several)
    .addHelpText('after', examples("opam-signet keyring grant alice bar 'bar-*'"))
    .action((id, packages, options) =>
      dispatch('keyring grant', common(options), async (context) => {
        const { keyringGrantCommand } = await import('../commands/keyring-people.ts');
        return keyringGrantCommand(context, { ...options, id, packages });
      }),
    );
}

function removeVerb(dispatch: Dispatch) {
  return proposalVerb(
    'remove',
    'Propose a version without a contributor, or without some of their rights or keys.',
  )
    .argument('[id]', 'the contributor')
    .option('--role <role>', 'take this role only (repeat it)', several)
    .option('--package <pattern>', 'take this grant only (repeat it)', several)
    .option('--certificate <fpr>', 'take this certificate only (repeat it)', several)
    .addHelpText(
      'after',
      examples('opam-signet keyring remove alice', 'opam-signet keyring remove alice --package bar'),
    )
    .action((id, options) =>
      dispatch('keyring remove', common(options), async (context) => {
        const { keyringRemoveCommand } = await import('../commands/keyring-people.ts');
        return keyringRemoveCommand(context, { ...options, id });
      }),
    );
}

function ownVerb(dispatch: Dispatch) {
  return proposalVerb('own', 'Propose who alone owns a package, whatever was granted or claimed.')
    .argument('[package]', 'the name of the package')
    .argument('[owners...]', 'contributors; none: what history says counts again')
    .addHelpText('after', examples('opam-signet keyring own lwt alice bob', 'opam-signet keyring own lwt'))
    .action((name, owners, options) =>
      dispatch('keyring own', common(options), async (context) => {
        const { keyringOwnCommand } = await import('../commands/keyring-people.ts');
        return keyringOwnCommand(context, { ...options, name, owners });
      }),
    );
}

function policyVerb(dispatch: Dispatch) {
  return proposalVerb('policy', 'Propose other rules, another threshold, or a later end of the keyring file.')
    .argument('[settings...]', 'FIELD=SETTING, such as unsigned=warn')
    .option('--threshold <n>', 'how many admins must sign a change')
    .option('--expires <day>', 'when it stops to authorise anything new')
    .addHelpText('after', examples('opam-signet keyring policy unsigned=warn --expires 2027-11-01'))
    .action((settings, options) =>
      dispatch('keyring policy', common(options), async (context) => {
        const { keyringPolicyCommand } = await import('../commands/keyring-propose.ts');
        return keyringPolicyCommand(context, { ...options, settings });
      }),
    );
}

function diffVerb(dispatch: Dispatch) {
  return folderVerb('diff', 'Show what the version in the folder changes against the one in force.')
    .addHelpText(
      'after',
      examples('opam-signet keyring diff', 'opam-signet keyring diff --base origin/master'),
    )
    .action((options) =>
      dispatch('keyring diff', common(options), async (context) => {
        const { keyringDiffCommand } = await import('../commands/keyring-show.ts');
        return keyringDiffCommand(context, options);
      }),
    );
}

function signVerb(dispatch: Dispatch) {
  return folderVerb('sign', 'Show what the proposed version changes, and add your signature to it.')
    .option(...keyFlags.key)
    .option(...keyFlags.keyFile)
    .option('--commit', 'commit the signature on the branch that is checked out', false)
    .option('--push <remote>', 'push that branch to this remote')
    .addHelpText(
      'after',
      examples('opam-signet keyring sign', 'opam-signet keyring sign --commit --push origin'),
    )
    .action((options) =>
      dispatch('keyring sign', common(options), async (context) => {
        const { keyringSignCommand } = await import('../commands/keyring-sign.ts');
        return keyringSignCommand(context, options);
      }),
    );
}

function showVerb(dispatch: Dispatch) {
  return folderVerb('show', 'Show people, rights and keys.')
    .argument('[ids...]', 'contributors (default: everybody)')
    .option('--no-cache', 'neither use nor keep what earlier runs found certificates to say')
    .addHelpText('after', examples('opam-signet keyring show', 'opam-signet keyring show alice --json'))
    .action((ids, options) =>
      dispatch('keyring show', common(options), async (context) => {
        const { keyringShowCommand } = await import('../commands/keyring-show.ts');
        return keyringShowCommand(context, { ...options, ids });
      }),
    );
}

function checkVerb(dispatch: Dispatch) {
  return reporting('check', 'Say what is wrong with the keyring, or soon will be.')
    .option(...placeFlags.folder)
    .option(...placeFlags.base)
    .option('--within <days>', 'warn of what expires in so many days', '60')
    .option(
      '--from <source>',
      'gpg, wkd, server or github: what is revoked or newer there (repeat it)',
      several,
    )
    .addOption(keyServerOption())
    .option('--no-cache', 'neither use nor keep what earlier runs found certificates to say')
    .option('--history', 'go through history: who has signed nothing, which names nobody owns', false)
    .option('--inactive <days>', 'with --history: tell who has signed nothing for so long (default: 365)')
    .option('--anchor <name>', 'with --history: a trust anchor stored by trust add')
    .option('--quorum <n>', 'with --history: how many of the fingerprints signed the first keyring')
    .option('--fingerprint <fpr>', 'with --history: the fingerprint of an admin (repeat it)', several)
    .addHelpText(
      'after',
      examples('opam-signet keyring check --within 90', 'opam-signet keyring check --from server --history'),
    )
    .action((options) =>
      dispatch('keyring check', common(options), async (context) => {
        const { keyringCheckCommand } = await import('../commands/keyring-show.ts');
        return keyringCheckCommand(context, options);
      }),
    );
}

function applyVerb(dispatch: Dispatch) {
  return headVerb('apply', 'Commit the proposed version, once it has the signatures that it needs.')
    .option('--base <ref>', 'commit right on top of this commit, whose keyring is in force, instead of HEAD')
    .option('--push <remote>', 'push the commit, to REMOTE or REMOTE:BRANCH')
    .option(...pullFlags.pr)
    .option(...pullFlags.to)
    .option(...pullFlags.fork)
    .option(...pullFlags.draft)
    .option('-n, --dry-run', 'show it, and commit nothing', false)
    .addHelpText(
      'after',
      examples(
        'opam-signet keyring apply',
        'opam-signet keyring apply --base origin/master --push origin:master',
        'opam-signet keyring apply --base origin/master --push fork:keyring-8 --pr',
      ),
    )
    .action((options) =>
      dispatch('keyring apply', common(options), async (context) => {
        const { keyringApplyCommand } = await import('../commands/keyring-apply.ts');
        return keyringApplyCommand(context, options);
      }),
    );
}
