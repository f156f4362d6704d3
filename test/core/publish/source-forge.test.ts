import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameRepository, sourceForge, tarballUrl } from '../../../src/core/publish/source-forge.ts';

describe('the forge of a remote', () => {
  test.each([
    'https://github.com/alice/foo',
    'https://github.com/alice/foo.git',
    'https://github.com/alice/foo/',
    'https://alice@github.com/alice/foo.git',
    'http://github.com/alice/foo',
    'git+https://github.com/alice/foo.git#main',
    'git://github.com/alice/foo.git',
    'ssh://git@github.com/alice/foo.git',
    'ssh://git@github.com:22/alice/foo.git',
    'ssh://git@ssh.github.com:443/alice/foo.git',
    'git+ssh://git@github.com/alice/foo',
    'git@github.com:alice/foo.git',
    'github.com:alice/foo',
    'git@GitHub.com:/alice/foo.git',
  ])('is read from %s', (address) => {
    expect(sourceForge(address)).toMatchObject({ kind: 'github', owner: 'alice', name: 'foo' });
    expect(sourceForge(address)?.url.replace('http:', 'https:')).toBe('https://github.com/alice/foo');
  });

  test.each([
    ['git@gitlab.com:group/sub/foo.git', 'https://gitlab.com/group/sub/foo/-/archive/v1.0/foo-v1.0.tar.gz'],
    ['https://codeberg.org/alice/foo', 'https://codeberg.org/alice/foo/archive/v1.0.tar.gz'],
    ['git@git.sr.ht:~alice/foo', 'https://git.sr.ht/~alice/foo/archive/v1.0.tar.gz'],
    ['git@bitbucket.org:alice/foo.git', 'https://bitbucket.org/alice/foo/get/v1.0.tar.gz'],
    ['https://github.com/alice/foo', 'https://github.com/alice/foo/archive/refs/tags/v1.0.tar.gz'],
  ])('of %s makes its tarball at %s', (address, url) => {
    const forge = sourceForge(address);
    expect(forge && tarballUrl(forge, 'v1.0')).toBe(url);
  });

  test('that nobody knows by its name is said by a flag', () => {
    expect(sourceForge('git@git.example.org:alice/foo.git')).toBeUndefined();
    const forge = sourceForge('ssh://git@git.example.org:2222/alice/foo.git', 'forgejo');
    expect(forge && tarballUrl(forge, '1.0')).toBe('https://git.example.org/alice/foo/archive/1.0.tar.gz');
    const local = sourceForge('http://127.0.0.1:3000/alice/foo.git', 'github');
    expect(local?.url).toBe('http://127.0.0.1:3000/alice/foo');
  });

  test.each([
    '/srv/git/foo.git',
    '../foo',
    'C:\\foo',
    'file:///srv/foo.git',
    'https://github.com/foo',
    '',
    'git@github.com:../foo',
  ])('is none for %j', (address) => {
    expect(sourceForge(address)).toBeUndefined();
  });

  test('spells tags so that they stay inside the address', () => {
    const forge = sourceForge('https://github.com/alice/foo');
    expect(forge && tarballUrl(forge, 'foo/1.0+b#?')).toBe(
      'https://github.com/alice/foo/archive/refs/tags/foo/1.0%2Bb%23%3F.tar.gz',
    );
  });

  test('never throws and yields only addresses without credentials or line breaks', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(undefined, 'github' as const), (text, kind) => {
        for (const address of [text, `https://${text}`, `git@github.com:${text}`]) {
          const forge = sourceForge(address, kind);
          if (forge !== undefined) expect(forge.url).toMatch(/^https?:\/\/[\w.:-]+\/[\w.~+/-]+$/);
        }
      }),
    );
  });
});

test('two addresses of one repository are known as such, and two of different ones too', () => {
  expect(sameRepository('git@github.com:alice/foo.git', 'git+https://github.com/alice/Foo.git')).toBe(true);
  expect(sameRepository('git@github.com:alice/foo.git', 'https://github.com/ocaml/foo')).toBe(false);
  expect(sameRepository('/srv/foo', 'https://github.com/ocaml/foo')).toBeUndefined();
});
