import { downloadsOf } from '../opam/download.ts';
import { parseOpamFile } from '../opam/opam-file.ts';
import { parsePackagePath } from '../opam/package.ts';
import type { ObjectStore, PathChange } from '../ports.ts';
import { type Claim, finding, settle } from '../report/report.ts';
import type { PackageStatement } from '../statement-values.ts';
import type { Keyring } from '../trust/keyring.ts';
import type { Attribution } from './attribution.ts';

/**
 * Where the keyring file wants releases from signed tags, a contributor can't do without by leaving out the submission,
 * which names the tag (trust model, section 8): `released` is what that brings. Undefined where it does not.
 */
export async function submittedClaim(
  { changes, attributions }: Brought,
  released: readonly PackageStatement[],
  keyring: Keyring,
  store: ObjectStore,
): Promise<Claim | undefined> {
  if (keyring.policy['source-tag'] !== 'require') return undefined;
  const stated = new Set(released.map(({ nameVersion }) => nameVersion));
  const byContributors = new Set(
    attributions.flatMap(({ path, contributor = '' }) =>
      keyring.contributors.get(contributor)?.roles.has('maintainer') === false ? path : [],
    ),
  );
  const findings = [];
  for (const change of changes) {
    const parsed = parsePackagePath(change.path);
    if (parsed?.rest !== 'opam' || stated.has(parsed.nameVersion) || !byContributors.has(change.path))
      continue;
    if (!(await isRelease(change, store))) continue;
    const message = `${parsed.nameVersion} is new, and the submission on the head does not name the tag that it was released from.`;
    findings.push(finding('release.source-required', { path: change.path }, message));
  }
  const title = 'Every release that a contributor brings is submitted with its source tag';
  return settle('release.submission', title, findings.length === 0, findings);
}

interface Brought {
  readonly changes: readonly PathChange[];
  readonly attributions: readonly Attribution[];
}

/** A new package version that downloads something. Virtual packages are released from nowhere. */
async function isRelease({ before, after }: PathChange, store: ObjectStore): Promise<boolean> {
  if (before !== undefined || after === undefined) return false;
  const blob = await store.read(after.oid);
  const parsed = blob && parseOpamFile(blob.content);
  return parsed?.ok !== true || downloadsOf(parsed.value.items).length > 0;
}
