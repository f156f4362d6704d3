import type { Severity } from './report.ts';
import { attributionFindings } from './catalogue/attribution.ts';
import { historyFindings } from './catalogue/history.ts';
import { keyringCareFindings } from './catalogue/keyring-care.ts';
import { keyringFindings } from './catalogue/keyring.ts';
import { lintFindings } from './catalogue/lint.ts';
import { objectFindings } from './catalogue/object.ts';
import { packageFindings } from './catalogue/package.ts';
import { releaseFindings } from './catalogue/release.ts';
import { requestFindings } from './catalogue/request.ts';
import { signatureFindings } from './catalogue/signature.ts';
import { tagFindings } from './catalogue/tag.ts';

/** What a finding does to the claim that it stands in. */
export type Effect = 'refutes' | 'leaves-unproven' | 'none';

export interface CatalogueEntry {
  readonly severity: Severity;
  readonly effect: Effect;
  /** A few words, without a full stop. */
  readonly title: string;
  /** What it means and which rule is broken, with the section of docs/trust-model.md. */
  readonly meaning: string;
  /** What mends it, in general; a finding may carry a more exact command. */
  readonly mend: string;
}

/** Every finding that any verb can report. docs/findings.md and `help findings` are made from it. */
export const catalogue = {
  ...objectFindings,
  ...signatureFindings,
  ...tagFindings,
  ...keyringFindings,
  ...keyringCareFindings,
  ...attributionFindings,
  ...historyFindings,
  ...packageFindings,
  ...lintFindings,
  ...releaseFindings,
  ...requestFindings,
} as const satisfies Record<string, CatalogueEntry>;

export type FindingCode = keyof typeof catalogue;
