import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseCommit,
  parseTag,
  renderCommit,
  renderTag,
  type Identity,
} from '../../../src/core/git/object.ts';
import { emptyTree, oidOf } from '../../../src/core/git/oid.ts';
import { anyBytes, anyCommit, anyTag, inAnyFormat, mutated } from './arbitraries.ts';

const tree = `tree ${emptyTree('sha1')}`;
const one = `parent ${'1'.repeat(40)}`;
const two = `parent ${'2'.repeat(40)}`;
const author = 'author Alice Example <alice@example.org> 1700000000 +0100';
const committer = 'committer Bob Example <bob@example.org> 1700000001 -0500';

/** Text becomes bytes one to one (latin1). */
const bytes = (...lines: string[]): Uint8Array => Buffer.from(lines.join('\n'), 'latin1');

const alice: Identity = {
  name: 'Alice Example',
  email: 'alice@example.org',
  time: 1_700_000_000,
  zone: '+0000',
};
const plain = { tree: emptyTree('sha1'), parents: [], author: alice, committer: alice, message: 'Message\n' };

/** The rule that a commit of these header lines breaks. */
function ruleOf(headers: readonly string[], message = 'Message\n'): string {
  const parsed = parseCommit(bytes(...headers, '', message), 'sha1');
  return parsed.ok ? 'none' : parsed.malformation.rule;
}

