import { parseOpamFile, stringField } from '../core/opam/opam-file.ts';
import type { RepositoryPath } from '../core/ports.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import { codeForMarkdown, forMarkdown, forTerminal } from './escape.ts';

/**
 * What a pull request says: the template with its `{{places}}` filled in. Whatever comes from the release is escaped, so
 * that a synopsis mentions nobody and links nowhere.
 */
export function pullRequestText(
  template: string,
  plan: PublishPlan,
  files: ReadonlyMap<RepositoryPath, Uint8Array>,
): string {
  const values = placesOf(plan, files);
  return template
    .replace(/\{\{changes\}\}\n+/, (place) => (plan.changes === '' ? '' : place))
    .replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values.get(name) ?? whole)
    .trim();
}

function placesOf(
  plan: PublishPlan,
  files: ReadonlyMap<RepositoryPath, Uint8Array>,
): ReadonlyMap<string, string> {
  const { releaseTag, archive, key, author, source, submission, packages, target } = plan;
  const heading = packages.map(
    ({ nameVersion, path }) => `* ${codeForMarkdown(nameVersion)}${synopsisOf(files.get(path))}`,
  );
  return new Map([
    ['packages', heading.join('\n')],
    ['tag', codeForMarkdown(releaseTag.name)],
    ['commit', codeForMarkdown(releaseTag.commit)],
    ['source', source === undefined ? 'the source repository' : codeForMarkdown(source.url)],
    ['archive', codeForMarkdown(archive.url)],
    ['changes', changesText(plan.changes)],
    ['author', forMarkdown(author.name)],
    ['key', codeForMarkdown(key?.certificate ?? 'none')],
    // In a block of code, where nothing is markup.
    ['repository', forTerminal(target.address)],
    ['branch', forTerminal(submission.branch)],
    ['submission', forTerminal(submission.tag)],
  ]);
}

function synopsisOf(opam: Uint8Array | undefined): string {
  const read = opam && parseOpamFile(opam);
  const synopsis = read?.ok === true ? stringField(read.value.items, 'synopsis') : undefined;
  return synopsis === undefined ? '' : `: ${forMarkdown(Buffer.from(synopsis, 'latin1').toString())}`;
}

/** More of a change log than this is read at its place. */
const most = { lines: 60, characters: 4000 };

/**
 * The change log's entry as a block of code, so that no `#12` or `@name` in it means anything in another repository, nor
 * anything our end mark.
 */
function changesText(changes: string): string {
  const lines = changes.split('\n');
  const whole = lines.map((line) => forTerminal(line.replaceAll('\t', '    '))).join('\n');
  const kept = whole.split('\n').slice(0, most.lines).join('\n').slice(0, most.characters);
  const text = kept.replaceAll('<!--', '<! --');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const rest = kept === whole ? [] : ['', 'The change log has more.'];
  const inside = [`${fence}text`, text, fence, ...rest].join('\n');
  return `<details><summary>What has changed</summary>\n\n${inside}\n\n</details>`;
}
