import type { Attribution } from '../core/chain/attribution.ts';
import type { Evidence } from '../core/chain/evidence.ts';
import type { StepEvent } from '../core/chain/history.ts';
import type { Commit } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import type { RepositoryPath, Seconds } from '../core/ports.ts';
import type { Contributor, Keyring } from '../core/trust/keyring.ts';

/** One step's word on a path: what it did to it, and who signed for that. */
export interface ExplainedChange {
  readonly step: Oid;
  readonly time: Seconds | undefined;
  readonly act: 'added' | 'changed' | 'removed';
  readonly attribution: Attribution;
}

/** The change that gave a file the content that it has at the head, with all that was judged for it. */
export interface LastChange extends ExplainedChange {
  /** The place of the step in the mainline. */
  readonly index: number;
  readonly commit: Commit | undefined;
  /** The tags that were fit to be used in the step. */
  readonly tags: readonly Evidence[];
  readonly keyring: Pick<Keyring, 'version' | 'digest'>;
  /** Who signed, as the keyring in force knew them. */
  readonly signer: Contributor | undefined;
}

/** Answers "who signed for this" of a path or a folder, from a walk over history. */
export class Explanation {
  /** The file or folder that is asked about. */
  readonly path: RepositoryPath;
  readonly changes: ExplainedChange[] = [];
  readonly #last = new Map<RepositoryPath, LastChange>();
  /** The places of mainline commits, to find the state tags that cover a step. */
  readonly places = new Map<Oid, number>();

  /**
   * The path of a file or folder; the name of a package alone means its folder, and `NAME@VERSION` the folder of a
   * version.
   */
  constructor(target: string) {
    const asked = Buffer.from(target).toString('latin1');
    const [, folder = asked, version] = /^([^@]+)@([^@/]+)$/.exec(asked) ?? [];
    const path = folder.includes('/') ? folder.replace(/\/+$/, '') : `packages/${folder}`;
    const name = path.split('/').at(-1) ?? '';
    this.path = version === undefined ? path : `${path}/${name}.${version}`;
  }

  add(event: StepEvent): void {
    if (event.kind === 'refused') {
      this.places.set(event.oid, event.index);
      return;
    }
    const { step, attributions, tags } = event.judgement;
    this.places.set(step.oid, event.index);
    const { keyring } = event.ledger.keyrings.inForce;
    for (const { path, before, after } of step.changes) {
      if (!this.#covers(path)) continue;
      const attribution = attributions.find((one) => one.path === path);
      if (attribution === undefined) continue;
      const act = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
      const change = { step: step.oid, time: step.commit?.committer.time, act, attribution } as const;
      this.changes.push(change);
      this.#last.delete(path);
      if (after === undefined) continue;
      const signer = keyring.contributors.get(attribution.contributor ?? '');
      this.#last.set(path, { ...change, index: event.index, commit: step.commit, tags, keyring, signer });
    }
  }

  /** For each file that stands and was changed at all, its last change; the newest last. */
  get last(): readonly LastChange[] {
    return [...this.#last.values()];
  }

  #covers(path: RepositoryPath): boolean {
    return path === this.path || path.startsWith(`${this.path}/`);
  }
}
