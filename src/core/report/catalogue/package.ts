import type { CatalogueEntry } from '../catalogue.ts';

export const packageFindings = {} as const satisfies Record<string, CatalogueEntry>;
