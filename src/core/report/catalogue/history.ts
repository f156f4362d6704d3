import type { CatalogueEntry } from '../catalogue.ts';

export const historyFindings = {} as const satisfies Record<string, CatalogueEntry>;
