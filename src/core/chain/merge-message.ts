/** What the message of a mainline commit says of the change it brings. It proves nothing. */
export interface MergeMessage {
  /** What the change is, in one line. */
  readonly title: string;
  /** The number of the pull request, where a forge wrote it down. */
  readonly pull: number | undefined;
}

/** The longest title that is kept, in characters. */
const longestTitle = 160;

/** So much of a message is looked at, in characters: anybody may write a long one. */
const longestMessage = 20_000;

/** A number that people may have given: pull requests are counted from 1. */
const number = String.raw`([1-9]\d{0,8})`;

/** How forges write merges, squashes and rebases. The title is a part of the subject, or the line after it. */
const forms: readonly { readonly subject: RegExp; readonly body?: RegExp }[] = [
  // GitHub: Merge pull request #12 from owner/branch
  { subject: new RegExp(String.raw`^Merge pull request #${number} from \S+$`) },
  // Gitea and Forgejo: Merge pull request 'title' (#12) from owner/branch into main
  { subject: new RegExp(String.raw`^Merge pull request '(?<title>.+)' \(#${number}\) from .+$`) },
  // GitLab: Merge branch 'topic' into 'main', and far below: See merge request group/project!12
  { subject: /^Merge branch '.+' into '.+'$/, body: new RegExp(`^See merge request \\S*!${number}$`, 'm') },
  // A squash or rebase: title (#12)
  { subject: new RegExp(String.raw`^(?<title>.+) \(#${number}\)$`) },
];

/** Reads what a forge wrote into the message of a mainline commit; any other message has its subject as the title. */
export function readMergeMessage(whole: string): MergeMessage {
  const message = whole.slice(0, longestMessage);
  const [subject = '', ...rest] = message.split('\n');
  for (const form of forms) {
    const found = form.subject.exec(subject);
    const digits = found && (form.body === undefined ? found : form.body.exec(message))?.at(-1);
    if (found === null || digits === undefined) continue;
    const title = found.groups?.['title'] ?? rest.find((line) => line.trim() !== '') ?? subject;
    return { title: shortened(title), pull: Number(digits) };
  }
  return { title: shortened(subject), pull: undefined };
}

function shortened(title: string): string {
  const characters = Array.from(title.trim());
  return characters.length <= longestTitle
    ? characters.join('')
    : `${characters.slice(0, longestTitle - 1).join('')}…`;
}
