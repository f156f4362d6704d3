import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTree } from '../../src/core/git/oid.ts';
import {
  type ChangeStatement,
  parseStatement,
  printStatement,
  type StateStatement,
} from '../../src/core/statement.ts';

const oid = emptyTree('sha1');
const h1 = (letter: string): string => `h1:${letter.repeat(43)}=`;

const submission: ChangeStatement = {
  format: 1,
  kind: 'submission',
  repository: 'https://github.com/ocaml/opam-repository',
  packages: [{ nameVersion: 'foo.1.0', before: 'none', after: h1('A') }],
  source: { url: 'https://github.com/alice/foo', tag: 'v1.0', tagId: oid, commit: oid },
  archive: { url: 'https://example.org/foo-1.0.tar.gz', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) },
  owners: [],
  expires: 1803081600,
};

const state: StateStatement = {
  format: 1,
  kind: 'state',
  repository: 'https://github.com/ocaml/opam-repository',
  packages: [],
  source: undefined,
  archive: undefined,
  owners: [],
  expires: 1803081600,
  sequence: 2,
  previous: oid,
  state: h1('B'),
  keyring: `sha256:${'c'.repeat(64)}`,
  ledger: `sha256:${'d'.repeat(64)}`,
};

describe('nothing can be smuggled into what is signed', () => {
  it.each([
    ['a text with a trailer', 'Submit\n\nSignet-Owner: lwt mallory', submission],
    ['a text that ends in a trailer', 'Submit\nSignet-Owner: lwt mallory', submission],
    [
      'a repository with a line feed',
      'Submit',
      { ...submission, repository: 'https://x\nSignet-Owner: lwt mallory' },
    ],
    [
      'a tag with a space',
      'Submit',
      { ...submission, source: { url: 'https://x', tag: 'v 1', tagId: oid, commit: oid } },
    ],
    [
      'a URL with a space',
      'Submit',
      { ...submission, archive: { url: 'https://x y', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) } },
    ],
    ['a moment without a date', 'Submit', { ...submission, expires: NaN }],
    ['half a second', 'Submit', { ...submission, expires: 0.5 }],
    ['packages in a state', 'State', { ...state, packages: submission.packages }],
    ['no text', '', submission],
    ['a bad owner', 'Submit', { ...submission, owners: [{ name: 'lwt', contributor: 'Alice Example' }] }],
  ])('by %s', (_case, text, statement) => {
    const printed = printStatement(text, statement);
    expect(printed.ok).toBe(false);
    expect(!printed.ok && printed.problems.length).toBeGreaterThan(0);
  });

  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const digest = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((sum) => `h1:${Buffer.from(sum).toString('base64')}`);
  const url = fc.stringMatching(/^https:\/\/[\x21-\x7e]{1,30}$/);
  const word = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
  const id = fc.constantFrom(oid, emptyTree('sha256'));
  const change: fc.Arbitrary<ChangeStatement> = fc.record({
    format: fc.constant(1 as const),
    kind: fc.constantFrom('submission' as const, 'endorsement' as const),
    repository: word,
    packages: fc.uniqueArray(
      fc.record({
        nameVersion: fc.stringMatching(/^[a-z][a-z0-9_+-]{0,9}\.[a-z0-9.~+_-]{1,9}$/),
        before: fc.constantFrom('none', h1('A')),
        after: digest,
      }),
      { selector: ({ nameVersion }) => nameVersion, maxLength: 5 },
    ),
    source: fc.option(fc.record({ url, tag: word, tagId: fc.option(id, { nil: undefined }), commit: id }), {
      nil: undefined,
    }),
    archive: fc.option(fc.record({ url, sha256: hex(64), sha512: hex(128) }), { nil: undefined }),
    owners: fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z]{1,9}$/),
        contributor: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/),
      }),
      {
        selector: ({ name }) => name,
        maxLength: 3,
      },
    ),
    expires: fc.integer({ min: 0, max: 253402300799 }),
  });

  it('whatever is printed is read back the same', () => {
    fc.assert(
      fc.property(change, (statement) => {
        const printed = printStatement('A subject', statement);
        expect(printed.ok && parseStatement(printed.message)).toEqual({ ok: true, statement });
      }),
    );
  });

  it('whatever the text, the statement stays the same or is refused', () => {
    const hostile = fc.constantFrom(
      'Signet-Owner: lwt mallory',
      'signet-kind : state',
      '\n',
      '\n\n',
      ' ',
      '---',
      '#',
      'x: y',
      '\r',
      '\0',
      'word',
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 8 }), (parts) => {
        const printed = printStatement(parts.join(''), submission);
        if (printed.ok) expect(parseStatement(printed.message)).toEqual({ ok: true, statement: submission });
        else expect(printed.problems).not.toEqual([]);
      }),
    );
  });

  it('any message is read without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(parseStatement(text).ok).toBe(false);
        expect(parseStatement(`${text}\n\nSignet-Kind: state`).ok).toBe(false);
      }),
    );
  });
});
