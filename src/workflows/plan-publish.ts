import type { Oid } from '../core/git/oid.ts';
import { entryAt } from '../core/git/tree.ts';
import { CertificateSet } from '../core/openpgp/certificate-set.ts';
import { type Note, type Problem, Problems } from '../core/publish/problem.ts';
import { Answers } from './answers.ts';
import { isArchivePath } from './archive-name.ts';
import { assemblePlan } from './assemble-plan.ts';
import { type ArchiveChoice, chooseArchive, needArchive } from './choose-archive.ts';
import { chooseNames } from './choose-names.ts';
import { chooseRelease, type Release } from './choose-release.ts';
import { openSigning, type SigningMeans } from './open-signing.ts';
import type { PreparedPublish } from './prepared-publish.ts';
import type { PublishOptions, PublishPorts } from './publish-request.ts';
import { type PreparedArchive, prepareArchive } from './release-archive.ts';
import { mustPush, noteElsewhere } from './release-source.ts';
import { checkReleaseTag } from './release-tag.ts';
import {
  makeRepositoryOpamFile,
  noteLint,
  noteRepositoryLint,
  type RepositoryOpamFile,
} from './repository-opam-file.ts';
import { checkAuthority, readTarget, type Target } from './target.ts';
import { noteUnfinished } from './unfinished-runs.ts';

/** Either a plan, perhaps with warnings, or what stands in the way of one. */
export type Planning =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'planned'; readonly prepared: PreparedPublish; readonly problems: readonly Problem[] };

interface Context {
  readonly options: PublishOptions;
  readonly ports: PublishPorts;
  readonly answers: Answers;
  readonly note: Note;
}

/** What only a person can decide, and what follows from it without asking anybody else. */
interface Decisions {
  readonly release: Release;
  readonly to: string;
  readonly archive: ArchiveChoice;
  /** Whether the release tag is not yet at the source's remote. */
  readonly pushTag: boolean;
}

/**
 * Gathers everything about a release, asks what is not known, and makes a plan of it. Nothing is written to the
 * source, the package repository or anywhere outside this machine, and but for a test nothing is signed.
 */
export async function planPublish(options: PublishOptions, ports: PublishPorts): Promise<Planning> {
  const problems = new Problems(options.overrides);
  const context = { options, ports, answers: new Answers(ports.prompter), note: problems.note };
  const decisions = await decide(context, problems);
  if (decisions === undefined) return { kind: 'refused', problems: problems.found };
  const prepared = await prepare(decisions, context, problems);
  return prepared === undefined
    ? { kind: 'refused', problems: problems.found }
    : { kind: 'planned', prepared, problems: problems.found };
}

/** The cheap checks come first, so that nobody answers questions in vain. */
async function decide(context: Context, problems: Problems): Promise<Decisions | undefined> {
  const { options, ports, answers, note } = context;
  noteUnfinished(
    ports.unfinished.filter(({ here }) => here),
    note,
  );
  const head = await checkSource(context);
  if (head === undefined || (answers.interactive && problems.prevent)) return undefined;
  const release = await chooseRelease(ports.source.store, head, options, answers, note);
  if (release?.tag.kind === 'new') await checkClean(release, context);
  if (release !== undefined) noteUnfinished(ofOtherClones(release, ports), note);
  if (answers.interactive && problems.prevent) return undefined;
  const to =
    options.to ?? (await answers.text({ flag: '--to', message: whereTo, preset: 'ocaml/opam-repository' }));
  const pushTag = release !== undefined && (await mustPush(release.tag, ports.source.remote, note));
  if (release === undefined) needArchive(context);
  const archive =
    release && (await chooseArchive({ release, remote: ports.source.remote, pushTag }, context));
  if (!options.yes && !options.dryRun) answers.need('--yes', 'publish without a last question');
  answers.requireAll();
  if (release === undefined || to === undefined || archive === undefined) return undefined;
  return { release, to, archive, pushTag };
}

/** Runs for the same package versions that somebody began in another clone of the source. */
const ofOtherClones = ({ packages, version }: Release, { unfinished }: PublishPorts) =>
  unfinished.filter(
    (run) => !run.here && packages.some(({ name }) => run.packages.includes(`${name}.${version}`)),
  );

const whereTo = 'Package repository (OWNER/NAME at GitHub, path or URL)';

