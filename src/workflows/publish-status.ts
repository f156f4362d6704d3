import { parentsOf } from '../core/chain/read-commit.ts';
import { readTag } from '../core/chain/tags.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { entryAt, listFolder } from '../core/git/tree.ts';
import type { Forge, ObjectStore, PackageRepository, Progress, Seconds } from '../core/ports.ts';
import { earlierActs, isUnfinished, type JournalEntry, recordIn } from '../core/publish/journal-entry.ts';
import type { RunStatus, SubmissionStatus } from '../core/publish/run-status.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import { verifyPr } from './verify-pr.ts';

interface Ports {
  /** Undefined: nobody is asked how submissions stand. */
  readonly openForge: ((record: SubmissionRecord) => Promise<Forge>) | undefined;
  readonly progress: Progress;
  readonly clock: () => Seconds;
}

/** How a run of publish came out, and how its submission stands now. Undefined for a run that did nothing. */
export async function statusOf(
  name: string,
  entries: readonly JournalEntry[],
  ports: Ports,
): Promise<RunStatus | undefined> {
  const record = recordIn(entries);
  const last = entries.at(-1);
  if (record === undefined || last === undefined) return undefined;
  const acts = [...earlierActs(entries)];
  const unfinished = isUnfinished(entries);
  const asked = last.event === 'finished' && ports.openForge !== undefined;
  return {
    name,
    record,
    at: last.at,
    standing: unfinished ? 'unfinished' : last.event === 'aborted' ? 'taken-back' : 'submitted',
    done: acts.flatMap(([title, standing]) => (standing === 'begun' ? [] : [title])),
    begun: acts.flatMap(([title, standing]) => (standing === 'begun' ? [title] : [])),
    submission: asked ? await submissionStatus(record, ports) : undefined,
  };
}

async function submissionStatus(record: SubmissionRecord, ports: Ports): Promise<SubmissionStatus> {
  try {
    const forge = await ports.openForge?.(record);
    const repository = await forge?.open(record.target.branch);
    if (repository === undefined) return { kind: 'unknown', why: 'Nobody was asked.', verdict: undefined };
    try {
      return await look(record, repository, ports);
    } finally {
      await repository.close();
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: 'unknown', why: error.message, verdict: undefined };
  }
}

async function look(
  { packages, submission }: SubmissionRecord,
  repository: PackageRepository,
  ports: Ports,
): Promise<SubmissionStatus> {
  const paths = packages.map((one) => `packages/${one.slice(0, one.indexOf('.'))}`);
  const folders = await Promise.all(paths.map((path) => entryAt(repository.store, repository.tip, path)));
  await repository.bring(folders.flatMap((one) => (one === undefined ? [] : [one.oid])));
  const published = await Promise.all(
    packages.map((one, index) => entryAt(repository.store, repository.tip, `${paths[index] ?? ''}/${one}`)),
  );
  if (published.every((one) => one !== undefined)) {
    return { kind: 'merged', why: 'Every package of it is published.', verdict: undefined };
  }
  const branch = `refs/heads/${submission.branch}`;
  const tag = `refs/tags/${submission.tag}`;
  const standing = await repository.standing([branch, tag]);
  const head = standing.find(({ name }) => name === branch)?.oid;
  if (head === undefined) {
    return {
      kind: 'gone',
      why: 'Its branch is gone, and its packages are not published.',
      verdict: undefined,
    };
  }
  if (head !== submission.head) {
    const signedAgain = standing.some(({ name, oid }) => name === tag && oid !== submission.tagOid);
    const next = signedAgain
      ? `Tag ${submission.tag} was signed again since: opam-signet verify-pr judges it.`
      : 'To sign for it as it is now: opam-signet resign.';
    const why = `Others have changed the branch: it stands at ${head}, and you signed ${submission.head}. ${next}`;
    return { kind: 'changed', why, verdict: undefined };
  }
  return { kind: 'open', ...(await judge(submission, repository, ports)) };
}

/** The one parent of the commit of a submission. */
async function builtOn(store: ObjectStore, head: Oid): Promise<Oid> {
  const [parent] = await parentsOf(store, head);
  if (parent !== undefined) return parent;
  throw new Fault('object.missing', `Commit ${head} has no parent.`, 'Submit it again: opam-signet publish.');
}

/**
 * What maintainers' verification says of it as it stands, but for what needs the source and the archive: by the keyring of
 * now, on the commit that it was built on. Nothing of the mainline since is at hand.
 */
async function judge(
  { head, tag, tagOid }: SubmissionRecord['submission'],
  repository: PackageRepository,
  { progress, clock }: Ports,
): Promise<Pick<SubmissionStatus, 'verdict' | 'why'>> {
  const { store, tip } = repository;
  try {
    const keyringFiles = await listFolder(store, tip, 'keyring');
    await repository.bring([head, tagOid, ...keyringFiles.map(({ oid }) => oid)]);
    const base = await builtOn(store, head);
    await repository.bring([base]);
    const changed = (await store.changes(base, head)).flatMap(({ before, after }) => [before, after]);
    await repository.bring(changed.flatMap((one) => (one === undefined ? [] : [one.oid])));
    const keyring = await loadKeyring(store, tip);
    if (!keyring.ok)
      return {
        verdict: undefined,
        why: 'It stands as you signed it; there is no keyring file to judge it by.',
      };
    const reading = await readTag(store, { name: `refs/tags/${tag}`, oid: tagOid });
    const trust = { kind: 'fixed', keyring: keyring.state, from: undefined } as const;
    const now = clock();
    const report = await verifyPr({
      store,
      base,
      head,
      tag: reading,
      trust,
      sources: undefined,
      now,
      progress,
    });
    const [error] = report.findings.filter(({ severity }) => severity === 'error');
    const why =
      error === undefined ? 'It stands as you signed it.' : `It stands as you signed it. ${error.message}`;
    return { verdict: report.conclusion, why };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      verdict: 'undetermined',
      why: `It stands as you signed it, but could not be judged: ${error.message}`,
    };
  }
}
