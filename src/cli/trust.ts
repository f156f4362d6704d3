import { Fault } from '../core/fault.ts';
import type { ObjectStore } from '../core/ports.ts';
import { parseAnchor } from '../core/trust/anchor.ts';
import type { TrustSource } from '../workflows/establish-trust.ts';
import type { Context } from './context.ts';
import { requireCommit } from './revision.ts';

/** The flags that say whom to trust (docs/cli). */
export interface TrustOptions {
  readonly anchor?: string | undefined;
  readonly quorum?: string | undefined;
  readonly fingerprint?: readonly string[] | undefined;
  readonly keyring?: string | undefined;
  readonly from?: string | undefined;
}

const needed =
  'Pin the admins with --quorum N --fingerprint FPR (or --anchor NAME after trust add), or audit with --keyring PATH.';

/** Makes the trust source from the flags; exactly one kind must be given, and nothing is taken for granted. */
export async function trustSource(
  options: TrustOptions,
  store: ObjectStore,
  environment: Context['environment'],
): Promise<TrustSource> {
  const from = options.from === undefined ? undefined : await requireCommit(store, options.from);
  const fingerprints = options.fingerprint ?? [];
  const pinned = options.quorum !== undefined || fingerprints.length > 0;
  if ((pinned || options.anchor !== undefined) && options.keyring !== undefined) {
    throw new Fault(
      'usage.argument',
      '--keyring and a trust anchor are two answers to one question: whom to trust.',
      needed,
    );
  }
  if (options.keyring !== undefined) {
    const { readFixedKeyring } = await import('../adapters/fixed-keyring.ts');
    return { kind: 'fixed', ...(await readFixedKeyring(options.keyring)), from };
  }
  if (options.anchor !== undefined) {
    if (pinned)
      throw new Fault(
        'usage.argument',
        '--anchor names a stored pin; --quorum and --fingerprint are another one.',
        'Give one of the two.',
      );
    const { anchorsPath, readAnchors } = await import('../adapters/anchor-store.ts');
    const { requireAnchor } = await import('./commands/trust.ts');
    const anchor = requireAnchor(await readAnchors(anchorsPath(environment)), options.anchor);
    return { kind: 'anchor', anchor: from === undefined ? anchor : { ...anchor, from } };
  }
  if (!pinned) throw new Fault('usage.missing-answers', 'Nothing says whom to trust.', needed);
  if (options.quorum === undefined) {
    throw new Fault(
      'usage.missing-answers',
      'Fingerprints were given, but not how many of them must have signed.',
      'Add --quorum N.',
    );
  }
  const parsed = parseAnchor({ quorum: options.quorum, fingerprints });
  if (!parsed.ok) throw unfitAnchor(parsed.problems);
  return { kind: 'anchor', anchor: from === undefined ? parsed.anchor : { ...parsed.anchor, from } };
}

/** Flags that pin nothing. */
export const unfitAnchor = (problems: readonly string[]): Fault =>
  new Fault(
    'usage.argument',
    problems.join(' '),
    'Repeat --fingerprint for each admin: gpg --list-keys --with-fingerprint shows whole fingerprints, git rev-parse COMMIT the whole id of a commit.',
  );
