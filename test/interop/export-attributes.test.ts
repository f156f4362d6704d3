import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/core/chain/archive-files.ts';
import { ExportAttributes } from '../../src/core/chain/export-attributes.ts';
import { readTar } from '../../src/core/chain/tar-reader.ts';
import { TestRepository } from '../support/repository.ts';

const date = 1_700_000_000;
const paths = ['a', 'A', 'b.ml', 'build/c', 'src/.hidden', 'src/a', 'src/b.ml', 'src/build', 'src/deep/a', 'src/deep/b.ml', 'test/a', 'test/src/a', 'x y']; // prettier-ignore

const plainPatterns = ['a', '*.ml', 'src', 'src/', 'src/*', 'src/**', '**/a', '/a', '/src', 'deep', 'test/', 'build', 'build/', '/build/', '*', '?', 'src/**/a', '**', 'a/', 'src/deep/', '.hidden', 'A', '**/', '/', 'a*', '**a', 'src**', '*/a', 'deep/a', './a', 'src//a']; // prettier-ignore
const plainWords = ['export-ignore', 'export-ignore', '-export-ignore', '!export-ignore', 'export-ignore=true', 'export-ignore=', 'text', '-text export-ignore', 'export-ignore -export-ignore', 'Export-Ignore', 'export-ignore # c']; // prettier-ignore
const odd = {
  patterns: [...plainPatterns, '[ab]', '"x y"', '\\a', '!a', '#a', '[attr]mac'],
  words: [...plainWords, 'mac', '-mac'],
};

/** Random files of attributes, one for each of some folders. */
function attributes(patterns: readonly string[], words: readonly string[], seed: number) {
  const line = fc
    .tuple(
      fc.constantFrom('', ' '),
      fc.constantFrom(...patterns),
      fc.constantFrom(...words),
      fc.constantFrom('', '\r'),
    )
    .map(([before, pattern, word, after]) => `${before}${pattern} ${word}${after}\n`);
  const file = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join(''));
  const some = fc.option(file, { nil: undefined });
  const all = fc.record({ '': file, 'src/': some, 'src/deep/': some, 'test/': some });
  return fc.sample(all, { numRuns: 40, seed });
}

let repository: TestRepository;
beforeAll(async () => {
  repository = await TestRepository.create({ bare: true });
});

/** What git archive leaves out of such a tree, and what is taken for left out here. */
async function leftOut(given: Readonly<Record<string, string | undefined>>) {
  const added = Object.entries(given).flatMap(([folder, text]) =>
    text === undefined ? [] : [[`${folder}.gitattributes`, text] as const],
  );
  const files = Object.fromEntries([...paths.map((path) => [path, 'x'] as const), ...added]);
  const commit = await repository.commitFiles({ files, date });
  const { stdout } = await repository.tryGit(['archive', '--format=tar', '--prefix=top/', commit]);
  const reading = readTar(stdout, 'a.tar');
  const kept = reading.ok ? reading.files : new Map<string, SourceFile>();
  const tree = Object.entries(files).map(
    ([path, text]) => [path, { kind: 'file', bytes: Buffer.from(text) }] as const,
  );
  const ours = new ExportAttributes(new Map(tree));
  const all = Object.keys(files).sort();
  return {
    git: all.filter((path) => !kept.has(path)),
    here: all.filter((path) => ours.leavesOut(path)),
  };
}

describe('what git archive leaves out for export-ignore', () => {
  it('is what is taken for left out', async () => {
    for (const given of attributes(plainPatterns, plainWords, 1)) {
      const { git, here } = await leftOut(given);
      expect({ given, left: here }).toEqual({ given, left: git });
    }
  });

  it('has in it whatever is taken for left out, also where the attributes are not understood', async () => {
    for (const given of attributes(odd.patterns, odd.words, 2)) {
      const { git, here } = await leftOut(given);
      expect({ given, excused: here.filter((path) => !git.includes(path)) }).toEqual({ given, excused: [] });
    }
  });
});
