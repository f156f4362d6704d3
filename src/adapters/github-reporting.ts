import { Fault } from '../core/fault.ts';
import type { OutwardAct, Performed } from '../core/outward-act.ts';
import type { Conclusion } from '../core/report/report.ts';
import type { Annotation, CheckResult, ReportingForge } from '../core/review-ports.ts';
import type { GitHub } from './github-client.ts';
import { type Conversation, putComment, type StandingComment } from './marked-comment.ts';

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
    perform: () => putComment(conversationOf(github, where, comment.number), comment),
  }),
  check: (check): OutwardAct => ({
    id: 'check',
    title: `report on ${check.head} to ${nameOf(where)}`,
    details: { repository: nameOf(where), head: check.head, name: check.name },
    perform: () => putCheck(github, where, check),
  }),
});

const nameOf = ({ owner, repo }: GitHubRepository): string => `${owner}/${repo}`;

interface IssueComment {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string } | null;
}

const standing = ({ id, html_url, body = '', user }: IssueComment): StandingComment => ({
  ...{ id, text: body, author: user?.login, url: html_url },
});

function conversationOf(github: GitHub, where: GitHubRepository, number: number): Conversation {
  const at = `pull request ${number} of ${nameOf(where)}`;
  const list = async (): Promise<readonly StandingComment[]> =>
    (
      await github.list<IssueComment>(`list the comments on ${at}`, (page, rest) =>
        rest.issues.listComments({ ...where, ...page, issue_number: number }),
      )
    ).map(standing);
  return {
    login: () => github.login(),
    list,
    create: async (text) => {
      const login = await github.login();
      // Where the answer was lost, the comment may stand all the same.
      return github.write<StandingComment>(
        `comment on ${at}`,
        async (rest) => ({
          data: standing(
            (await rest.issues.createComment({ ...where, issue_number: number, body: text })).data,
          ),
        }),
        async () => (await list()).find((one) => one.author === login && one.text === text),
      );
    },
    update: (id, text) =>
      github.write<StandingComment>(
        `comment on ${at}`,
        async (rest) => ({
          data: standing((await rest.issues.updateComment({ ...where, comment_id: id, body: text })).data),
        }),
        async () => (await list()).find((one) => one.id === id && one.text === text),
      ),
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
