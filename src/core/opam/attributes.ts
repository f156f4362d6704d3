import { type Finding, finding } from '../report/report.ts';

/**
 * What a `.gitattributes` file of a package repository says that makes a checkout's bytes differ from the signed
 * ones (trust model, section 9). Anything set that may do so counts, also inside a macro and for whatever
 * pattern: which file it hits depends on other files, and on git's version.
 */
export function attributeProblems(content: Uint8Array, path = '.gitattributes'): readonly Finding[] {
  if (content.length > maximumBytes) {
    return [
      finding(
        'path.attributes',
        { path },
        `${path} has more than ${maximumBytes} bytes, which nobody can look through.`,
      ),
    ];
  }
  const findings: Finding[] = [];
  const lines = Buffer.from(content).toString('latin1').split('\n');
  for (const [index, line] of lines.entries()) {
    const culprit = attributesOf(line).find(changesBytes);
    if (culprit === undefined) continue;
    const at = { path, line: index + 1 };
    findings.push(
      finding(
        'path.attributes',
        at,
        `${path}, line ${index + 1}: ${culprit} changes the bytes of files on checkout.`,
      ),
    );
  }
  return findings;
}

/** A thousand times what opam-repository has. */
const maximumBytes = 1024 * 1024;

/**
 * The words after the pattern. A quoted pattern needs no space after it (git attr.c), so a quote counts as one;
 * words inside such a pattern are then taken for attributes, which errs on the safe side.
 */
function attributesOf(line: string): readonly string[] {
  if (/^[ \t\r]*#/.test(line)) return [];
  const words = line.replaceAll('"', ' ').split(/[\s\0]+/);
  return words.filter((word) => word !== '').slice(1);
}

/** `-ident` and `!ident` take an attribute away; `text` and `eol=lf` only act on CR, which no signed file has. */
function changesBytes(attribute: string): boolean {
  const [name = '', value] = attribute.split('=', 2);
  if (name === 'eol') return value !== 'lf';
  if (name === 'crlf') return value !== 'input';
  return name === 'ident' || name === 'filter' || name === 'working-tree-encoding';
}
