import type { CommitGraph } from '../core/chain/graph.ts';
import type { Oid } from '../core/git/oid.ts';
import { entryAt } from '../core/git/tree.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type Claim, type Finding, finding, settle } from '../core/report/report.ts';
import { keyringPath } from '../core/trust/keyring-state.ts';
import type { TrustSource } from './establish-trust.ts';

export type FoundMainline =
  | {
      readonly ok: true;
      /** The commit that is taken for granted; judging starts with the step after it. */
      readonly start: Oid;
      /** The first-parent chain from the start to the head, oldest first. */
      readonly commits: readonly Oid[];
      readonly claim: Claim;
    }
  | { readonly ok: false; readonly start: Oid | undefined; readonly claim: Claim };

/** Finds the stretch of history that is to be judged. One that may go on where the repository ends is none. */
export async function findMainline(
  source: TrustSource,
  store: ObjectStore,
  graph: CommitGraph,
  head: Oid,
): Promise<FoundMainline> {
  const start = chosenStart(source) ?? (await earliestStart(source, store, graph, head));
  if (start === undefined) {
    return { ok: false, start, claim: settle('mainline', mainlineTitle, false, [missing(head)]) };
  }
  if (typeof start !== 'string') {
    return { ok: false, start: undefined, claim: settle('mainline', mainlineTitle, false, [start]) };
  }
  const chain = graph.mainline(start, head);
  if (chain.kind !== 'mainline') {
    return { ok: false, start, claim: settle('mainline', mainlineTitle, false, [lost(chain, start, head)]) };
  }
  const evidence = [`${chain.commits.length - 1} steps from ${start} to ${head}`];
  const claim = settle('mainline', mainlineTitle, true, [], evidence);
  return { ok: true, start, commits: chain.commits, claim };
}

/** What the claim says that the mainline can be followed. */
export const mainlineTitle = 'The head descends from the anchor commit along first parents.';

function chosenStart(source: TrustSource): Oid | undefined {
  return source.kind === 'anchor' ? source.anchor.from : source.from;
}

/**
 * Where no start was chosen: the oldest commit of the mainline, or the oldest that has a keyring file. All of the
 * mainline is looked at: a keyring that was taken away and put back would otherwise be taken for the first one.
 */
async function earliestStart(
  { kind }: TrustSource,
  store: ObjectStore,
  graph: CommitGraph,
  head: Oid,
): Promise<Oid | Finding | undefined> {
  let oldest = head;
  let earliest: Oid | undefined;
  for (const commit of graph.firstParents(head)) {
    oldest = commit;
    if (kind === 'fixed' || (await entryAt(store, commit, keyringPath)) !== undefined) earliest = commit;
  }
  return graph.isCutOff(oldest) ? cutOff(oldest, 'its first commit') : earliest;
}

type LostMainline = Exclude<ReturnType<CommitGraph['mainline']>, { kind: 'mainline' }>;

function lost(chain: LostMainline, start: Oid, head: Oid): Finding {
  switch (chain.kind) {
    case 'rewound':
      return finding('history.rewound', { object: head }, `Commit ${head} does not descend from ${start}.`);
    case 'not-first-parent':
      return finding(
        'step.shape',
        { object: head },
        `Commit ${start} was merged into the history of ${head} as a side: following first parents from ${head} never meets it.`,
      );
    case 'cut-off':
      return cutOff(chain.at, start);
    default:
      return chain satisfies never;
  }
}

const cutOff = (at: Oid, goal: string): Finding =>
  finding('history.incomplete', { object: at }, `History ends at ${at}, before it reaches ${goal}.`);

const missing = (head: Oid): Finding =>
  finding(
    'keyring.missing',
    { object: head },
    `No commit of the mainline of ${head} has a keyring file, so there is nothing that the anchor could vouch for.`,
    {
      mend: 'Check the repository and the branch. Before the first keyring file, audit with --keyring PATH.',
    },
  );
