import type { Performed } from '../core/outward-act.ts';
import type { Conclusion } from '../core/report/report.ts';
import type { CheckResult, ReportingForge } from '../core/review-ports.ts';
import type { GitLab } from './gitlab-client.ts';
import { type Conversation, putComment, type StandingComment } from './marked-comment.ts';

/** Shows reports at GitLab: a note that is kept up to date, and a commit status. */
export const gitlabReporting = (gitlab: GitLab, project: string): ReportingForge => ({
  comment: (comment) => ({
    id: 'comment',
    title: `comment on merge request ${comment.number} of ${project}`,
    details: { project, number: String(comment.number), marker: comment.marker },
    perform: () => putComment(conversationOf(gitlab, project, comment.number), comment),
  }),
  check: (check) => ({
    id: 'check',
    title: `report on ${check.head} to ${project}`,
    details: { project, head: check.head, name: check.name },
    perform: () => putStatus(gitlab, project, check),
  }),
});

interface Note {
  readonly id: number;
  readonly body: string;
  readonly author: { readonly username: string };
}

function conversationOf(gitlab: GitLab, project: string, number: number): Conversation {
  const at = `merge request ${number} of ${project}`;
  const standing = ({ id, body, author }: Note): StandingComment => ({
    ...{ id, text: body, author: author.username },
    url: `${gitlab.site}/${project}/-/merge_requests/${number}#note_${id}`,
  });
  return {
    login: () => gitlab.login(),
    list: async () =>
      (
        await gitlab.ask<readonly Note[]>(`list the notes on ${at}`, (api) =>
          api.MergeRequestNotes.all(project, number, { sort: 'asc', orderBy: 'created_at' }),
        )
      ).map(standing),
    create: async (text) =>
      standing(
        await gitlab.write<Note>(`comment on ${at}`, (api) =>
          api.MergeRequestNotes.create(project, number, text),
        ),
      ),
    update: async (id, text) =>
      standing(
        await gitlab.write<Note>(`comment on ${at}`, (api) =>
          api.MergeRequestNotes.edit(project, number, id, { body: text }),
        ),
      ),
  };
}

/** GitLab knows nothing between success and failure that would not let a merge request pass. */
const states: Record<Conclusion, 'success' | 'failed'> = {
  verified: 'success',
  rejected: 'failed',
  undetermined: 'failed',
};

async function putStatus(
  gitlab: GitLab,
  project: string,
  { head, name, conclusion, title }: CheckResult,
): Promise<Performed> {
  const state = states[conclusion];
  await gitlab.write(`set a commit status on ${head} of ${project}`, (api) =>
    api.Commits.editStatus(project, head, state, { name, description: title.slice(0, longestDescription) }),
  );
  return { outcome: `commit status ${state}`, made: true };
}

/** Characters, by GitLab's word. */
const longestDescription = 255;
