/** The flags by which an author publishes although a check has failed. */
export const overrideFlags = ['--allow-dirty', '--accept-tag', '--force-lint', '--force-with-lease'] as const;

export type OverrideFlag = (typeof overrideFlags)[number];

interface Check {
  /** A failed check with severity `error` ends the run before anything is signed. */
  readonly severity: 'error' | 'warning';
  readonly override?: OverrideFlag;
}

/** Every check of the preflight, by the code of its failure. */
const checks = {
  'run.unfinished': { severity: 'warning' },
  'source.empty': { severity: 'error' },
  'source.dirty': { severity: 'error', override: '--allow-dirty' },
  'source.no-remote': { severity: 'warning' },
  'source.remote-silent': { severity: 'warning' },
  'source.elsewhere': { severity: 'warning' },
  'identity.missing': { severity: 'error' },
  'tag.unreadable': { severity: 'error' },
  'tag.lightweight': { severity: 'error', override: '--accept-tag' },
  'tag.not-signed-by-you': { severity: 'error', override: '--accept-tag' },
  'tag.remote-differs': { severity: 'error' },
  'package.none': { severity: 'error' },
  'package.unknown': { severity: 'error' },
  'package.unreadable': { severity: 'error' },
  'package.renamed': { severity: 'error' },
  'package.look-alike': { severity: 'warning' },
  'version.unclear': { severity: 'error' },
  'version.disagrees': { severity: 'error' },
  'version.change-log': { severity: 'warning' },
  'version.published': { severity: 'error' },
  'key.unusable': { severity: 'error' },
  'key.unknown-in-dry-run': { severity: 'warning' },
  'target.layout': { severity: 'error' },
  'target.other-id': { severity: 'error' },
  'target.branch-name': { severity: 'error' },
  'target.branch-stands': { severity: 'error', override: '--force-with-lease' },
  'target.tag-stands': { severity: 'error', override: '--force-with-lease' },
  'keyring.none': { severity: 'warning' },
  'keyring.unreadable': { severity: 'warning' },
  'keyring.expired': { severity: 'warning' },
  'keyring.unknown-key': { severity: 'warning' },
  'keyring.no-authority': { severity: 'warning' },
  'archive.differs': { severity: 'error' },
  'archive.differs-as-asked': { severity: 'warning' },
  'archive.unreadable': { severity: 'error' },
  'archive.address': { severity: 'error' },
  'archive.unknown-forge': { severity: 'error' },
  'archive.no-assets': { severity: 'error' },
  'archive.tag-not-there': { severity: 'error' },
  'archive.generated': { severity: 'warning' },
  'archive.file-stands': { severity: 'error' },
  'opam.refused': { severity: 'error' },
  'opam.lint': { severity: 'error', override: '--force-lint' },
  'opam.lint-warning': { severity: 'warning' },
} as const satisfies Record<string, Check>;

type ProblemCode = keyof typeof checks;

/** A check of the preflight that failed: what is wrong, what mends it, and the flag that publishes all the same. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** One sentence that names the object. */
  readonly what: string;
  readonly mend: string;
  readonly override: OverrideFlag | undefined;
}

/** Notes a failed check; one that the author overrides only warns. */
export type Note = (code: ProblemCode, what: string, mend: string) => void;

/** Collects what the checks find, so that all of it is told at once. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #overrides: ReadonlySet<OverrideFlag>;

  constructor(overrides: ReadonlySet<OverrideFlag>) {
    this.#overrides = overrides;
  }

  readonly note: Note = (code, what, mend) => {
    const { severity, override }: Check = checks[code];
    const overridden = override !== undefined && this.#overrides.has(override);
    this.#found.push({ code, severity: overridden ? 'warning' : severity, what, mend, override });
  };

  /** Errors first, otherwise in the order of the checks. */
  get found(): readonly Problem[] {
    return [...this.#found].sort((one, other) => rank(one) - rank(other));
  }

  get prevent(): boolean {
    return this.#found.some(({ severity }) => severity === 'error');
  }
}

const rank = ({ severity }: Problem): number => (severity === 'error' ? 0 : 1);
