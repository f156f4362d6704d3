import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OpamFile } from '../../src/core/opam/ast.ts';
import { checksumFindings } from '../../src/core/opam/download.ts';
import { parseOpamFile } from '../../src/core/opam/opam-file.ts';
import { packageProblems } from '../../src/core/opam/package-file.ts';
import { parsePackagePath } from '../../src/core/opam/package.ts';
import { caseCollisions, pathProblems } from '../../src/core/opam/path-rules.ts';
import { attributeProblems } from '../../src/core/opam/attributes.ts';
import { emptyTree } from '../../src/core/git/oid.ts';
import { buildDump, dump, dumpAll, officialParser } from '../support/opam-oracle.ts';
import { opamSliceFiles } from '../support/opam-slice.ts';
import { dataFolder } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

const library = officialParser();
const why = library === undefined ? ' (skipped: needs ocamlopt and libopam-file-format-ocaml-dev)' : '';
const whyReal = ' (needs OPAM_SIGNET_DATA)';

/** What this project reads, in the oracle's words; `null` where it refuses. */
function own(content: Uint8Array): string {
  const reading = parseOpamFile(content);
  return reading.ok ? dump(reading.value) : 'null';
}

function reasonOf(content: Uint8Array): string {
  const reading = parseOpamFile(content);
  return reading.ok ? '' : reading.error.message;
}

describe.skipIf(library === undefined)(`the official OCaml parser${why}`, () => {
  let program = '';
  beforeAll(async () => {
    program = buildDump(library ?? '', await temporaryFolder());
  });

  it('builds the same tree, at the same lines and columns, for a file with everything', () => {
    const content = Buffer.from(
      'opam-version: "2.0" # c\ndepends: [ "a" {>= "1" & < "2" | !b:c & ?d} ("e" | "f" {= version}) ]\n' +
        'setenv: [[A += "x"] [B =: """\n"y"\\x41\\065"""]]\nurl {\n  src: "s\\\n     t" (* (* *) *)\n}\n' +
        'extra-source "p" { i: -1_0 t: true }\n',
    );
    expect(own(content)).not.toBe('null');
    expect(dumpAll(program, [content])).toEqual([own(content)]);
  });

  // Random sequences of what the format is made of: most are refused by both, thousands are not.
  const fragment = fc.constantFrom(
    'a', 'b:c', '_', '_:x', '1', '-5', '__', '"', '"""', '\\', '\n', '\r\n', '\r', ' ', '{', '}', '[', ']', '(', ')', '(*',
    '*)', '#', '&', '|', '!', '?', '=', '!=', '>=', '<', '>', '<=', '~', '+=', '=+', '=+=', ':=', '=:', ':', ': ', 'true', 'false',
    '"x"', '"y" ', '\\x41', '\\065', '\\999', '\\n', '\\ ', '\t', '\xe9', '\0', 'url {', 'foo: ', 'a-b', '+', 'x+y', '-',
  ); // prettier-ignore
  const text = fc.tuple(fc.constantFrom('', 'a: ', 'a: [', 'a: "'), fc.array(fragment, { maxLength: 12 }));

  it('agrees on what is in the format and what it means', () => {
    const contents = fc
      .sample(text, { numRuns: 30_000, seed: 1 })
      .map(([head, parts]) => Buffer.from(head + parts.join(''), 'latin1'));
    const theirs = dumpAll(program, contents);
    const different = contents.filter((content, index) => own(content) !== theirs[index]);
    // The one thing that is refused on purpose; nothing is accepted that opam refuses.
    expect(different.filter((content) => !reasonOf(content).includes('A string holds a CR'))).toEqual([]);
    expect(theirs.filter((tree) => tree !== 'null').length).toBeGreaterThan(1000);
  });

  describe.skipIf(dataFolder === undefined)(`on every file of the real opam-repository${whyReal}`, () => {
    it('builds the same tree', { timeout: 300_000 }, async () => {
      const files = [...(await opamSliceFiles())].filter(([path]) => parsePackagePath(path) !== undefined);
      const theirs = dumpAll(
        program,
        files.map(([, { bytes }]) => bytes),
      );
      const different = files
        .filter(([, { bytes }], index) => own(bytes) !== theirs[index])
        .map(([path]) => path);
      expect(different).toEqual([]);
      expect(files.length).toBeGreaterThan(18_000);
    });
  });
});

describe.skipIf(dataFolder === undefined)(`the real opam-repository${whyReal}`, () => {
  const oid = emptyTree('sha1');
  const files = new Map<string, Uint8Array>();
  const parsed = new Map<string, OpamFile>();
  beforeAll(async () => {
    for (const [path, { bytes }] of await opamSliceFiles()) files.set(path, bytes);
    for (const [path, bytes] of files) {
      if (parsePackagePath(path)?.rest !== 'opam') continue;
      const reading = parseOpamFile(bytes);
      if (reading.ok) parsed.set(path, reading.value);
    }
  }, 300_000);

  it('breaks none of the rules for paths', () => {
    const changes = [...files.keys()].map((path) => ({
      path,
      before: undefined,
      after: { mode: '100644', oid },
    }));
    expect(changes.flatMap(pathProblems)).toEqual([]);
    expect(caseCollisions(files.keys())).toEqual([]);
    expect(attributeProblems(files.get('.gitattributes') ?? new Uint8Array(0))).toEqual([]);
  });

  it('is read whole', () => {
    expect(parsed.size).toBe([...files.keys()].filter((path) => path.startsWith('packages/')).length);
  });

  it('has the weak checksums and repeated fields that are known of it, and no others', () => {
    const weak = [...parsed].flatMap(([path, file]) => checksumFindings(file, path));
    const problems = [...parsed].flatMap(([path, opam]) => {
      const at = parsePackagePath(path);
      return at === undefined ? [] : packageProblems({ ...at, opam, files: new Map() });
    });
    const count = (part: string) => weak.filter(({ message }) => message.includes(part)).length;
    expect({
      none: count('no checksum:'),
      md5: count('MD5 alone'),
      malformed: count('drops it'),
      clone: count('not the URL'),
    }).toEqual({ none: 15, md5: 2, malformed: 0, clone: 4 });
    expect(problems.map(({ code }) => code)).toEqual(['opam.duplicate-field', 'opam.duplicate-field']);
    expect(problems.every(({ message }) => message.includes(' x-'))).toBe(true);
  });
});