describe('a commit', () => {
  test('is read into its parts', () => {
    const content = bytes(tree, one, two, author, committer, 'encoding UTF-8', '', 'Subject\n\nBody\n');
    expect(parseCommit(content, 'sha1')).toMatchObject({
      ok: true,
      value: {
        oid: oidOf('commit', content, 'sha1'),
        tree: emptyTree('sha1'),
        parents: ['1'.repeat(40), '2'.repeat(40)],
        author: { name: 'Alice Example', email: 'alice@example.org', time: 1_700_000_000, zone: '+0100' },
        committer: { name: 'Bob Example', email: 'bob@example.org', time: 1_700_000_001, zone: '-0500' },
        message: 'Subject\n\nBody\n',
      },
    });
  });

  test('keeps odd headers, as Mercurial and jj write them', () => {
    const parsed = parseCommit(
      bytes(tree, author, committer, 'HG:extra a:b', 'change-id zlll', '', ''),
      'sha1',
    );
    expect(parsed.ok && parsed.value.headers.map(({ name }) => name)).toEqual([
      'tree',
      'author',
      'committer',
      'HG:extra',
      'change-id',
    ]);
  });

  test('may have the first line of its message directly after committer, as four real commits do', () => {
    const parsed = parseCommit(bytes(tree, author, committer, 'Partial update', '', 'More\n'), 'sha1');
    expect(parsed).toMatchObject({ ok: true, value: { message: 'More\n' } });
  });

  test('may end without an empty line and without a line feed', () => {
    const parsed = parseCommit(bytes(tree, author, committer, 'Partial update'), 'sha1');
    expect(parsed).toMatchObject({ ok: true, value: { message: '' } });
  });

  test('has the bytes of each header, continuation lines and line feed included', () => {
    const content = bytes(
      tree,
      author,
      committer,
      'gpgsig first',
      ' second',
      ' ',
      ' fourth',
      '',
      'Message\n',
    );
    const parsed = parseCommit(content, 'sha1');
    const header = parsed.ok ? parsed.value.headers[3] : undefined;
    expect(Buffer.from(header?.value ?? []).toString()).toBe('first\nsecond\n\nfourth');
    expect(Buffer.from(content.subarray(header?.start, header?.end)).toString()).toBe(
      'gpgsig first\n second\n \n fourth\n',
    );
  });

  test.each([
    ['no tree', 'missing-header', [author, committer]],
    ['no author', 'missing-header', [tree, committer]],
    ['no committer', 'missing-header', [tree, author]],
    ['nothing at all', 'missing-header', []],
    ['two trees', 'duplicate-header', [tree, tree, author, committer]],
    ['a second tree at the end', 'duplicate-header', [tree, author, committer, 'gpgsigx y', tree]],
    ['two authors', 'duplicate-header', [tree, author, author, committer]],
    ['two committers', 'duplicate-header', [tree, author, committer, committer]],
    ['a parent before tree', 'header-order', [one, tree, author, committer]],
    ['a parent after author', 'header-order', [tree, author, one, committer]],
    ['a parent after all others', 'header-order', [tree, author, committer, one]],
    ['committer before author', 'header-order', [tree, committer, author]],
    ['another header before tree', 'header-order', ['gpgsig x', tree, author, committer]],
    ['another header between parents', 'header-order', [tree, one, 'gpgsig x', two, author, committer]],
    ['a tree over two lines', 'folded-header', [tree, ' more', author, committer]],
    ['a committer over two lines', 'folded-header', [tree, author, committer, ' more']],
    ['a first line that continues nothing', 'orphan-continuation', [` ${tree}`, author, committer]],
    [
      'a tree id in upper case',
      'bad-object-id',
      [tree.toUpperCase().replace('TREE', 'tree'), author, committer],
    ],
    ['a tree id that is cut off', 'bad-object-id', [tree.slice(0, -1), author, committer]],
    ['a tree id and more', 'bad-object-id', [`${tree} `, author, committer]],
    [
      'a SHA-256 id in a SHA-1 repository',
      'bad-object-id',
      [`tree ${emptyTree('sha256')}`, author, committer],
    ],
    ['a parent that is no id', 'bad-object-id', [tree, 'parent HEAD', author, committer]],
    ['a committer without a time', 'bad-identity', [tree, author, 'committer Bob <bob@example.org>']],
    ['a committer with a time too many', 'bad-identity', [tree, author, `${committer}> 1 +0000`]],
    ['a committer with a negative time', 'bad-identity', [tree, author, 'committer Bob <b@e.org> -1 +0000']],
    [
      'headers without end',
      'too-many-headers',
      [tree, author, committer, ...Array.from({ length: 1000 }, () => 'x y')],
    ],
    ['a NUL in a header', 'nul-byte', [tree, author, `${committer}\0`]],
  ])('with %s is malformed: %s', (_what, rule, headers) => {
    expect(ruleOf(headers)).toBe(rule);
  });

  test('with a NUL in its message is malformed there', () => {
    const content = bytes(tree, author, committer, '', 'Shown\0hidden\n');
    expect(parseCommit(content, 'sha1')).toMatchObject({
      ok: false,
      malformation: { rule: 'nul-byte', offset: content.indexOf(0) },
    });
  });

  test('with a broken author line is read, because git reads it and nothing is judged by it', () => {
    const parsed = parseCommit(bytes(tree, 'author no brackets', committer, '', ''), 'sha1');
    expect(parsed).toMatchObject({ ok: true, value: { author: { name: 'no brackets', time: 0 } } });
  });

  test('is not decoded by its own encoding header', () => {
    const content = bytes(tree, author, committer, 'encoding UTF-7', '', 'Signet-Kind: +AHM-ubmission\n');
    expect(parseCommit(content, 'sha1')).toMatchObject({
      ok: true,
      value: { message: 'Signet-Kind: +AHM-ubmission\n' },
    });
  });

  test('of a SHA-256 repository has longer ids', () => {
    const content = bytes(
      `tree ${emptyTree('sha256')}`,
      `parent ${'1'.repeat(64)}`,
      author,
      committer,
      '',
      '',
    );
    expect(parseCommit(content, 'sha256')).toMatchObject({
      ok: true,
      value: { oid: oidOf('commit', content, 'sha256'), parents: ['1'.repeat(64)] },
    });
  });

  test('is what was rendered, for any names and message', () => {
    fc.assert(
      fc.property(inAnyFormat(anyCommit), ({ format, object }) => {
        expect(parseCommit(renderCommit(object), format)).toMatchObject({ ok: true, value: object });
      }),
    );
  });

  test('cannot be given headers or another time by a name', () => {
    const hostile = { ...alice, name: 'Eve> 1 +0000\nparent x', email: 'a<b\0' };
    const content = renderCommit({ ...plain, author: hostile, committer: hostile });
    expect(parseCommit(content, 'sha1')).toMatchObject({
      ok: true,
      value: { parents: [], committer: { name: 'Eve 1 +0000parent x', email: 'ab', time: alice.time } },
    });
  });

  test('of any bytes, or of a few changed ones, is read or refused and never throws', () => {
    const commits = inAnyFormat(anyCommit).chain(({ object }) => mutated(renderCommit(object)));
    fc.assert(
      fc.property(fc.oneof(anyBytes, commits), (content) => {
        const parsed = parseCommit(content, 'sha1');
        if (parsed.ok) expect(parsed.value.oid).toBe(oidOf('commit', content, 'sha1'));
        else expect(parsed.malformation.message).toMatch(/^Its? .*\.$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a tag', () => {
  const object = `object ${'1'.repeat(40)}`;
  const tagger = author.replace('author', 'tagger');
  const headers = [object, 'type commit', 'tag signet/foo.1.0', tagger];
  const rule = (lines: readonly string[]): string => {
    const parsed = parseTag(bytes(...lines, '', 'Message\n'), 'sha1');
    return parsed.ok ? 'none' : parsed.malformation.rule;
  };

  test('is read into its parts, the message without the signature', () => {
    const content = bytes(...headers, '', 'Submit\n\nSignet-Format: 1', '-----BEGIN PGP SIGNATURE-----', 'x');
    expect(parseTag(content, 'sha1')).toMatchObject({
      ok: true,
      value: {
        oid: oidOf('tag', content, 'sha1'),
        object: '1'.repeat(40),
        objectType: 'commit',
        name: 'signet/foo.1.0',
        tagger: { name: 'Alice Example', time: 1_700_000_000 },
        message: 'Submit\n\nSignet-Format: 1\n',
      },
    });
  });

  test('may lack a tagger, as the first ones do', () => {
    const parsed = parseTag(bytes(...headers.slice(0, 3), '', 'Message\n'), 'sha1');
    expect(parsed).toMatchObject({ ok: true, value: { tagger: undefined } });
  });

  test.each([
    ['no object', 'missing-header', headers.slice(1)],
    ['two objects', 'duplicate-header', [object, ...headers]],
    ['a second object at the end', 'duplicate-header', [...headers, object]],
    ['another type first', 'header-order', ['type commit', object, ...headers.slice(2)]],
    ['another header before the tagger', 'header-order', [...headers.slice(0, 3), 'gpgsig x', tagger]],
    ['a type that git does not have', 'bad-object-type', [object, 'type banana', ...headers.slice(2)]],
    ['an object that is no id', 'bad-object-id', ['object HEAD', ...headers.slice(1)]],
    ['no name', 'bad-tag-name', [object, 'type commit', 'tag ', tagger]],
    ['a name that is no UTF-8', 'bad-tag-name', [object, 'type commit', 'tag \xff', tagger]],
    ['a tagger without a time', 'bad-identity', [...headers.slice(0, 3), 'tagger Alice <a@e.org>']],
    ['a NUL', 'nul-byte', [...headers, 'x \0']],
  ])('with %s is malformed: %s', (_what, expected, lines) => {
    expect(rule(lines)).toBe(expected);
  });

  test('is what was rendered, for any names and message', () => {
    fc.assert(
      fc.property(inAnyFormat(anyTag), ({ format, object: tag }) => {
        fc.pre(!/^-----BEGIN PGP/m.test(tag.message));
        expect(parseTag(renderTag(tag), format)).toMatchObject({ ok: true, value: tag });
      }),
    );
  });

  test('is rendered with a final line feed, without which no signature could follow', () => {
    const content = renderTag({
      object: plain.tree,
      objectType: 'commit',
      name: 'v1',
      tagger: alice,
      message: 'v1',
    });
    expect(Buffer.from(content).toString()).toMatch(/\n\nv1\n$/);
  });

  test('of a few changed bytes is read or refused and never throws', () => {
    const tags = inAnyFormat(anyTag).chain(({ object: tag }) => mutated(renderTag(tag)));
    fc.assert(
      fc.property(fc.oneof(anyBytes, tags), (content) => {
        const parsed = parseTag(content, 'sha1');
        if (parsed.ok) expect(parsed.value.oid).toBe(oidOf('tag', content, 'sha1'));
        else expect(parsed.malformation.message).toMatch(/^Its? .*\.$/);
      }),
      { numRuns: 500 },
    );
  });
});
