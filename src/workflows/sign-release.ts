import { NO_DIRECTORY } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import { parseTag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { CertificateSet } from '../core/openpgp/certificate-set.ts';
import type { ReleaseSources, SourceRepository } from '../core/ports.ts';
import type { SelfCheck } from '../core/publish/outcome.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import type { ChangeStatement } from '../core/statement.ts';
import type { ReleaseSource } from '../core/statement-values.ts';
import { requireSigning, type SigningMeans } from './open-signing.ts';
import type { PreparedPublish } from './prepared-publish.ts';
import type { PublishPorts } from './publish-request.ts';
import { distrust } from './release-tag.ts';
import { checkOwnWork } from './self-check.ts';
import { writeSignedTag } from './signing.ts';
import type { KeptFiles } from './submission-acts.ts';
import { signSubmission } from './submission.ts';

type Ports = Pick<PublishPorts, 'source' | 'archiveSource' | 'clock' | 'progress'>;

/** A release that was signed as it was planned, and found good. Nothing points at it, and nothing has left this machine. */
export interface SignedRelease {
  /** The release tag object; undefined for a lightweight tag. */
  readonly releaseTag: Oid | undefined;
  readonly head: Oid;
  readonly submissionTag: Oid;
  readonly selfCheck: SelfCheck;
  readonly kept: KeptFiles;
}

/** Signs everything that was agreed to, and verifies it by the path that others will take. */
export async function signRelease(prepared: PreparedPublish, ports: Ports): Promise<SignedRelease> {
  const { plan, repository, keyring } = prepared;
  const signing = requireSigning(prepared.signing);
  // gpg may ask for a passphrase in this terminal.
  ports.progress.end();
  const releaseTag = await releaseTagOf(plan, signing, ports);
  const submission = await signSubmission(
    repository.store,
    signing.signer,
    contentOf(prepared, releaseTag, ports),
  );
  const selfCheck = await checkOwnWork({
    store: repository.store,
    base: plan.target.base,
    head: submission.head,
    tag: { name: plan.submission.tag, oid: submission.tag },
    certificate: signing.certificate,
    repository: plan.target.repository,
    keyring,
    sources: ownSources(prepared, releaseTag, ports.source),
    now: ports.clock(),
    progress: ports.progress,
  });
  if (selfCheck.own !== 'verified' || (prepared.entitled && selfCheck.byKeyring !== 'verified')) {
    throw ownWorkRefused(selfCheck.findings);
  }
  ports.progress.end();
  const kept = await filesToKeep(prepared, signing);
  await checkDownload(prepared, ports);
  return { releaseTag, head: submission.head, submissionTag: submission.tag, selfCheck, kept };
}

/** The archive where an act needs it, and its own detached signature where it is uploaded. */
async function filesToKeep({ archive }: PreparedPublish, { signer }: SigningMeans): Promise<KeptFiles> {
  const { bytes } = archive.atHand;
  if (archive.asset !== undefined) {
    return { archive: bytes, signature: Buffer.from(await signer.sign(bytes)) };
  }
  return { archive: archive.file === undefined ? undefined : bytes, signature: undefined };
}

/** Whoever downloads it again must get the same bytes: asked once more before anything leaves this machine. */
async function checkDownload({ archive }: PreparedPublish, { archiveSource }: Ports): Promise<void> {
  const { downloaded, published } = archive;
  if (downloaded === undefined) return;
  const { sha512, bytes } = await archiveSource.digest(downloaded);
  if (sha512 === published.sha512) return;
  throw new Fault(
    'publish.refused',
    `${downloaded} gave other bytes the second time (${bytes} of them, SHA-512 ${sha512}) than the first (SHA-512 ${published.sha512}). Nothing was pushed.`,
    'Publish an archive that stays the same: --asset, or upload one and say where with --archive-url.',
  );
}

/** The release as it will be found at its source, from what is at hand: nothing is out there yet. */
function ownSources(
  { plan, archive }: PreparedPublish,
  releaseTag: Oid | undefined,
  { store }: SourceRepository,
): ReleaseSources {
  const { commit } = plan.releaseTag;
  return {
    fetchTag: () => Promise.resolve({ store, oid: releaseTag ?? commit, close: () => Promise.resolve() }),
    fetchArchive: () => Promise.resolve(archive.atHand),
  };
}

const ownWorkRefused = (findings: readonly string[]): Fault =>
  new Fault(
    'publish.refused',
    `What was signed is not good by our own verification, so nothing was pushed. ${findings.join(' ')}`.trimEnd(),
    'Run publish again. If it happens again, please report it as a bug of opam-signet.',
  );

/** The tag object that stands, or one signed now: stored, but nothing points at it yet. */
async function releaseTagOf(
  plan: PublishPlan,
  signing: SigningMeans,
  ports: Ports,
): Promise<Oid | undefined> {
  const { name, commit, message } = plan.releaseTag;
  if (message === undefined) return plan.releaseTag.oid;
  const { store } = ports.source;
  const tagger = {
    name: plan.author.name,
    email: plan.author.email,
    time: ports.clock(),
    zone: plan.author.zone,
  };
  const oid = await writeSignedTag(store, signing.signer, { object: commit, name, message, tagger });
  const written = await store.read(oid);
  const parsed = written && parseTag(written.content, store.format);
  const own = new CertificateSet([signing.certificate]);
  const why =
    parsed?.ok === true
      ? distrust(parsed.value, own, store.format, ports.clock())
      : (parsed?.malformation.message ?? 'It was not stored.');
  if (why !== undefined) throw ownWorkRefused([`Tag ${name}: ${why}`]);
  return oid;
}

function contentOf({ plan, files }: PreparedPublish, releaseTag: Oid | undefined, { clock }: Ports) {
  const { author, submission, target, packages } = plan;
  const source = plan.source && { ...plan.source, tagId: releaseTag };
  return {
    base: target.base,
    files,
    identity: { name: author.name, email: author.email, time: clock(), zone: author.zone },
    commitMessage: `${submission.title}\n${source === undefined ? '' : `\n${describe(source)}\n`}`,
    tagName: submission.tag,
    tagText: `Submit ${packages.map(({ nameVersion }) => nameVersion).join(', ')}`,
    statement: statementOf(plan, source),
  };
}

const describe = ({ url, tag, commit }: ReleaseSource): string =>
  `Released as ${tag} at ${url}\n(commit ${commit}).`;

function statementOf(
  { packages, target, archive, submission }: PublishPlan,
  source: ReleaseSource | undefined,
): ChangeStatement {
  const { url, sha256, sha512 } = archive;
  return {
    format: 1,
    kind: 'submission',
    repository: target.repository,
    packages: packages.map(({ nameVersion, digest }) => ({
      nameVersion,
      before: NO_DIRECTORY,
      after: digest,
    })),
    source,
    archive: { url, sha256, sha512 },
    expires: submission.expires,
    owners: [],
  };
}
