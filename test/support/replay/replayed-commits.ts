import { embedCommitSignature } from '../../../src/core/git/signed-object.ts';
import type { Commit } from '../../../src/core/git/object.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds } from '../../../src/core/ports.ts';
import { commitBytes } from '../git-bytes.ts';
import type { TestKey } from '../keys.ts';

/** Commits made in the browser are this committer's, and signed by GitHub's own key. */
const webFlow = { name: 'GitHub', email: 'noreply@github.com' };

/** What becomes of a commit when it is told again. */
export interface Retelling {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** Added to all times. */
  readonly shift: Seconds;
  /** Signs what was signed on the web. */
  readonly webKey: TestKey;
}

/**
 * A commit with everything that it had: names, times, message, further headers. Only what was signed on the web is
 * signed anew; a signature by anyone else stands as it was, whose key nobody is given.
 */
export async function retold(
  commit: Commit,
  { tree, parents, shift, webKey }: Retelling,
): Promise<Uint8Array> {
  const signedOnWeb = isSignedOnWeb(commit);
  const replaced = ['tree', 'parent', ...(signedOnWeb ? ['gpgsig'] : [])];
  const kept = commit.headers
    .filter(({ name }) => !replaced.includes(name))
    .map(({ name, start, end }) => {
      const line = commit.content.subarray(start, end - 1);
      return name === 'author' || name === 'committer' ? shifted(line, shift) : line;
    });
  const headers = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), ...kept];
  const payload = commitBytes(headers, commit.content.subarray(commit.messageStart));
  if (!signedOnWeb) return payload;
  return embedCommitSignature(payload, await webKey.sign(payload, commit.committer.time + shift), 'sha1');
}

export function isSignedOnWeb({ committer, headers }: Commit): boolean {
  const isWeb = committer.name === webFlow.name && committer.email === webFlow.email;
  return isWeb && headers.some(({ name }) => name === 'gpgsig');
}

function shifted(line: Uint8Array, shift: Seconds): Uint8Array {
  const text = Buffer.from(line).toString('latin1');
  const later = text.replace(/> (\d+) ([+-]\d+)$/, (_, time, zone) => `> ${Number(time) + shift} ${zone}`);
  return Buffer.from(later, 'latin1');
}
