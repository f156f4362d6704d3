import { dirhash } from '../core/digest.ts';
import type { Forge, PackageRepository, Seconds, SourceRepository } from '../core/ports.ts';
import { diffLines } from '../core/publish/line-diff.ts';
import type { Author, PlannedPackage, PublishPlan } from '../core/publish/plan.ts';
import type { RecordedAsset } from '../core/publish/submission-record.ts';
import type { ChosenNames } from './choose-names.ts';
import type { Release } from './choose-release.ts';
import type { SigningMeans } from './open-signing.ts';
import type { PreparedPublish } from './prepared-publish.ts';
import type { PublishOptions } from './publish-request.ts';
import { projectName } from './archive-name.ts';
import type { PreparedArchive, PreparedAsset } from './release-archive.ts';
import { sourceOf } from './release-source.ts';
import { releaseMessage, tagId } from './release-tag.ts';
import type { RepositoryOpamFile } from './repository-opam-file.ts';
import type { Predecessor, Target } from './target.ts';

/** What the checks have found out and let pass. */
export interface PlanParts {
  readonly options: PublishOptions;
  readonly source: SourceRepository;
  readonly release: Release;
  readonly archive: PreparedArchive;
  readonly files: readonly RepositoryOpamFile[];
  readonly forge: Pick<Forge, 'kind' | 'address'>;
  readonly repository: PackageRepository;
  readonly target: Target;
  readonly names: ChosenNames;
  readonly signing: SigningMeans | undefined;
  /** Whether the keyring file entitles the key to all of the packages. */
  readonly entitled: boolean;
  readonly author: Author;
  /** Whether the release tag is not yet at the source's remote. */
  readonly pushTag: boolean;
  readonly now: Seconds;
}

const day: Seconds = 24 * 60 * 60;

/** Puts the parts together to a plan. Decides nothing. */
export async function assemblePlan(parts: PlanParts): Promise<PreparedPublish> {
  const { release, archive, files, repository, target, signing, source, pushTag } = parts;
  const { tag, tree, version } = release;
  const remote = pushTag ? source.remote : undefined;
  const message =
    tag.kind === 'new' ? releaseMessage(projectName(release), version, tree.changeLog) : undefined;
  const plan: PublishPlan = {
    version,
    packages: plannedPackages(files, target.predecessors),
    releaseTag: {
      name: tag.name,
      oid: tagId(tag),
      commit: tag.commit,
      message,
      pushTo: remote && `${remote.name} (${remote.address})`,
    },
    archive: {
      ...archive.published,
      bytes: archive.atHand.bytes.length,
      file: archive.file,
      asset: archive.asset && recordedAsset(archive.asset, release),
    },
    key: signing && plannedKey(signing, target),
    author: parts.author,
    target: {
      forge: parts.forge.kind,
      address: parts.forge.address,
      branch: repository.branch,
      base: repository.base,
      repository: repositoryId(parts),
      received: await repository.received(),
    },
    submission: {
      ...parts.names,
      title: titleOf(release),
      expires: parts.now + parts.options.expiresIn * day,
    },
    source: sourceOf(release, source.remote, parts.options.sourceForge),
    changes: changesIn(release),
    acts: [],
  };
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  return {
    plan: { ...plan, acts: announce(plan, parts) },
    files: contents,
    signing,
    entitled: parts.entitled,
    repository,
    keyring: target.keyring,
    archive,
  };
}

function plannedPackages(
  files: readonly RepositoryOpamFile[],
  predecessors: ReadonlyMap<string, Predecessor>,
): PublishPlan['packages'] {
  const [first, ...others] = files.map((file): PlannedPackage => {
    const before = predecessors.get(file.name);
    const { name, nameVersion, path } = file;
    const digest = dirhash(new Map([['opam', file.content]]));
    const diff = diffLines(decode(before?.opam), decode(file.content));
    return { name, nameVersion, path, digest, comparedWith: before?.nameVersion, diff };
  });
  if (first === undefined) throw new TypeError('a release without packages');
  return [first, ...others];
}

const decode = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);

function plannedKey(
  { signer, certificate }: SigningMeans,
  { keyring }: Target,
): NonNullable<PublishPlan['key']> {
  const holder = keyring?.holderOf(certificate.fingerprint)?.id;
  return { certificate: certificate.fingerprint, description: signer.description, holder };
}

/** The keyring file names the repository; where there is none, the author does, or its address must do. */
function repositoryId({ target, options, forge }: PlanParts): string {
  return (
    target.keyring?.keyring.repository ??
    options.repositoryId ??
    encodeURI(forge.address.replace(/\.git$/, ''))
  );
}

/** As pull requests of opam-repository are called, without naming the program that made them. */
function titleOf({ packages, version }: Release): string {
  const [first, ...others] = packages;
  if (others.length === 0) return `Package ${first.name}.${version}`;
  return packages.length > 8
    ? `${packages.length} packages of ${first.name} at ${version}`
    : `Packages ${packages.map(({ name }) => name).join(', ')} at ${version}`;
}

function announce(plan: PublishPlan, { repository, archive, options }: PlanParts): readonly string[] {
  const { releaseTag, submission } = plan;
  const making =
    releaseTag.message === undefined ? [] : [`make tag ${releaseTag.name} at ${releaseTag.commit}`];
  if (options.output !== undefined) {
    return [
      ...making,
      `write commit, tags, patch, bundle and archive to ${options.output}, and send nothing anywhere`,
    ];
  }
  return [
    ...making,
    ...(releaseTag.pushTo === undefined ? [] : [`push tag ${releaseTag.name} to ${releaseTag.pushTo}`]),
    ...(archive.file === undefined ? [] : [`write the archive to ${archive.file}`]),
    ...(archive.asset === undefined ? [] : [uploadWords(archive.asset, releaseTag.name)]),
    ...repository.announce(submission),
  ];
}

const uploadWords = ({ name, forge }: PreparedAsset, tag: string): string =>
  `make release ${tag} at ${forge.url}, a draft until the end, with ${name} and its signature ${name}.asc`;

function recordedAsset({ name, forge }: PreparedAsset, release: Release): RecordedAsset {
  return { name, forge, title: `${projectName(release)} ${release.version}`, text: changesIn(release) };
}

const changesIn = ({ tree: { changeLog }, version }: Release): string =>
  changeLog.ok && changeLog.entry.version === version ? changeLog.entry.text : '';
