import { describe, expect, it } from 'vitest';
import { attributeProblems } from '../../../src/core/opam/attributes.ts';

const lines = (text: string) => attributeProblems(Buffer.from(text, 'latin1')).map(({ at }) => at.line);

describe('attributes that change bytes on checkout', () => {
  it.each([
    '* ident',
    '*.opam text eol=crlf',
    '* filter=lfs',
    '* working-tree-encoding=UTF-16',
    '* crlf',
    '[attr]harmless ident',
    '"a b"ident',
    '"a b" ident',
    '"#x" ident',
    '\tx\tident',
    '* -ident ident',
    'packages/** text\vident',
  ])('%j is refused', (text) => {
    expect(lines(text)).toEqual([1]);
  });

  it.each([
    '* text=auto',
    '*.sh text eol=lf',
    '*.patch -text',
    '* -ident !filter',
    '# * ident',
    '  # ident',
    'ident',
    '* crlf=input',
    '* export-ignore linguist-generated diff=ocaml',
    '',
  ])('%j is harmless', (text) => {
    expect(lines(text)).toEqual([]);
  });

  it('a file without measure is refused at once', () => {
    expect(lines(`* ${'a '.repeat(1_000_000)}`)).toEqual([undefined]);
  });

  it('each line is named with its number', () => {
    expect(lines('* text=auto\r\n* ident\r\n# x\n* eol=crlf\r')).toEqual([2, 4]);
  });
});
