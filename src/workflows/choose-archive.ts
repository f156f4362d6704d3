import { isFileUrl } from '../core/opam/download.ts';
import type { SourceRemote } from '../core/ports.ts';
import type { Note } from '../core/publish/problem.ts';
import { forgeTitles, type SourceForge, sourceForge, tarballUrl } from '../core/publish/source-forge.ts';
import type { ReleaseHost } from '../core/release-host.ts';
import type { Answers } from './answers.ts';
import type { Release } from './choose-release.ts';
import type { PublishOptions, PublishPorts } from './publish-request.ts';
import { archiveName } from './archive-name.ts';

/** Where the archive of a release comes from, and where users will download it. */
export type ArchiveChoice = { readonly url: string } & (
  | { readonly kind: 'given'; readonly location: string }
  /** The forge makes it of the tag. */
  | { readonly kind: 'tarball' }
  /** Made here, and uploaded by the author. */
  | { readonly kind: 'made' }
  /** Made here or given as a file, and uploaded by us. */
  | {
      readonly kind: 'asset';
      readonly location: string | undefined;
      readonly name: string;
      readonly forge: SourceForge;
      readonly host: ReleaseHost;
    }
);

interface Context {
  readonly options: PublishOptions;
  readonly ports: PublishPorts;
  readonly answers: Answers;
  readonly note: Note;
}

/** What the choice depends on. `pushTag`: whether the release tag is not yet at the source's remote. */
interface Situation {
  readonly release: Release;
  readonly remote: SourceRemote | undefined;
  readonly pushTag: boolean;
}

/** Finds out where the archive comes from. Undefined where that can't be known: a problem was noted, or an answer is missing. */
export async function chooseArchive(
  situation: Situation,
  context: Context,
): Promise<ArchiveChoice | undefined> {
  const choice = await choose(situation, context);
  if (choice === undefined || !isAddress(choice, context)) return undefined;
  if (choice.kind === 'tarball') noteGenerated(choice.url, context.note);
  return choice;
}

/** Notes that the answer is missing, where it can be told without knowing what is released. */
export function needArchive({ options, answers }: Pick<Context, 'options' | 'answers'>): void {
  const { asset, tarball, archive, archiveUrl } = options;
  if (!asset && !tarball && archive === undefined && archiveUrl === undefined) {
    answers.need('--archive-url', uploadQuestion);
  }
}

async function choose(situation: Situation, context: Context): Promise<ArchiveChoice | undefined> {
  const { options, answers } = context;
  const { archive: location, archiveUrl: url } = options;
  if (options.asset) return chooseAsset(situation, context);
  if (options.tarball) return chooseTarball(situation, context);
  if (location !== undefined) return chooseGiven(location, context);
  if (url !== undefined) return { kind: 'made', url };
  const forge = forgeOf(situation, context);
  const tarball = forge !== undefined && !situation.pushTag;
  const asset = forge !== undefined && context.ports.openReleaseHost?.(forge) !== undefined;
  if (!answers.interactive && tarball) return chooseTarball(situation, context);
  const kind = await askKind({ tarball, asset, forge }, answers);
  if (kind === '--asset') return chooseAsset(situation, context);
  if (kind === '--tarball') return chooseTarball(situation, context);
  const made = await answers.text({ flag: '--archive-url', message: uploadQuestion });
  return made === undefined ? undefined : { kind: 'made', url: made };
}

const uploadQuestion = 'URL where users will download the archive (you upload it there)';

/** Which of the ways that are open here; undefined where there is only the one that is always open. */
async function askKind(
  { tarball, asset, forge }: { tarball: boolean; asset: boolean; forge: SourceForge | undefined },
  answers: Answers,
): Promise<string | undefined> {
  const title = forge === undefined ? '' : forgeTitles[forge.kind];
  const choices = [
    ...(asset
      ? [
          {
            value: '--asset',
            title: `a release asset at ${title}`,
            detail: 'Made here, uploaded with its signature, and the same for ever.',
          },
        ]
      : []),
    ...(tarball
      ? [
          {
            value: '--tarball',
            title: `the tarball that ${title} makes of the tag`,
            detail: 'Nothing to upload, but its bytes may change one day.',
          },
        ]
      : []),
    {
      value: '--archive-url',
      title: 'a place of your own',
      detail: 'Made here, and you upload it before maintainers look.',
    },
  ];
  if (choices.length === 1 || !answers.interactive) return undefined;
  return answers.select({ flag: '--asset, --tarball or --archive-url', message: 'The archive' }, choices);
}

