import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TrustAnchor } from '../../../src/core/trust/anchor.ts';
import {
  type Anchors,
  isAnchorName,
  parseAnchors,
  printAnchors,
} from '../../../src/core/trust/anchor-file.ts';
import { parseFingerprint } from '../../../src/core/openpgp/certificate.ts';
import { oidOf } from '../../../src/core/git/oid.ts';

const fingerprint = (digit: string) => {
  const parsed = parseFingerprint(digit.repeat(40));
  if (parsed === undefined) throw new Error('unreachable: forty digits');
  return parsed;
};
const [one, two] = [fingerprint('A'), fingerprint('B')];
const whole: TrustAnchor = {
  quorum: 2,
  fingerprints: [one, two],
  repository: 'https://example.org/packages',
  from: oidOf('blob', new Uint8Array(0), 'sha1'),
};

describe('the file of trust anchors', () => {
  it('gives back what was written, sorted by name', () => {
    const anchors: Anchors = new Map([
      ['ocaml', whole],
      ['coq', { quorum: 1, fingerprints: [one] }],
    ]);
    const text = printAnchors(anchors);
    expect(text.indexOf('coq')).toBeLessThan(text.indexOf('ocaml'));
    expect(parseAnchors(text)).toEqual({ ok: true, anchors });
    expect(parseAnchors('')).toEqual({ ok: true, anchors: new Map() });
  });

  it('gives back any anchors under any names, also those that objects have by themselves', () => {
    const name = fc.oneof(
      fc.constantFrom('constructor', 'prototype', 'toString', 'hasOwnProperty'),
      fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/),
    );
    const anchor = fc.constantFrom<TrustAnchor>(whole, { quorum: 1, fingerprints: [two] });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, anchor), { maxLength: 5 }), (entries) => {
        const anchors = new Map(entries);
        expect(parseAnchors(printAnchors(anchors))).toEqual({ ok: true, anchors });
      }),
    );
  });

  it.each([
    ['[anchors.x]\nquorum = 3', 'anchors.x'],
    ['anchors = 1', 'anchors'],
    ['other = 1', 'other'],
    [`[anchors.x]\nquorum = 1\nfingerprints = ["${one}"]\nmore = 1`, 'more'],
    [`[anchors.x]\nquorum = 0\nfingerprints = ["${one}"]`, 'Anchor x: The quorum must be'],
    [`[anchors.x]\nquorum = 2\nfingerprints = ["${one}", "${one}"]`, 'of which 1 is given'],
    ['[anchors.x]\nquorum = 1\nfingerprints = ["ABCD"]', '"ABCD" is not a whole fingerprint'],
    [`[anchors.x]\nquorum = 1\nfingerprints = ["${one}"]\nfrom = "abc"`, '"abc" is not the whole id'],
    [`[anchors."a b"]\nquorum = 1\nfingerprints = ["${one}"]`, 'Anchor a b: that is no name.'],
    ['[anchors.x', 'is not TOML.'],
  ])('is refused as a whole where one thing is wrong: %j', (text, problem) => {
    const good = `[anchors.good]\nquorum = 1\nfingerprints = ["${two}"]\n`;
    for (const file of [text, `${good}${text}`]) {
      const parsing = parseAnchors(file);
      expect(parsing.ok ? '' : parsing.problem).toContain(problem);
    }
  });

  it('never throws, whatever it holds', () => {
    const piece = fc.constantFrom(
      '[anchors',
      '.x]',
      '\n',
      'quorum',
      ' = ',
      '1',
      '"',
      '[',
      ']',
      '{',
      '__proto__',
      '.',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(typeof parseAnchors(pieces.join('')).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the name of a trust anchor', () => {
  it.each(['a', '0', 'OCaml', 'a.b_c-d', 'x'.repeat(64)])('may be %j', (name) => {
    expect(isAnchorName(name)).toBe(true);
  });

  it.each(['', '.a', '-a', '_a', 'a b', 'a/b', 'é', 'a\n', 'x'.repeat(65)])('may not be %j', (name) => {
    expect(isAnchorName(name)).toBe(false);
  });
});
