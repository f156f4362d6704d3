import type { CatalogueEntry } from '../catalogue.ts';
import type { SignatureReason } from '../../openpgp/signature.ts';

/** Why a signature does not count (trust model, section 2). One entry for every reason that a verdict can give. */
export const signatureFindings = {
  'signature.absent': {
    severity: 'error',
    effect: 'refutes',
    title: 'There is no signature',
    meaning: 'The object carries no signature at all.',
    mend: 'Sign it: git commit --amend -S, or git tag --sign.',
  },
} as const satisfies Partial<Record<`signature.${SignatureReason}`, CatalogueEntry>>;
