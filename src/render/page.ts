import { sha256Hex } from '../core/digest.ts';
import { forHtml } from './escape.ts';

/** HTML that was made by {@link markup}: what came from outside is escaped in it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | readonly Html[] | undefined;

/**
 * A template in which every value is escaped, but those that are HTML already; undefined leaves nothing. It is not
 * called `html`, because Prettier would then change the text within, and so the digest of the style sheet.
 */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, index) => part + pieceText(pieces[index])).join(''));
}

function pieceText(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  return typeof piece === 'object' ? piece.map(({ text }) => text).join('') : forHtml(String(piece));
}

/**
 * A whole page of one file. Its policy lets a browser load nothing, and run nothing but the page's own script, if it
 * has one; style sheet and script are admitted by their digests, so that style attributes and scripts which got in all
 * the same have no effect.
 */
export function page(title: string, css: string, body: Html, script?: string): string {
  const scripts = script === undefined ? '' : ` script-src ${digestOf(script)};`;
  const policy = `default-src 'none';${scripts} style-src ${digestOf(css)}; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(css)}</style>
</head>
<body>
${body}${script === undefined ? undefined : markup`\n<script>${new Html(script)}</script>`}
</body>
</html>
`.text;
}

const digestOf = (text: string): string =>
  `'sha256-${Buffer.from(sha256Hex(Buffer.from(text)), 'hex').toString('base64')}'`;
