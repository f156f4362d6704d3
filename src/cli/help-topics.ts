/** What can be explained beside the verbs; `findings.md` is the page in docs/. */
const helpTopics = ['exit-codes', 'findings', 'findings.md'] as const;

export type HelpTopic = (typeof helpTopics)[number];

export const isHelpTopic = (text: string): text is HelpTopic => helpTopics.some((topic) => topic === text);
