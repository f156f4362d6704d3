/**
 * A grant of package names (trust model, section 3): letters, digits, `-`, `_` and `+` stand for themselves,
 * `*` for any run of them. At least one letter or digit is needed: a pattern of wildcards alone would be the
 * maintainer role under another name. Upper and lower case differ, as they do in package names.
 */
export function isPackagePattern(text: string): boolean {
  return text.length <= maximumLength && /^[A-Za-z0-9_+*-]+$/.test(text) && /[A-Za-z0-9]/.test(text);
}

const maximumLength = 128;

/**
 * Whether the pattern covers the whole name. Takes time in proportion to pattern times name whatever the
 * pattern, which a regular expression made from it would not.
 *
 * @example matchesPattern('foo-*', 'foo-lwt') // true
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const [head = '', ...others] = pattern.split('*');
  const tail = others.pop();
  if (tail === undefined) return pattern === name;
  if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail)) return false;
  const end = name.length - tail.length;
  let at = head.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
