/** What a dune-project says of the whole project. */
export interface DuneProject {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** Reads the stanzas `(name …)` and `(version …)` at the top level; those of single packages lie deeper. */
export function readDuneProject(text: string): DuneProject {
  const stanzas = expressions(text).filter((one) => typeof one !== 'string');
  const argument = (name: string): string | undefined => {
    const [, value] = stanzas.find(([head]) => head === name) ?? [];
    return typeof value === 'string' ? value : undefined;
  };
  return { name: argument('name'), version: argument('version') };
}

type Expression = string | readonly Expression[];

/** A comment, a string, a parenthesis or an atom: there is nothing else in a file of dune's. */
const token = /;[^\n]*|"((?:[^"\\]|\\.)*)"|([()])|([^\s()";]+)/g;

/** The s-expressions of a file; what is never closed is left out. */
function expressions(text: string): readonly Expression[] {
  const whole: Expression[] = [];
  const open: Expression[][] = [whole];
  for (const [, string, parenthesis, atom] of text.matchAll(token)) {
    const innermost = open.at(-1) ?? whole;
    const word = string ?? atom;
    if (word !== undefined) innermost.push(word);
    if (parenthesis === '(') open.push([]);
    if (parenthesis === ')' && open.length > 1) {
      open.pop();
      (open.at(-1) ?? whole).push(innermost);
    }
  }
  return whole;
}
