import type { RepositoryPath } from '../ports.ts';

/** One station on the way of a file from its source into a signed state. */
export interface ProvenanceLink {
  readonly kind: 'source' | 'archive' | 'tag' | 'commit' | 'step' | 'keyring' | 'state';
  /** The git object that it is about, where there is one. */
  readonly object: string | undefined;
  /** What is to be said of it, for people. */
  readonly words: string;
}

/** Where a file that stands at the head came from, source first; what is missing says so. */
export interface ProvenanceChain {
  readonly path: RepositoryPath;
  readonly links: readonly ProvenanceLink[];
}

export const linkTitles: Record<ProvenanceLink['kind'], string> = {
  source: 'source tag',
  archive: 'archive',
  tag: 'tag',
  commit: 'commit',
  step: 'step',
  keyring: 'keyring',
  state: 'state',
};
