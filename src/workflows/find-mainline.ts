import type { CommitGraph } from '../core/chain/graph.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type Claim, type Finding, finding, settle } from '../core/report/report.ts';
import { begunBefore, firstWithKeyring } from './find-beginning.ts';
import type { TrustSource } from './establish-trust.ts';

export type FoundMainline =
  | {
      readonly ok: true;
      /** The commit that is taken for granted; judging starts with the step after it. */
      readonly start: Oid;
      /** The first-parent chain from the start to the head, oldest first. */
      readonly commits: readonly Oid[];
      /** What follows up to the tip, where judging ends before it. */
      readonly beyond: readonly Oid[];
      readonly claim: Claim;
    }
  | { readonly ok: false; readonly start: Oid | undefined; readonly claim: Claim };

/** Between which commits history is to be judged. */
export interface Stretch {
  /** Where a ledger was handed over; undefined: where trust begins. */
  readonly start: Oid | undefined;
  readonly head: Oid;
  /** The newest commit, on whose mainline the head is; often the head itself. */
  readonly tip: Oid;
}

/**
 * Finds the stretch of history that is to be judged. Where trust begins with an anchor, a repository that ends before
 * it leaves everything open; an audit begins where the repository does, and says so.
 */
export async function findMainline(
  source: TrustSource,
  store: ObjectStore,
  graph: CommitGraph,
  stretch: Stretch,
): Promise<FoundMainline> {
  const { head } = stretch;
  const chosen = stretch.start ?? (source.kind === 'fixed' ? source.from : source.anchor.from);
  if (chosen !== undefined) return follow(graph, chosen, stretch, []);
  const oldest = [...graph.firstParents(head)].at(-1) ?? head;
  const ends = graph.isCutOff(oldest) ? [cutOff(oldest, 'its first commit')] : [];
  if (source.kind === 'fixed') {
    const partial = ends.map((one) => ({ ...one, severity: 'warning' }) as const);
    return follow(graph, oldest, stretch, partial);
  }
  const start = await firstWithKeyring(store, graph, head);
  if (start === undefined || ends.length > 0)
    return notFound(start, ends.length > 0 ? ends : [missing(head)]);
  const begun = await begunBefore(store, graph, start);
  return begun === undefined ? follow(graph, start, stretch, []) : notFound(start, [begun]);
}

function follow(
  graph: CommitGraph,
  start: Oid,
  { head, tip }: Omit<Stretch, 'start'>,
  remarks: readonly Finding[],
): FoundMainline {
  const rest = graph.mainline(head, tip);
  if (rest.kind !== 'mainline') return notFound(start, [lost(rest, head, tip)]);
  const chain = graph.mainline(start, head);
  if (chain.kind !== 'mainline') return notFound(start, [lost(chain, start, head)]);
  const claim = mainlineClaim(chain.commits.length - 1, start, head, remarks);
  return { ok: true, start, commits: chain.commits, beyond: rest.commits.slice(1), claim };
}

/** The claim of a mainline that was followed from end to end. */
export const mainlineClaim = (steps: number, start: Oid, head: Oid, remarks: readonly Finding[]): Claim =>
  settle('mainline', mainlineTitle, true, remarks, [`${steps} steps from ${start} to ${head}`]);

const notFound = (start: Oid | undefined, why: readonly Finding[]): FoundMainline => ({
  ok: false,
  start,
  claim: settle('mainline', mainlineTitle, false, why),
});

/** What the claim says that the mainline can be followed. */
export const mainlineTitle = 'The head descends from the anchor commit along first parents.';

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
