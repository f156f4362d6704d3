import { Option } from '@commander-js/extra-typings';
import { several, verb } from '../flags.ts';

/** A verb that works on a keyring folder on top of HEAD. */
export const headVerb = (name: string, description: string) =>
  verb(name, description).option(...placeFlags.folder);

/** A verb that works on a keyring folder, whatever is in force. */
export const folderVerb = (name: string, description: string) =>
  headVerb(name, description).option(...placeFlags.base);

export const placeFlags = {
  folder: ['--folder <dir>', 'the keyring folder', 'keyring'],
  base: ['--base <ref>', 'the commit whose keyring is in force (default: HEAD)'],
} as const;

/** By which a proposal reaches the other admins. */
export const branchFlags = {
  branch: ['--branch <name>', 'commit it on this branch, which is made, for other admins to fetch'],
  push: ['--push <remote>', 'with --branch: push the branch to this remote, as REMOTE or REMOTE:BRANCH'],
} as const;

/** A verb that proposes the next version. */
export const proposalVerb = (name: string, description: string) =>
  folderVerb(name, description)
    .option(...branchFlags.branch)
    .option(...branchFlags.push)
    .option('-n, --dry-run', 'show it, and write nothing', false);

export const fromFlag = [
  '--from <source>',
  'gpg:KEY, wkd:ADDRESS, server:KEY or github:ACCOUNT, where KEY is a fingerprint or address (repeat it)',
  several,
] as const;

export const keyServerOption = () =>
  new Option('--key-server <url>', 'the key server that is asked (default: https://keys.openpgp.org)').env(
    'OPAM_SIGNET_KEY_SERVER',
  );

/** The flags by which a branch that is pushed becomes a pull request. */
export const pullFlags = {
  pr: [
    '--pr',
    'open a pull request for the branch, which goes to your fork unless --push names a remote',
    false,
  ],
  to: ['--to <repository>', 'with --pr: the package repository (default: the one in the keyring file)'],
  fork: [
    '--fork <owner/name>',
    'with --pr: the fork (default: what the address of the remote tells, or your own, made if there is none)',
  ],
  draft: ['--draft', 'with --pr: open it as a draft', false],
} as const;
