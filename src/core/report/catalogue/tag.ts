import type { CatalogueEntry } from '../catalogue.ts';

export const tagFindings = {} as const satisfies Record<string, CatalogueEntry>;
