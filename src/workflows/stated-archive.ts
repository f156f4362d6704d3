import { changedFolders } from '../core/chain/package-folders.ts';
import type { Step } from '../core/chain/step.ts';
import type { SignetTag } from '../core/chain/tags.ts';
import { NO_DIRECTORY } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { checksumsOf } from '../core/opam/checksum.ts';
import { downloadsOf } from '../core/opam/download.ts';
import { parseOpamFile } from '../core/opam/opam-file.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { ReleaseArchive } from '../core/statement-values.ts';

/** Requires that the opam files of a release still name the archive that its submission tag states. */
export async function requireStatedArchive(
  store: ObjectStore,
  { changes }: Step,
  { tag, statement }: SignetTag,
): Promise<void> {
  const { archive } = statement;
  if (archive === undefined) return;
  const published = new Set(
    statement.packages.flatMap(({ nameVersion, before }) => (before === NO_DIRECTORY ? [nameVersion] : [])),
  );
  for (const { nameVersion, folder, changes: inside } of changedFolders(changes)) {
    const opam = inside.find(({ path }) => path === `${folder}/opam`)?.after;
    if (!published.has(nameVersion) || opam === undefined) continue;
    const why = await departure(store, opam.oid, archive);
    if (why === undefined) continue;
    throw new Fault(
      'resign.refused',
      `${folder}/opam ${why}, and tag ${tag.name} states ${archive.url} (sha256=${archive.sha256}).`,
      'Another archive is another release, which has to be checked as a whole: opam-signet publish.',
    );
  }
}

/** How an opam file departs from the archive; undefined: it does not. */
async function departure(
  store: ObjectStore,
  oid: Oid,
  { url, sha256, sha512 }: ReleaseArchive,
): Promise<string | undefined> {
  const blob = await store.read(oid);
  const parsed = blob && parseOpamFile(blob.content);
  if (parsed?.ok !== true) return 'cannot be read';
  const download = downloadsOf(parsed.value.items).find(({ section }) => section.name === 'url');
  if (download === undefined) return 'has no url section any more';
  if (download.url !== url) return `downloads ${download.url ?? 'from no single address'}`;
  const stated = { sha256, sha512, md5: undefined };
  const other = checksumsOf(download.section).checksums.find(
    ({ kind, hex }) => stated[kind] !== undefined && stated[kind] !== hex,
  );
  return other && `lists ${other.kind}=${other.hex}`;
}
