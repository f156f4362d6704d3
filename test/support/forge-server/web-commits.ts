import type { Oid } from '../../../src/core/git/oid.ts';
import type { FileContent } from '../repository.ts';
import type { ForgePull, ForgeRepository, ForgeState } from './forge-state.ts';
import { Refusal } from './refusal.ts';
import { cleanMerge, commitsOf } from './shapes.ts';

/** Whoever made a commit in the browser, it is this committer's, and signed by the forge's own key. */
const webFlow = 'GitHub <noreply@github.com>';

const personOf = (state: ForgeState, login: string): string => {
  const { name, email } = state.user(login);
  return `${name} <${email}>`;
};

interface WebChange {
  readonly author: string;
  readonly message: string;
  readonly files: Readonly<Record<string, FileContent>>;
}

/** A commit that somebody makes in the browser, on top of a branch. */
export async function webCommit(
  state: ForgeState,
  repository: ForgeRepository,
  branch: string,
  { author, message, files }: WebChange,
): Promise<Oid> {
  const parent = await state.branch(repository, branch);
  if (parent === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const oid = await repository.git.commitFiles({
    ...{ parents: [parent], files, message, author: personOf(state, author), committer: webFlow },
    date: state.now(),
    sign: signWith(state),
  });
  await repository.git.ref(`refs/heads/${branch}`, oid);
  return oid;
}

const signWith = (state: ForgeState) => (payload: Uint8Array) => state.webKey.sign(payload, state.now());

type MergeMethod = 'merge' | 'squash' | 'rebase';

interface MergeWish {
  readonly method: MergeMethod;
  readonly by: string;
  readonly title: string | undefined;
  readonly message: string | undefined;
}

/** The green button in its three forms. */
export async function mergeByButton(state: ForgeState, pull: ForgePull, wish: MergeWish): Promise<Oid> {
  const { base, baseBranch, headOid } = pull;
  const tip = await state.branch(base, baseBranch);
  const tree = await cleanMerge(base, baseBranch, headOid);
  if (tip === undefined || tree === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  const made = await commitsFor(state, pull, wish, tip, tree);
  await base.git.ref(`refs/heads/${baseBranch}`, made);
  pull.state = 'closed';
  pull.merged = { by: wish.by, commit: made, at: state.now() };
  return made;
}

function commitsFor(state: ForgeState, pull: ForgePull, wish: MergeWish, tip: Oid, tree: Oid): Promise<Oid> {
  const { base, head, headBranch, headOid, number, title } = pull;
  const common = { tree, committer: webFlow, date: state.now(), sign: signWith(state) };
  switch (wish.method) {
    case 'merge': {
      const subject = wish.title ?? `Merge pull request #${number} from ${head.owner}/${headBranch}`;
      const message = `${subject}\n\n${wish.message ?? title}`;
      return base.git.commitFiles({
        ...common,
        parents: [tip, headOid],
        message,
        author: personOf(state, wish.by),
      });
    }
    case 'squash': {
      const message = `${wish.title ?? `${title} (#${number})`}\n\n${wish.message ?? ''}`.trimEnd();
      return base.git.commitFiles({
        ...common,
        parents: [tip],
        message,
        author: personOf(state, pull.author),
      });
    }
    case 'rebase':
      return rebase(state, pull, wish.by, tip);
    default:
      return wish.method satisfies never;
  }
}

/** Every commit made anew on top of the base: other ids, another committer, and no signature. */
async function rebase(state: ForgeState, pull: ForgePull, by: string, tip: Oid): Promise<Oid> {
  const { git } = pull.base;
  let onto = tip;
  for (const oid of await commitsOf(pull)) {
    // A stand-in for the base beside the commit's own parent, which thereby is their merge base.
    const [before, tree] = [
      await git.git('rev-parse', `${oid}^`),
      await git.git('rev-parse', `${onto}^{tree}`),
    ];
    const standIn = await git.commitFiles({ parents: [before as Oid], tree: tree as Oid, date: state.now() });
    const merged = await git.tryGit(['merge-tree', '--write-tree', standIn, oid]);
    if (merged.status !== 0) throw new Refusal(405, 'This branch cannot be rebased due to conflicts');
    const [author, message] = [
      await git.git('show', '--no-patch', '--format=%an <%ae>', oid),
      await git.git('show', '--no-patch', '--format=%B', oid),
    ];
    const committer = personOf(state, by);
    onto = await git.commitFiles({
      ...{ parents: [onto], tree: merged.stdout.toString().trim() as Oid },
      ...{ author, committer, message, date: state.now() },
    });
  }
  return onto;
}

/** What GitHub writes for `Apply suggestion`: a commit on the author's branch, by whoever pressed the button. */
export async function applySuggestion(
  state: ForgeState,
  pull: ForgePull,
  by: string,
  path: string,
  content: string,
): Promise<Oid> {
  const message = `Apply suggestion from @${by}\n\nCo-authored-by: ${personOf(state, by)}\n`;
  const oid = await webCommit(state, pull.head, pull.headBranch, {
    author: by,
    message,
    files: { [path]: content },
  });
  await state.follow(pull.head);
  return oid;
}
