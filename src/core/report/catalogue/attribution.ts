import type { CatalogueEntry } from '../catalogue.ts';

export const attributionFindings = {} as const satisfies Record<string, CatalogueEntry>;
