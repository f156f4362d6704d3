const begin = '<!-- opam-signet: what stands from here to the end mark is kept up to date by a machine -->';
const end = '<!-- opam-signet: end -->';

/**
 * A text in which our block stands as it is now. What people wrote around it stays, byte for byte; where there is no
 * block yet, or only half of one, it is put at the end.
 */
export function withBlock(text: string, block: string): string {
  const marked = `${begin}\n${block.trim()}\n${end}`;
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start >= 0 && stop > start) return text.slice(0, start) + marked + text.slice(stop + end.length);
  return text.trim() === '' ? marked : `${text.trimEnd()}\n\n${marked}`;
}
