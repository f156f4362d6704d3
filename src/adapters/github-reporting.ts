import { Fault } from '../core/fault.ts';
import type { OutwardAct, Performed } from '../core/outward-act.ts';
import type { Conclusion } from '../core/report/report.ts';
import { bearsMarker, markedText } from '../core/report/comment.ts';
import type { Annotation, CheckResult, MarkedComment, ReportingForge } from '../core/review-ports.ts';
import type { GitHub } from './github-client.ts';

interface GitHubRepository {
  readonly owner: string;
  readonly repo: string;
}

/** Shows reports at GitHub: a comment that is kept up to date, and a check run or, with a personal token, a status. */
export const githubReporting = (github: GitHub, where: GitHubRepository): ReportingForge => ({
  comment: (comment) => ({
    id: 'comment',
    title: `comment on pull request ${comment.number} of ${nameOf(where)}`,
    details: { repository: nameOf(where), number: String(comment.number), marker: comment.marker },
    perform: () => putComment(github, where, comment),
  }),
  check: (check): OutwardAct => ({
    id: 'check',
    title: `report on ${check.head} to ${nameOf(where)}`,
    details: { repository: nameOf(where), head: check.head, name: check.name },
    perform: () => putCheck(github, where, check),
  }),
});

const nameOf = ({ owner, repo }: GitHubRepository): string => `${owner}/${repo}`;

interface StandingComment {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string } | null;
}

async function putComment(
  github: GitHub,
  where: GitHubRepository,
  { number, marker, body }: MarkedComment,
): Promise<Performed> {
  const text = markedText(marker, body);
  const login = await github.login();
  const find = async (): Promise<StandingComment | undefined> => {
    const all = await github.list<StandingComment>(
      `list the comments on pull request ${number} of ${nameOf(where)}`,
      (page, rest) => rest.issues.listComments({ ...where, ...page, issue_number: number }),
    );
    return all.find((one) => one.user?.login === login && bearsMarker(one.body ?? '', marker));
  };
  const standing = await find();
  if (standing?.body === text) return { outcome: `${standing.html_url} says so already`, made: false };
  const upToDate = async (): Promise<StandingComment | undefined> => {
    const found = await find();
    return found?.body === text ? found : undefined;
  };
  const doing = `comment on pull request ${number} of ${nameOf(where)}`;
  const put = await github.write<StandingComment>(
    doing,
    (rest) =>
      standing === undefined
        ? rest.issues.createComment({ ...where, issue_number: number, body: text })
        : rest.issues.updateComment({ ...where, comment_id: standing.id, body: text }),
    upToDate,
  );
  return {
    outcome: `${put.html_url} ${standing === undefined ? 'made' : 'updated'}`,
    made: standing === undefined,
  };
}

/** Only apps may make check runs, as the token of a workflow is one; whoever else reports makes a commit status. */
async function putCheck(github: GitHub, where: GitHubRepository, check: CheckResult): Promise<Performed> {
  try {
    return await putCheckRun(github, where, check);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'token.refused') throw error;
    return putStatus(github, where, check);
  }
}

/** Undetermined is not `neutral`: GitHub lets neutral checks pass where a check is required. */
const runConclusions: Record<Conclusion, 'success' | 'failure' | 'action_required'> = {
  verified: 'success',
  rejected: 'failure',
  undetermined: 'action_required',
};

const nothingFound = (): Promise<undefined> => Promise.resolve(undefined);

async function putCheckRun(github: GitHub, where: GitHubRepository, check: CheckResult): Promise<Performed> {
  const { head, name, conclusion, title, summary, annotations } = check;
  const run = await github.write<{ readonly html_url: string | null }>(
    `make a check run on ${head} of ${nameOf(where)}`,
    (rest) =>
      rest.checks.create({
        ...where,
        name,
        head_sha: head,
        status: 'completed',
        conclusion: runConclusions[conclusion],
        output: { title, summary, annotations: annotations.slice(0, mostAnnotations).map(annotationOf) },
      }),
    nothingFound,
  );
  return { outcome: `check run ${run.html_url ?? name}`, made: true };
}

/** GitHub takes no more with one request, and nobody reads more. */
const mostAnnotations = 50;

const annotationOf = ({ path, line, level, title, message }: Annotation) => ({
  path: Buffer.from(path, 'latin1').toString(),
  start_line: line,
  end_line: line,
  annotation_level: level,
  title,
  message,
});

const statusStates: Record<Conclusion, 'success' | 'failure' | 'error'> = {
  verified: 'success',
  rejected: 'failure',
  undetermined: 'error',
};

async function putStatus(github: GitHub, where: GitHubRepository, check: CheckResult): Promise<Performed> {
  const { head, name, conclusion, title } = check;
  await github.write(
    `set a commit status on ${head} of ${nameOf(where)}`,
    (rest) =>
      rest.repos.createCommitStatus({
        ...where,
        sha: head,
        state: statusStates[conclusion],
        context: name,
        description: title.slice(0, longestDescription),
      }),
    nothingFound,
  );
  return {
    outcome: `commit status ${statusStates[conclusion]}, as only apps may make check runs`,
    made: true,
  };
}

/** Characters, by GitHub's word. */
const longestDescription = 140;
