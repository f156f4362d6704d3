import type { CatalogueEntry } from '../catalogue.ts';

export const releaseFindings = {} as const satisfies Record<string, CatalogueEntry>;
