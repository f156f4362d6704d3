import type { ChangedFolder } from '../core/chain/package-folders.ts';
import { packageDigests } from '../core/chain/statements.ts';
import type { Step } from '../core/chain/step.ts';
import { UNDIGESTIBLE } from '../core/digest.ts';
import { Fault, type FaultCode } from '../core/fault.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { PackageStatement } from '../core/statement-values.ts';

/** What a tag says of package directories of a step; one that has no digest is a Fault of the code `refusal`. */
export async function statePackages(
  step: Step,
  folders: Iterable<ChangedFolder>,
  store: ObjectStore,
  refusal: FaultCode,
): Promise<readonly PackageStatement[]> {
  const stated: PackageStatement[] = [];
  for (const { nameVersion, folder, changes } of folders) {
    const digests = await packageDigests({ ...step, changes }, folder, store);
    if (digests.before === UNDIGESTIBLE || digests.after === UNDIGESTIBLE) {
      throw new Fault(
        refusal,
        `${folder} has no digest: it holds a submodule or a path with a line feed.`,
        'Have the author take it out.',
      );
    }
    stated.push({ nameVersion, ...digests });
  }
  return stated;
}
