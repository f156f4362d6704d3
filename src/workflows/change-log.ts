/** The newest entry of a change log. */
interface ChangeLogEntry {
  /** The file that it stands in. */
  readonly file: string;
  /** Without a leading v. */
  readonly version: string;
  /** The text below the heading, without empty lines around it. */
  readonly text: string;
}

/** Change logs are optional; where nothing can be made of one, `why` says which guess failed. */
export type ChangeLogReading =
  { readonly ok: true; readonly entry: ChangeLogEntry } | { readonly ok: false; readonly why: string };

const fileNames = /^(?:changes|changelog|history|news)(?:\.(?:md|markdown|adoc|asciidoc|org|rst|txt))?$/i;

/** The file that is taken for the change log: CHANGES before CHANGELOG, HISTORY and NEWS. */
export function changeLogFile(names: readonly string[]): string | undefined {
  return names
    .filter((name) => fileNames.test(name))
    .sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))[0];
}

/** Reads the newest entry: markdown, asciidoc, org, keep-a-changelog, or headings underlined or on their own. */
export function readChangeLog(file: string, text: string): ChangeLogReading {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const entries = lines
    .flatMap((_, index) => headingAt(lines, index) ?? [])
    .map((heading, index, headings) => {
      const next = headings.slice(index + 1).find(({ style }) => style === heading.style);
      return { ...heading, body: lines.slice(heading.end, next?.start).join('\n').trim() };
    });
  // keep-a-changelog leaves an empty "Unreleased" on top.
  const [newest] = entries.filter(({ version, body }) => version !== undefined || body !== '');
  if (newest === undefined) return { ok: false, why: `No heading of ${file} names a version.` };
  if (newest.version === undefined) {
    return { ok: false, why: `The newest entry of ${file} is not released: "${newest.title}".` };
  }
  return { ok: true, entry: { file, version: newest.version, text: newest.body } };
}

/** A heading that names a version, or says that there is none yet. */
interface Heading {
  readonly title: string;
  /** Undefined: not released yet. */
  readonly version: string | undefined;
  /** How it is marked as a heading; the next one of the same style ends the entry. */
  readonly style: string;
  /** Its first line, and the line after it. */
  readonly start: number;
  readonly end: number;
}

const marked = /^(#{1,3}|={1,3}|\*{1,2})[ \t]+(\S.*?)[ \t#=]*$/;
const underline = /^([=~-])\1{2,}[ \t]*$/;

/** A heading is marked in front, underlined, or a line at the margin that starts with a version and says little else. */
function headingAt(lines: readonly string[], start: number): Heading | undefined {
  const line = lines[start] ?? '';
  const [, mark, markedTitle] = marked.exec(line) ?? [];
  const [, rule] = underline.exec(lines[start + 1] ?? '') ?? [];
  const underlined = rule !== undefined && line.trim() !== '' && markedTitle === undefined;
  const title = underlined ? line.trim() : (markedTitle ?? line);
  const style = underlined ? rule : (mark ?? '');
  const version = (style === '' ? bare : titled).exec(title)?.[1];
  const unreleased = style !== '' && /^\[?unreleased\b/i.test(title);
  if (version === undefined && !unreleased) return undefined;
  return { title, version, style, start, end: start + (underlined ? 2 : 1) };
}

/** A date does not fit: it has two hyphens. */
const versionForm = String.raw`v?(\d+(?:[.~+_]?[0-9A-Za-z]+)*(?:-[0-9A-Za-z.]+)?)`;
const titled = new RegExp(String.raw`^\[?(?:[A-Za-z][\w-]* \[?)?${versionForm}\]?(?=[\s:,(]|$)`, 'i');
const bare = new RegExp(String.raw`^${versionForm}(?=:?[ \t]*$|:?[ \t]+[(–—-])`);
