import type { FieldChange } from '../core/trust/keyring-difference.ts';
import { codeForMarkdown } from './escape.ts';

/** What the pull request of `keyring request` says: what is asked for, and what an admin does with it. */
export const requestPullText = (id: string, difference: readonly FieldChange[]): string =>
  `Asks the admins of the keyring to add ${codeForMarkdown(id)}. The commit is signed with the key that is asked for, which shows that whoever asks holds it, and nothing else: who they are is for an admin to find out.

${changeList(difference)}

This is not to be merged. An admin who agrees fetches the head of this pull request, sees with opam-signet verify-pr what was proven, and proposes the person:

    opam-signet keyring add ${id} --request FETCH_HEAD`;

/** What the pull request of `keyring apply` says. */
export const versionPullText = (version: number, difference: readonly FieldChange[]): string =>
  `Version ${version} of the keyring file, with the signatures that it needs. opam-signet verify-pr judges it.

${changeList(difference)}`;

const changeList = (difference: readonly FieldChange[]): string =>
  difference
    .flatMap(({ field, removed, added, widens }) =>
      [...removed.map((value) => `- ${field} ${value}`), ...added.map((value) => `+ ${field} ${value}`)].map(
        (line) => `* ${codeForMarkdown(line)}${widens ? ' **gives power**' : ''}`,
      ),
    )
    .join('\n');