function forgeOf({ remote }: Situation, { options }: Context): SourceForge | undefined {
  return remote && sourceForge(remote.address, options.sourceForge);
}

async function chooseGiven(
  location: string,
  { options, answers }: Context,
): Promise<ArchiveChoice | undefined> {
  const known = options.archiveUrl ?? (isFileUrl(location) ? location : undefined);
  const url = known ?? (await answers.text({ flag: '--archive-url', message: uploadQuestion }));
  return url === undefined ? undefined : { kind: 'given', url, location };
}

function chooseTarball(situation: Situation, context: Context): ArchiveChoice | undefined {
  const { name } = situation.release.tag;
  const forge = requireForge(situation, context, '--archive-url URL');
  if (forge === undefined) return undefined;
  if (!situation.pushTag) return { kind: 'tarball', url: tarballUrl(forge, name) };
  context.note(
    'archive.tag-not-there',
    `${forge.url} makes a tarball of tag ${name} only when the tag stands there, and nothing is pushed before you have seen the checksums.`,
    `Publish with --asset; or push the tag first: git tag --sign ${name} && git push ${situation.remote?.name ?? 'origin'} ${name}`,
  );
  return undefined;
}

function chooseAsset(situation: Situation, context: Context): ArchiveChoice | undefined {
  const { options, ports, note } = context;
  const forge = requireForge(situation, context, '--archive-url URL');
  const host = forge && ports.openReleaseHost?.(forge);
  if (forge === undefined) return undefined;
  if (host === undefined) {
    note(
      'archive.no-assets',
      `Release assets at ${forgeTitles[forge.kind]} can't be uploaded from here.`,
      'Upload the archive yourself and say where it will be: --archive-url URL.',
    );
    return undefined;
  }
  if (!options.dryRun && options.output === undefined) host.requireLogin();
  const location = options.archive;
  const name = location === undefined ? archiveName(situation.release) : fileName(location);
  return { kind: 'asset', url: host.assetUrl(situation.release.tag.name, name), location, name, forge, host };
}

const fileName = (location: string): string => location.slice(location.lastIndexOf('/') + 1);

function requireForge(situation: Situation, context: Context, instead: string): SourceForge | undefined {
  const forge = forgeOf(situation, context);
  if (forge === undefined) {
    const address = situation.remote?.address;
    context.note(
      'archive.unknown-forge',
      address === undefined
        ? 'The source repository has no remote, and so no forge.'
        : `Nobody can tell from ${address} which forge the source is at.`,
      `Say which kind it is: --source-forge KIND; or where the archive will be: ${instead}.`,
    );
  }
  return forge;
}

/** A place that opam can download a file from, without credentials that everybody would see. */
function isAddress({ url }: ArchiveChoice, { options, note }: Context): boolean {
  if ([options.archive, url].some((one) => one !== undefined && userInUrl.test(one))) {
    note(
      'archive.address',
      'The address of the archive bears a user name or password, which everybody would see.',
      'Leave it out; what only you may download, download yourself and give its path: --archive FILE.',
    );
    return false;
  }
  if (isFileUrl(url)) return true;
  note(
    'archive.address',
    `opam can't download an archive from "${url}".`,
    'Give an http or https URL of a file: --archive-url.',
  );
  return false;
}

const userInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i;

/** Checksums of generated tarballs broke in 2019 and in January 2023, when the program that packs them changed. */
function noteGenerated(url: string, note: Note): void {
  note(
    'archive.generated',
    `${url} is made anew for whoever asks. When the forge packs it another way, its checksums change and nobody can install the release any more.`,
    'A release asset stays as it was uploaded: --asset.',
  );
}
