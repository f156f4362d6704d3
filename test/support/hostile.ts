import { expect } from 'vitest';

/** Moves the cursor (also by a C1 control), changes the title, reorders, ends the line, hides, and is HTML and Markdown. */
export const hostile =
  'x\u001b[2J\u009b31m\u001b]0;t\u0007\u202e\u2066\r\nFORGED verified\u2028\u2029\t\b\u200b\u{e0041}\ufeff</script><img src=x>`*_[a](b)|\u007f';

/** Line feeds are the renderer's own; nothing else may act on a terminal, and no line may be the attacker's. */
export function expectHarmless(text: string): void {
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]*$/u);
  expect(text).not.toMatch(/^\s*FORGED/m);
}

/** JSON that acts on nothing, and still gives a program these very strings. */
export function expectHarmlessJson(json: string, holds: readonly string[]): void {
  expectHarmless(json);
  expect(json).not.toContain('</script');
  const strings = new Set<string>();
  JSON.parse(json, (_key, value: unknown) => {
    if (typeof value === 'string') strings.add(value);
    return value;
  });
  for (const one of holds) expect([...strings].some((string) => string.includes(one))).toBe(true);
}

/** A page in which nothing but our own elements stands, and which a browser runs and loads nothing of. */
export function expectHarmlessHtml(page: string): void {
  expectHarmless(page);
  expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-`);
  const elements = new Set([...page.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([, name = '']) => name));
  const ours =
    '!doctype article b body br code dd details div dl dt footer h1 h2 head header html li main meta p section span style summary time title ul';
  expect([...elements].filter((name) => !ours.split(' ').includes(name.toLowerCase()))).toEqual([]);
  expect(page).not.toMatch(/\son[a-z]+=|\sstyle=|javascript:/i);
}

/** Markdown whose only HTML is our marker and footer, and which mentions, links and embeds nothing. */
export function expectHarmlessMarkdown(markdown: string): void {
  expectHarmless(markdown);
  const outside = markdown.replaceAll(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
  const tags = [...outside.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  expect(
    tags.filter((tag) => !/^<!-- opam-signet-[a-z-]+: written by a machine -->$|^<\/?sub>$/.test(tag)),
  ).toEqual([]);
  expect(outside).not.toMatch(/[[\]@]|:\/\/|https?:\b/);
  expect(outside).not.toMatch(/^(?!### )[#>/]/m);
}
