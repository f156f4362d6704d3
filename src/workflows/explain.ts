import type { Attribution } from '../core/chain/attribution.ts';
import type { StepEvent } from '../core/chain/history.ts';
import type { Oid } from '../core/git/oid.ts';
import type { RepositoryPath, Seconds } from '../core/ports.ts';

/** One step's word on a path: what it did to it, and who signed for that. */
export interface ExplainedChange {
  readonly step: Oid;
  readonly time: Seconds | undefined;
  readonly act: 'added' | 'changed' | 'removed';
  readonly attribution: Attribution;
}

/** Answers "who signed for this" of a path or a folder, from a walk over history. */
export class Explanation {
  readonly #path: RepositoryPath;
  readonly changes: ExplainedChange[] = [];

  /** The path of a file or folder; the name of a package alone means its folder. */
  constructor(path: string) {
    this.#path = path.includes('/') ? path.replace(/\/+$/, '') : `packages/${path}`;
  }

  add(event: StepEvent): void {
    if (event.kind === 'refused') return;
    const { step, attributions } = event.judgement;
    for (const { path, before, after } of step.changes) {
      const attribution = attributions.find((one) => one.path === path);
      if (attribution === undefined || !this.#covers(path)) continue;
      const act = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
      this.changes.push({ step: step.oid, time: step.commit?.committer.time, act, attribution });
    }
  }

  #covers(path: RepositoryPath): boolean {
    return path === this.#path || path.startsWith(`${this.#path}/`) || path.startsWith(`${this.#path}.`);
  }
}
