import { describe, expect, test } from 'vitest';
import { oidOf, type Oid } from '../../../src/core/git/oid.ts';
import { isReferenceName } from '../../../src/core/git/reference.ts';
import { resolveRevision, type RevisionSource } from '../../../src/core/git/revision.ts';

const id = (text: string): Oid => oidOf('blob', Buffer.from(text), 'sha1');

const references = [
  { name: 'refs/heads/main', oid: id('main') },
  { name: 'refs/heads/both', oid: id('branch') },
  { name: 'refs/heads/deadbeef', oid: id('named like an id') },
  { name: 'refs/remotes/origin/main', oid: id('remote') },
  { name: 'refs/tags/both', oid: id('tag') },
];

const source: RevisionSource = {
  format: 'sha1',
  has: (oid) => Promise.resolve(oid === id('main')),
  head: () => Promise.resolve(id('head')),
  fetched: () => Promise.resolve(id('fetched')),
  references: (prefix) => Promise.resolve(references.filter(({ name }) => name.startsWith(prefix))),
  startingWith: (digits) =>
    Promise.resolve([id('main'), id('head')].filter((oid) => digits === 'abcd' || oid.startsWith(digits))),
};

describe('a revision', () => {
  test.each([
    ['a whole id that is there', id('main'), id('main')],
    ['a whole id that is not there', id('absent'), undefined],
    ['HEAD', 'HEAD', id('head')],
    ['FETCH_HEAD', 'FETCH_HEAD', id('fetched')],
    ['a full name', 'refs/heads/main', id('main')],
    ['the name of a branch', 'main', id('main')],
    ['a name under refs/', 'heads/main', id('main')],
    ['a remote branch', 'origin/main', id('remote')],
    ['the start of an id', id('head').slice(0, 10), id('head')],
    ['a branch that is named like the start of an id', 'deadbeef', id('named like an id')],
    ['the start of an id, too short', id('head').slice(0, 3), undefined],
    ['the start of an id in upper case', id('head').slice(0, 10).toUpperCase(), undefined],
    ['an expression', 'main~1', undefined],
    ['an option', '--all', undefined],
    ['nothing', '', undefined],
  ])('may be %s', async (_what, revision, meaning) => {
    expect(await resolveRevision(source, revision)).toBe(meaning);
  });

  test('that is both a branch and a tag is refused with both names', async () => {
    await expect(resolveRevision(source, 'both')).rejects.toMatchObject({
      code: 'revision.not-found',
      message: expect.stringContaining('refs/heads/both, refs/tags/both') as string,
    });
  });

  test('that starts two ids is refused', async () => {
    await expect(resolveRevision(source, 'abcd')).rejects.toMatchObject({ code: 'revision.not-found' });
  });
});

describe('the name of a reference', () => {
  test.each(['refs/heads/main', 'refs/tags/signet/foo.1.0', 'refs/tags/ünï', 'refs/pull/1/head'])(
    'may be %s',
    (name) => {
      expect(isReferenceName(name)).toBe(true);
    },
  );

  test.each([
    'main',
    'HEAD',
    'refs',
    'refs/',
    'refs/heads/',
    'refs//main',
    'refs/heads/.hidden',
    'refs/heads/a.lock',
    'refs/heads/a.',
    'refs/heads/a..b',
    'refs/../config',
    'refs/heads/a b',
    'refs/heads/a\nb',
    'refs/heads/a\0b',
    'refs/heads/a~1',
    'refs/heads/a@{1}',
    'refs/heads/a:b',
    'refs/heads/a*',
    'refs/heads/a\\b',
    'objects/aa',
    '../refs/heads/main',
  ])('may not be %j', (name) => {
    expect(isReferenceName(name)).toBe(false);
  });
});
