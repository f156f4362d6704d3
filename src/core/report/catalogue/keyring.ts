import type { CatalogueEntry } from '../catalogue.ts';

export const keyringFindings = {} as const satisfies Record<string, CatalogueEntry>;
