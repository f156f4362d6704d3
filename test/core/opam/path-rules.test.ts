import { describe, expect, it } from 'vitest';
import { emptyTree } from '../../../src/core/git/oid.ts';
import { caseCollisions, pathProblems, showPath } from '../../../src/core/opam/path-rules.ts';

const oid = emptyTree('sha1');

const codes = (path: string, mode = '100644'): readonly string[] =>
  pathProblems({ path, before: undefined, after: { mode, oid } }).map(({ code }) => code);

const opam = 'packages/foo/foo.1.0/opam';

describe('paths that are accepted', () => {
  it.each([
    opam,
    'packages/foo/foo.1.0/files/fix-1.patch',
    'packages/foo+bar/foo+bar.1.0~rc1/opam',
    'repo',
    '.gitattributes',
    '.github/workflows/ci.yml',
    'docs/caf\xc3\xa9.md',
  ])('%s', (path) => {
    expect(codes(path)).toEqual([]);
  });

  it('an executable outside packages/ is none of these rules', () => {
    expect(codes('scripts/build.sh', '100755')).toEqual([]);
  });

  it.each([
    opam,
    'packages/foo/opam',
    'packages/foo/.gitattributes',
    'packages/\xff',
    'packages/foo/foo.1/url',
  ])('removing %j', (path) => {
    expect(pathProblems({ path, before: { mode: '120000', oid }, after: undefined })).toEqual([]);
  });
});

describe('paths that are refused', () => {
  it.each([
    ['a symbolic link', opam, '120000', 'path.mode'],
    ['a submodule', opam, '160000', 'path.mode'],
    ['an executable', opam, '100755', 'path.mode'],
    ['a group-writable file', opam, '100664', 'path.mode'],
    ['a link for repo', 'repo', '120000', 'path.mode'],
    ['a link for .gitattributes', '.gitattributes', '120000', 'path.mode'],
  ])('%s', (_what, path, mode, code) => {
    expect(codes(path, mode)).toEqual([code]);
  });

  it.each([
    ['packages/foo/../opam', 'path.segment'],
    ['packages//opam', 'path.segment'],
    ['./repo', 'path.segment'],
    ['a/', 'path.segment'],
    ['', 'path.segment'],
    ['packages/foo/foo.1.0/files/.gitattributes', 'path.git-file'],
    ['packages/foo/foo.1.0/files/.gitignore', 'path.git-file'],
    ['packages/.GitModules', 'path.git-file'],
    ['packages/foo/foo.1.0/files/git~1', 'path.git-file'],
    ['.git/config', 'path.git-file'],
    ['docs/.GIT./config', 'path.git-file'],
    // A character without width, and letters that some file systems take for ASCII, as UTF-8.
    ['docs/.g\xe2\x80\x8cit/config', 'path.git-file'],
    ['docs/.g\xef\xbd\x89t/config', 'path.git-file'],
    ['pac\xe2\x84\xaaages/foo/foo.1.0/opam', 'path.collision'],
    ['package\xc5\xbf/foo/foo.1.0/opam', 'path.collision'],
    ['\xe2\x84\xaaeyring/keyring.toml', 'path.collision'],
    ['re\xef\xbb\xbfpo', 'path.collision'],
    ['packages/l\xd1\x82t/l\xd1\x82t.1/opam', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a\rb', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a\nb', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a\\b', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a:b', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a.', 'path.unportable'],
    ['packages/foo/foo.1.0/files/a ', 'path.unportable'],
    ['packages/foo/foo.1.0/files/ a', 'path.unportable'],
    ['packages/foo/foo.1.0./opam', 'path.unportable'],
    ['packages/aux/aux.1.0/opam', 'path.unportable'],
    ['packages/foo/foo.1.0/files/Com1.txt', 'path.unportable'],
    ['packages/foo/opam', 'path.layout'],
    ['packages/opam', 'path.layout'],
    ['packages/aaa/foo.1.0/opam', 'path.layout'],
    ['packages/foo/a/foo.1.0/opam', 'path.layout'],
    ['packages/foo/foo.1.0/foo.1.0/opam', 'path.layout'],
    ['packages/foo/foo.1.0/url', 'path.layout'],
    ['packages/foo/foo.1.0/descr', 'path.layout'],
    ['packages/foo/foo.1.0/opam.asc', 'path.layout'],
    ['packages/foo/foo.1.0/files/a/b', 'path.layout'],
    ['packages', 'path.layout'],
    ['packages/README', 'path.layout'],
    ['Packages/foo/foo.1.0/opam', 'path.collision'],
    ['KEYRING/keyring.toml', 'path.collision'],
    ['.GitAttributes', 'path.collision'],
    ['Repo', 'path.collision'],
  ])('%j by %s', (path, code) => {
    expect(codes(path)).toContain(code);
  });

  it('a path without measure is refused at once', () => {
    expect(codes(`packages/${'.'.repeat(1_000_000)}x`)).toEqual(['path.unportable']);
    expect(caseCollisions(['a/'.repeat(1_000_000)]).map(({ code }) => code)).toEqual(['path.unportable']);
  });

  it('the message names the path, its danger, and never raw bytes', () => {
    const [found] = pathProblems({
      path: 'packages/l\xd1\x82t',
      before: undefined,
      after: { mode: '100644', oid },
    });
    expect(found?.message).toBe(
      'packages/l\\xd1\\x82t has bytes outside printable ASCII: letters may look like others.',
    );
    expect(found?.mend).toMatch(/^Rename the file/);
  });

  it('no two paths are shown alike', () => {
    expect(showPath('a\\x0a')).not.toBe(showPath('a\n'));
  });
});

describe('paths that differ by case', () => {
  it('are named with their twin, folders too', () => {
    const paths = [
      'packages/foo/foo.1.0/opam',
      'packages/foo/foo.1.0-RC/opam',
      'packages/foo/foo.1.0-rc/opam',
      'packages/Foo/Foo.1/opam',
    ];
    expect(caseCollisions(paths).map(({ code, message }) => [code, message])).toEqual([
      [
        'path.collision',
        'packages/foo/foo.1.0-rc/opam falls together with packages/foo/foo.1.0-RC on systems that ignore case.',
      ],
      [
        'path.collision',
        'packages/Foo/Foo.1/opam falls together with packages/foo on systems that ignore case.',
      ],
    ]);
  });

  it('are all that is reported', () => {
    expect(caseCollisions(['a/b', 'a/c', 'a.b', 'A'.toLowerCase() + '/d'])).toEqual([]);
  });
});
