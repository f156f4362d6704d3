import type { Comment } from 'gitea-js';
import type { Performed } from '../core/outward-act.ts';
import type { Conclusion } from '../core/report/report.ts';
import type { CheckResult, ReportingForge } from '../core/review-ports.ts';
import type { Forgejo } from './forgejo-client.ts';
import { type ForgejoRepository, nameOf } from './forgejo-review.ts';
import { type Conversation, putComment, type StandingComment } from './marked-comment.ts';

/** Shows reports at Forgejo or Gitea: a comment that is kept up to date, and a commit status. */
export const forgejoReporting = (forgejo: Forgejo, where: ForgejoRepository): ReportingForge => ({
  comment: (comment) => ({
    id: 'comment',
    title: `comment on pull request ${comment.number} of ${nameOf(where)}`,
    details: { repository: nameOf(where), number: String(comment.number), marker: comment.marker },
    perform: () => putComment(conversationOf(forgejo, where, comment.number), comment),
  }),
  check: (check) => ({
    id: 'check',
    title: `report on ${check.head} to ${nameOf(where)}`,
    details: { repository: nameOf(where), head: check.head, name: check.name },
    perform: () => putStatus(forgejo, where, check),
  }),
});

const standing = ({ id = 0, body = '', user, html_url = '' }: Comment): StandingComment => ({
  ...{ id, text: body, author: user?.login, url: html_url },
});

function conversationOf(forgejo: Forgejo, where: ForgejoRepository, number: number): Conversation {
  const { owner, repo } = where;
  const at = `pull request ${number} of ${nameOf(where)}`;
  return {
    login: () => forgejo.login(),
    // All at once: this list has no pages.
    list: async () => {
      const all = await forgejo.ask(`list the comments on ${at}`, (api) =>
        api.repos.issueGetComments(owner, repo, number),
      );
      return all.map(standing);
    },
    create: async (text) =>
      standing(
        await forgejo.write(`comment on ${at}`, (api) =>
          api.repos.issueCreateComment(owner, repo, number, { body: text }),
        ),
      ),
    update: async (id, text) =>
      standing(
        await forgejo.write(`comment on ${at}`, (api) =>
          api.repos.issueEditComment(owner, repo, id, { body: text }),
        ),
      ),
  };
}

const states: Record<Conclusion, 'success' | 'failure' | 'error'> = {
  verified: 'success',
  rejected: 'failure',
  undetermined: 'error',
};

async function putStatus(
  forgejo: Forgejo,
  where: ForgejoRepository,
  { head, name, conclusion, title }: CheckResult,
): Promise<Performed> {
  const state = states[conclusion];
  await forgejo.write(`set a commit status on ${head} of ${nameOf(where)}`, (api) =>
    api.repos.repoCreateStatus(where.owner, where.repo, head, { state, context: name, description: title }),
  );
  return { outcome: `commit status ${state}`, made: true };
}
