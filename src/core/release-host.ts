import type { OutwardAct } from './outward-act.ts';

/** Where the author's forge keeps files beside the source: releases, whose files stay as they were uploaded. */
export interface ReleaseHost {
  /** Of the source repository there, for people. */
  readonly address: string;
  /** A credentials Fault where nobody is logged in there. */
  requireLogin(): void;
  /** Where users will download a file of a release. */
  assetUrl(tag: string, name: string): string;
  /** The acts that make a release of a tag that stands there and upload its files: a draft, which nobody sees. */
  uploads(release: HostedRelease): readonly OutwardAct[];
  /** The acts that make the draft public. */
  publishes(release: HostedRelease): readonly OutwardAct[];
}

/** A release as a forge shows it. */
export interface HostedRelease {
  /** The tag's name, without `refs/tags/`. */
  readonly tag: string;
  readonly title: string;
  /** As markdown; may be empty. */
  readonly text: string;
  readonly files: readonly ReleaseFile[];
}

export interface ReleaseFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
