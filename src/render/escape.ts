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
