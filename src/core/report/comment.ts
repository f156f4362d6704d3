/** What tells the comment of a verb from all others (see MarkedComment): letters and hyphens. */
export const commentMarker = (verb: string): string => `opam-signet-${verb.replaceAll(' ', '-')}`;

/**
 * The first line of a comment with a marker: hidden where the comment is shown, and how a later run finds it again.
 * Anybody can write such a line, so that it counts only in what we wrote ourselves.
 */
const hiddenLine = (marker: string): string => `<!-- ${marker}: written by a machine -->`;

/** A comment as it is sent: the hidden line, then what people see. */
export const markedText = (marker: string, body: string): string => `${hiddenLine(marker)}\n\n${body}`;

/** Whether a comment has the marker. Forges may have changed its line ends. */
export const bearsMarker = (text: string, marker: string): boolean =>
  text.split(/\r?\n/, 1).join() === hiddenLine(marker);
