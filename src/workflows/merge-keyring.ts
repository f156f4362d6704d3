import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { finding } from '../core/report/report.ts';
import { mergeKeyrings } from '../core/trust/keyring-merge.ts';
import { keyringPath, type KeyringFiles } from '../core/trust/keyring-state.ts';
import {
  openFiles,
  proposeEdit,
  refuse,
  type KeyringWork,
  type Outcome,
  type Proposal,
} from './change-keyring-draft.ts';
import { mergeCopies } from './refresh-keyring.ts';

/** A proposal of somebody else, and what both began with. */
export interface MergeRequest {
  readonly theirs: KeyringFiles;
  /** The keyring of the commit that both lines of work come from. */
  readonly common: KeyringFiles;
}

/**
 * Proposes a version that has what the folder and another proposal change, both on top of what is in force now
 * (`keyring merge`). Signatures are lost: they fit the text that was signed.
 */
export function proposeMerge(
  work: KeyringWork,
  { theirs, common }: MergeRequest,
): Promise<Outcome<Proposal>> {
  return proposeEdit(work, (current) => {
    const [base, other] = [openFiles(common), openFiles(theirs)];
    if (!base.ok) return base;
    if (!other.ok) return other;
    const merging = mergeKeyrings(base.value.keyring, current.keyring, other.value.keyring);
    if (!merging.ok) {
      const message = `The two changes of the keyring do not go together: ${merging.conflicts.join('; ')}.`;
      return refuse(finding('keyring.conflict', { path: keyringPath }, message));
    }
    const listed = [...merging.content.contributors.values()].flatMap(({ fingerprints }) => fingerprints);
    const certificates = new Map<Fingerprint, Uint8Array>();
    for (const fingerprint of listed) {
      const [one, two] = [current.files, theirs].map((files) => files.certificates.get(fingerprint));
      const file = one !== undefined && two !== undefined ? mergeCopies(one, two) : (one ?? two);
      if (file !== undefined) certificates.set(fingerprint, file);
    }
    return { ok: true, value: { content: merging.content, certificates } };
  });
}
