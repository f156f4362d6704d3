/**
 * Makes text from outside safe to show on a terminal: whatever could move the cursor, change colours, reorder
 * the line or end it is shown as its code point. Names, messages, user ids and paths may all be hostile.
 */
export function forTerminal(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * JSON that is safe on a terminal and inside a page: JSON.stringify leaves C1 controls, bidirectional ones and
 * `</script>` as they are. Whoever parses it gets the same values.
 */
export function escapeJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Co}\u2028\u2029<]/gu, (character) =>
    Array.from(character.split(''), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** A repository path (one character a byte) as people read it: decoded if it is UTF-8, then made safe. */
export function pathForTerminal(path: string): string {
  return forTerminal(decodePath(path));
}

/** A repository path as Unicode, for formats that carry their own escaping; bytes that are not UTF-8 stay latin1. */
export function decodePath(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(path, (one) => one.charCodeAt(0)),
    );
  } catch {
    return path;
  }
}

/** Text for the content and the quoted attributes of an HTML page. */
export function forHtml(text: string): string {
  return forTerminal(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What Markdown, or a forge that shows it, could take for markup: shown as itself, wherever it stands in a line. */
const markup = /[!#$%&*+<=>@[\\\]^_`{|}~"]/g;

/**
 * Text for the middle of a line of Markdown, on any forge: no markup, links, mentions, references to issues or
 * formulas. An invisible character keeps names after `@` and numbers after `#` from being looked up, and addresses
 * from becoming links.
 */
export function forMarkdown(text: string): string {
  return forTerminal(text)
    .replace(markup, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/&#(?:33|35|36|37|38|64|126);|:(?=\/\/)|\bwww(?=\.)|\bGH(?=-)|:(?=[a-z])/gi, '$&&#8203;');
}

/** Text as code in Markdown: shown to the letter. The fence is longer than any run of backticks within. */
export function codeForMarkdown(text: string): string {
  const shown = forTerminal(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const room = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  return `${fence}${room}${shown}${room}${fence}`;
}

/** A repository path as a relative URI reference (RFC 3986, section 2): every byte that has a meaning there is encoded. */
export function pathForUri(path: string): string {
  return path.replace(
    /^\/|[^A-Za-z0-9._~/-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