async function checkSource({ ports, note }: Context): Promise<Oid | undefined> {
  if (ports.author === undefined) {
    note(
      'identity.missing',
      'git does not know your name and e-mail address, which commit and tag will bear.',
      'git config --global user.name "Your Name" && git config --global user.email you@example.org',
    );
  }
  const head = await ports.source.store.resolve('HEAD');
  if (head === undefined)
    note('source.empty', 'The source repository has no commit yet.', 'Commit what you want to release.');
  return head;
}

/** The archive of the release before, which lies where it was made, is in nobody's way. */
async function checkClean(release: Release, { ports, note }: Context): Promise<void> {
  const { store } = ports.source;
  const changes: string[] = [];
  for (const path of await ports.source.changes()) {
    const made =
      isArchivePath(release, path) && (await entryAt(store, release.tree.commit, path)) === undefined;
    if (!made) changes.push(path);
  }
  const [first, ...others] = changes;
  if (first === undefined) return;
  const those = others.length === 0 ? `${first} differs` : `${first} and ${others.length} more differ`;
  note(
    'source.dirty',
    `${those} from HEAD and would not be in the release.`,
    `Commit, stash or ignore ${others.length === 0 ? 'it' : 'them'}: git status lists what differs.`,
  );
}

/** Checks everything else, and goes on after what fails, so that all of it is told at once. */
async function prepare(
  { release, to, archive: choice, pushTag }: Decisions,
  context: Context,
  problems: Problems,
): Promise<PreparedPublish | undefined> {
  const { options, ports, note } = context;
  const { source, clock, progress } = ports;
  const signing = await openSigning({ ...context, ...ports });
  if (signing !== undefined) {
    checkReleaseTag(
      release.tag,
      new CertificateSet([signing.certificate]),
      source.store.format,
      clock(),
      note,
    );
  }
  noteElsewhere(release, source.remote, note);
  const archive = await prepareArchive(release, choice, options, ports, note);
  const files = archive && (await makeFiles(release, archive, context));
  // git may ask for a password in this terminal.
  progress.end();
  const forge = await ports.openForge(to);
  const repository = await forge.open(options.base);
  let prepared: PreparedPublish | undefined;
  try {
    const target = await readTarget(
      repository,
      release.packages.map(({ name }) => name),
      release.version,
      note,
    );
    for (const file of files ?? []) {
      noteRepositoryLint(file, target?.standing.has(file.name) === false, note);
    }
    const names = await chooseNames(release, repository, { options, author: ports.author, note });
    if (target !== undefined) checkRepositoryId(target, context);
    const entitled =
      target !== undefined && signing !== undefined && isEntitled(target, signing, release, context);
    if (!problems.prevent && archive && files && target && names && ports.author) {
      prepared = await assemblePlan({
        ...{ release, archive, files, target, names, signing, entitled, repository, pushTag },
        ...{ forge, author: ports.author, options, source, now: clock() },
      });
    }
    return prepared;
  } finally {
    if (prepared === undefined) await repository.close();
  }
}

/** The keyring file says whose statements it takes; a statement for another repository could be replayed there. */
function checkRepositoryId({ keyring }: Target, { options, note }: Context): void {
  const named = keyring?.keyring.repository;
  if (named === undefined || options.repositoryId === undefined || named === options.repositoryId) return;
  note(
    'target.other-id',
    `The keyring file there is for ${named}, not for ${options.repositoryId}.`,
    'Check --to, and leave out --repository-id if the keyring file is right.',
  );
}

function isEntitled(
  { keyring, standing }: Target,
  { certificate }: SigningMeans,
  release: Release,
  { ports, note }: Context,
): boolean {
  return (
    keyring !== undefined && checkAuthority(keyring, certificate, release, standing, ports.clock(), note)
  );
}

async function makeFiles(
  release: Release,
  { published }: PreparedArchive,
  { ports, note }: Context,
): Promise<readonly RepositoryOpamFile[] | undefined> {
  const files: RepositoryOpamFile[] = [];
  for (const one of release.packages) {
    const file = makeRepositoryOpamFile(one, release.version, published, release.tree.commit, note);
    if (file === undefined) continue;
    noteLint(file, await ports.lint(file.nameVersion, file.content), note);
    files.push(file);
  }
  return files.length === release.packages.length ? files : undefined;
}
