/** What can be explained beside the verbs; `findings.md` is the page in docs/. */
const helpPages = ['exit-codes', 'findings', 'findings.md'] as const;

type HelpPage = (typeof helpPages)[number];

export type HelpTopic = { readonly page: HelpPage } | { readonly code: string };

/** A page, or what looks like the code of a finding: the catalogue is not loaded to find out which word is meant. */
export function helpTopicOf(text: string): HelpTopic | undefined {
  const page = helpPages.find((one) => one === text);
  if (page !== undefined) return { page };
  return /^[a-z0-9-]+\.[a-z0-9-]+$/.test(text) ? { code: text } : undefined;
}
