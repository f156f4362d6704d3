import { Fault } from '../core/fault.ts';
import { type Oid, parseOid, type ObjectFormat } from '../core/git/oid.ts';
import type { OutwardAct, Undone } from '../core/outward-act.ts';
import type { Reference } from '../core/ports.ts';
import type { ReferenceUpdate } from '../core/review-ports.ts';
import type { Refusal, UserGit } from './user-git.ts';

/** References to be pushed, all or none, from a repository of our own. */
export interface PushedReferences {
  readonly git: UserGit;
  /** What git pushes to: the name of a remote, or an address. */
  readonly remote: string;
  /** For people, without user name and password. */
  readonly address: string;
  readonly references: readonly PushedReference[];
  /**
   * A repository to push from what stood there before, given both. Undefined: what was overwritten is not put back, and
   * an act that overwrites anything can't be undone.
   */
  readonly restoring?: (overwritten: readonly Overwritten[]) => Promise<UserGit>;
}

type PushedReference = Reference & Partial<Pick<ReferenceUpdate, 'expected'>>;

/** A reference that was moved from what stood there before. */
type Overwritten = Reference & { readonly expected: Oid };

/**
 * The act that pushes references, each only where it stands as expected: nowhere yet, unless something is said of it.
 * One that was moved is not moved back.
 */
export function pushReferences(
  act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
  wanted: PushedReferences,
): OutwardAct {
  const { address, references, restoring } = wanted;
  const outcome = references.map(({ name, oid }) => `${name} at ${oid}`).join(', ');
  const undoable = restoring !== undefined || references.every(({ expected }) => expected === undefined);
  return {
    ...act,
    async perform(begun = false) {
      const before = await standing(wanted);
      const missing = references.filter(({ name, oid }) => before.get(name) !== oid);
      if (missing.length === 0) return { outcome, made: begun };
      await push(
        wanted,
        missing.map(({ name, oid, expected }) => ({
          name,
          lease: expected ?? '',
          refspec: `${oid}:${name}`,
        })),
        {
          code: 'push.refused',
          what: `Nothing was pushed to ${address}.`,
          mend: 'If a branch or tag of that name stands there, or stands elsewhere than when it was looked at, choose another or fetch and look at it; otherwise mend what git says.',
        },
      );
      compareWith(wanted, await standing(wanted));
      return { outcome, made: true };
    },
    ...(undoable ? { undo: () => takeBack(wanted) } : {}),
  };
}

interface Push {
  readonly name: string;
  /** What must stand there now; empty: nothing may (git-push(1), --force-with-lease). */
  readonly lease: string;
  readonly refspec: string;
}

async function push(
  { git, remote }: PushedReferences,
  pushes: readonly Push[],
  refusal: Refusal,
): Promise<void> {
  const leases = pushes.map(({ name, lease }) => `--force-with-lease=${name}:${lease}`);
  const refspecs = pushes.map(({ refspec }) => refspec);
  await git.ask(
    ['push', '--quiet', '--atomic', '--no-verify', ...leases, '--', remote, ...refspecs],
    refusal,
  );
}

/** Deletes what is new, and puts back what was overwritten, only where it still stands as it was pushed. */
async function takeBack(wanted: PushedReferences): Promise<Undone> {
  const { address, references, restoring } = wanted;
  const there = await standing(wanted);
  const ours = references.filter(({ name, oid }) => there.get(name) === oid);
  const others = references.filter(({ name, oid, expected }) => {
    const found = there.get(name);
    return found !== undefined && found !== oid && found !== expected;
  });
  const kept = others.map(({ name }) => `${name} at ${address} is something else now and stays`);
  if (ours.length > 0) {
    const overwritten = ours.flatMap(({ expected, ...one }) =>
      expected === undefined ? [] : [{ ...one, expected }],
    );
    const git = overwritten.length === 0 ? wanted.git : ((await restoring?.(overwritten)) ?? wanted.git);
    await push(
      { ...wanted, git },
      ours.map(({ name, oid, expected }) => ({ name, lease: oid, refspec: `${expected ?? ''}:${name}` })),
      {
        code: 'push.refused',
        what: `What was pushed to ${address} was not taken back.`,
        mend: `Look at it: git ls-remote ${address}`,
      },
    );
  }
  const back = ours.map(({ name, expected }) =>
    expected === undefined
      ? `deleted ${name} at ${address}`
      : `put ${name} at ${address} back to ${expected}`,
  );
  const outcome = [...back, ...kept].join(', ');
  return {
    undone: ours.length > 0,
    outcome: outcome === '' ? `nothing of it is left at ${address}` : outcome,
  };
}

async function standing({
  git,
  remote,
  address,
  references,
}: PushedReferences): Promise<Map<string, string>> {
  const names = references.map(({ name }) => name);
  const [format] = references.map(({ oid }): ObjectFormat => (oid.length === 64 ? 'sha256' : 'sha1'));
  const found = await standingAt(git, remote, address, format ?? 'sha1', names);
  return new Map(found.map(({ name, oid }) => [name, oid]));
}

/** The references of these whole names that a remote has. */
export async function standingAt(
  git: UserGit,
  remote: string,
  address: string,
  format: ObjectFormat,
  names: readonly string[],
): Promise<readonly Reference[]> {
  const listing = await git.ask(['ls-remote', '--', remote, ...names], {
    code: 'network.failed',
    what: `The references of ${address} cannot be read.`,
    mend: `Try it by hand: git ls-remote ${address}`,
  });
  return listing.split('\n').flatMap((line) => {
    const [id = '', name = ''] = line.split('\t');
    const oid = parseOid(id, format);
    // A pattern also matches longer names that end with it.
    return oid !== undefined && names.includes(name) ? [{ name, oid }] : [];
  });
}

/** Whether the remote has what was pushed: its word on the push is not enough. */
function compareWith({ address, references }: PushedReferences, there: ReadonlyMap<string, string>): void {
  for (const { name, oid } of references) {
    const found = there.get(name);
    if (found === oid) continue;
    throw new Fault(
      'push.refused',
      `After the push ${address} has ${found ?? 'nothing'} under ${name}, not ${oid}.`,
      `Look at it: git ls-remote ${address} ${name}`,
    );
  }
}
