import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Progress, Seconds } from '../core/ports.ts';
import {
  type Claim,
  conclude,
  type Conclusion,
  type Finding,
  type Report,
  settle,
} from '../core/report/report.ts';
import type { PullRequest } from '../core/review-ports.ts';
import { someAtOnce } from '../core/some-at-once.ts';
import { type Foundation, verifyBase } from './verify-base.ts';
import { examinePr, type PrReport, type VerifyPrRequest } from './verify-pr.ts';

/** A pull request that is open, fetched or not. */
export interface OpenPull {
  readonly pull: PullRequest;
  /** A Fault: why it could not be fetched. */
  readonly request: VerifyPrRequest | Fault;
}

/** One of many, judged. */
export interface JudgedPull {
  readonly pull: PullRequest;
  readonly conclusion: Conclusion;
  /** What its conclusion rests on: the errors of what is required. */
  readonly errors: readonly Finding[];
  /** Why it could not be judged. */
  readonly fault: Fault | undefined;
  readonly report: PrReport | undefined;
}

export interface OpenReport extends Report {
  readonly verb: 'verify-pr';
  readonly pulls: readonly JudgedPull[];
}

/** Downloads are waited for together; judging itself takes turns. */
const pullsAtOnce = 4;

/** Judges every open pull request, each by itself: as if it were the only one to be merged now. */
export async function verifyOpen(
  pulls: readonly OpenPull[],
  { now, progress }: { readonly now: Seconds; readonly progress: Progress },
): Promise<OpenReport> {
  const bases = new Map<Oid, Promise<Foundation>>();
  const foundationOf = (request: VerifyPrRequest): Promise<Foundation> => {
    const known = bases.get(request.base) ?? verifyBase({ ...request, progress });
    bases.set(request.base, known);
    return known;
  };
  const [first] = pulls.flatMap(({ request }) => (request instanceof Fault ? [] : [request]));
  if (first !== undefined) await foundationOf(first);
  progress.stage('Judging pull requests', pulls.length);
  const judged = await someAtOnce(pulls, pullsAtOnce, async (one) => {
    const result = await judge(one, foundationOf);
    progress.advance();
    return result;
  });
  progress.end();
  const claims = judged.map(claimOf);
  const required = claims.map(({ id }) => id);
  return {
    verb: 'verify-pr',
    conclusion: conclude(required, claims),
    required,
    claims,
    findings: claims.flatMap(({ findings }) => findings),
    now,
    pulls: judged,
  };
}

/** One of many is told of in one line. */
const quiet: Progress = { stage: () => undefined, advance: () => undefined, end: () => undefined };

async function judge(
  { pull, request }: OpenPull,
  foundationOf: (request: VerifyPrRequest) => Promise<Foundation>,
): Promise<JudgedPull> {
  if (request instanceof Fault) return unjudged(pull, request);
  try {
    const { report } = await examinePr({ ...request, progress: quiet }, await foundationOf(request));
    const required = report.claims.filter(({ id }) => report.required.includes(id));
    const errors = required
      .flatMap(({ findings }) => findings)
      .filter(({ severity }) => severity === 'error');
    return { pull, conclusion: report.conclusion, errors, fault: undefined, report };
  } catch (error) {
    // One that fails does not keep the others from being judged.
    if (error instanceof Fault) return unjudged(pull, error);
    throw error;
  }
}

const unjudged = (pull: PullRequest, fault: Fault): JudgedPull => ({
  pull,
  conclusion: conclude([], []),
  errors: [],
  fault,
  report: undefined,
});

function claimOf({ pull, conclusion, errors, fault, report }: JudgedPull): Claim {
  const { number, title, head } = pull;
  return settle(
    `pull-request.${number}`,
    `Pull request ${number} is verified: ${title}`,
    conclusion === 'verified',
    conclusion === 'verified' ? [] : errors,
    [fault === undefined ? `${report?.head ?? head} into ${report?.base ?? pull.base}` : fault.message],
  );
}
