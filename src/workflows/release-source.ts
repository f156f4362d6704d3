import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { stringField } from '../core/opam/opam-file.ts';
import type { SourceRemote } from '../core/ports.ts';
import type { ReleaseSource } from '../core/statement-values.ts';
import type { Release } from './choose-release.ts';
import type { Note } from '../core/publish/problem.ts';
import { sameRepository, sourceForge, type SourceForgeKind } from '../core/publish/source-forge.ts';
import { type ReleaseTag, tagId } from './release-tag.ts';

/** Whether the release tag still has to be pushed to the source's remote. A tag there is never moved. */
export async function mustPush(
  tag: ReleaseTag,
  remote: SourceRemote | undefined,
  note: Note,
): Promise<boolean> {
  if (remote === undefined) {
    note(
      'source.no-remote',
      `The source repository has no remote: tag ${tag.name} stays here, and nobody can compare the archive with it.`,
      'git remote add origin URL, then run this again.',
    );
    return false;
  }
  const there = await ask(remote, tag.name, note);
  if (there === 'silent') return true;
  const here = tagId(tag) ?? tag.commit;
  if (there === undefined || (tag.kind !== 'new' && there === here)) return there === undefined;
  note(
    'tag.remote-differs',
    `${remote.name} (${remote.address}) has another tag ${tag.name}: ${there}.`,
    tag.kind === 'new'
      ? `Fetch it: git fetch ${remote.name} tag ${tag.name}.`
      : 'Find out who pushed it. A published tag is never moved: release a new version.',
  );
  return false;
}

async function ask(remote: SourceRemote, tag: string, note: Note): Promise<Oid | undefined | 'silent'> {
  try {
    return await remote.tag(tag);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    note('source.remote-silent', error.message, error.mend);
    return 'silent';
  }
}

/**
 * Where others find the release: the address that the opam file advertises, unless the tag is pushed elsewhere; else
 * the one that the author pushes to, as anybody can fetch from it.
 */
export function sourceOf(
  { tag, packages }: Release,
  remote: SourceRemote | undefined,
  kind: SourceForgeKind | undefined,
): ReleaseSource | undefined {
  const devRepo = advertised(packages);
  const pushed = remote && (sourceForge(remote.address, kind)?.url ?? addressUrl(remote.address));
  const elsewhere = remote !== undefined && sameRepository(devRepo, remote.address) === false;
  const url = elsewhere ? pushed : (addressUrl(devRepo) ?? pushed);
  return url === undefined ? undefined : { url, tag: tag.name, tagId: tagId(tag), commit: tag.commit };
}

/** Notes that the opam file sends people to another repository than the one that has the release tag. */
export function noteElsewhere(
  { packages, tag }: Release,
  remote: SourceRemote | undefined,
  note: Note,
): void {
  const devRepo = advertised(packages);
  if (remote === undefined || sameRepository(devRepo, remote.address) !== false) return;
  note(
    'source.elsewhere',
    `${packages[0].source.path} names ${devRepo} as the source repository, but tag ${tag.name} is kept at ${remote.address}, which the submission will name.`,
    'If this is a fork, push the tag to the main repository: --remote NAME. Otherwise correct dev-repo.',
  );
}

const advertised = (packages: Release['packages']): string =>
  stringField(packages[0].opam.items, 'dev-repo')?.replace(/#.*$/s, '') ?? '';

/** A URL that a statement can hold: opam's `git+` left out, git's `user@host:path` written as one. Not a path. */
function addressUrl(address: string): string | undefined {
  const [, user, host, path] = /^([\w.-]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/.exec(address) ?? [];
  const url = host === undefined ? address.replace(/^git\+/, '') : `ssh://${user ?? ''}${host}/${path ?? ''}`;
  return /^[a-z][a-z0-9+.-]*:\/\/[\x21-\x7e]+$/.test(url) ? url : undefined;
}
