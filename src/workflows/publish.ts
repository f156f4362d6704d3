import type { Published } from '../core/publish/outcome.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import { carryOut, type Journal, timestamp } from './journal.ts';
import type { PreparedPublish } from './prepared-publish.ts';
import type { PublishPorts } from './publish-request.ts';
import { type SignedRelease, signRelease } from './sign-release.ts';
import { type KeptFiles, submissionActs } from './submission-acts.ts';

type Ports = Pick<
  PublishPorts,
  'source' | 'archiveSource' | 'openReleaseHost' | 'pullRequest' | 'clock' | 'progress' | 'signal'
>;

/** Where a run keeps its journal and, beside it, what it signed and made: everything that a later run needs. */
export interface RunRecords extends Journal {
  keep(files: KeptFiles): Promise<void>;
}

/**
 * Carries out a plan that was agreed to. Everything is signed and verified first; only then does anything leave this
 * machine, each act recorded before and after.
 */
export async function publish(
  prepared: PreparedPublish,
  journal: RunRecords,
  ports: Ports,
): Promise<Published> {
  const { kept, ...signed } = await signRelease(prepared, ports);
  const record = recordOf(prepared, { kept, ...signed }, ports);
  await journal.keep(kept);
  await journal.append({ event: 'planned', at: timestamp(ports.clock()), record });
  const acts = submissionActs(record, { ...ports, repository: prepared.repository, kept });
  const account = await carryOut(acts, { ...ports, journal });
  return { plan: prepared.plan, ...signed, account, journal: journal.path };
}

function recordOf(
  { plan, repository, files }: PreparedPublish,
  { releaseTag, head, submissionTag: tagOid }: SignedRelease,
  { source: { folder, remote }, pullRequest }: Ports,
): SubmissionRecord {
  const { name, commit, message, pushTo } = plan.releaseTag;
  const { url, sha256, sha512, file = null, asset = null } = plan.archive;
  const { branch, tag, replaced, title } = plan.submission;
  const request = { text: pullRequest.text(plan, files), draft: pullRequest.draft };
  return {
    packages: plan.packages.map(({ nameVersion }) => nameVersion),
    source: { folder, remote: remote?.name ?? null },
    releaseTag: {
      name,
      commit,
      oid: releaseTag ?? null,
      make: message !== undefined,
      push: pushTo !== undefined,
    },
    archive: { url, sha256, sha512, file, asset },
    target: {
      forge: plan.target.forge,
      address: plan.target.address,
      branch: repository.branch,
      base: repository.base,
      facts: repository.facts,
    },
    submission: { branch, tag, ...(replaced && { replaced }), head, tagOid, title, ...request },
  };
}
