import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPackageName,
  isVersion,
  likeness,
  parsePackagePath,
  similarNames,
  splitNameVersion,
} from '../../../src/core/opam/package.ts';

describe('names and versions', () => {
  it.each(['foo', 'conf-g++', '0install', 'ocaml_x', 'A'])('%s is a name', (name) => {
    expect(isPackageName(name)).toBe(true);
  });

  it.each(['', '0', '1-2', 'foo.bar', 'foo~', 'f oo', 'foo/', 'l\u0433t', 'foo\n', 'a'.repeat(121)])(
    '%j is no name',
    (name) => {
      expect(isPackageName(name)).toBe(false);
    },
  );

  it.each(['1.0', 'v0.1~beta+2', '-', '1_2', 'base'])('%s is a version', (version) => {
    expect(isVersion(version)).toBe(true);
  });

  it.each(['', '1 0', '1/0', '1.0\n', '1:0', '\xe9', '1'.repeat(121)])('%j is no version', (version) => {
    expect(isVersion(version)).toBe(false);
  });

  it('a name ends at the first dot', () => {
    expect(splitNameVersion('foo.1.0.~rc')).toEqual({ name: 'foo', version: '1.0.~rc' });
    expect(splitNameVersion('foo..1')).toEqual({ name: 'foo', version: '.1' });
    expect(splitNameVersion('foo')).toBeUndefined();
    expect(splitNameVersion('.1')).toBeUndefined();
    expect(splitNameVersion('foo.')).toBeUndefined();
  });
});

describe('the path of a package file', () => {
  it('names package, version and what stands there', () => {
    expect(parsePackagePath('packages/foo/foo.1.0/opam')).toEqual({
      name: 'foo',
      version: '1.0',
      nameVersion: 'foo.1.0',
      rest: 'opam',
    });
    expect(parsePackagePath('packages/foo/foo.1.0/files/fix.patch')?.rest).toBe('files/fix.patch');
  });

  it.each([
    'packages/foo/opam',
    'packages/aaa/foo.1.0/opam',
    'packages/foo/foo.1.0/opam/opam',
    'packages/foo/x/foo.1.0/opam',
    'packages/foo/foo.1.0',
    'packages/foo/foo.1.0/',
    'packages/foo/foo.1.0/url',
    'packages/foo/foo.1.0/files',
    'packages/foo/foo.1.0/files/',
    'packages/foo/foo.1.0/files/a/b',
    'packages/foo/Foo.1.0/opam',
    'packages//foo.1.0/opam',
    'Packages/foo/foo.1.0/opam',
    '/packages/foo/foo.1.0/opam',
    'repo',
  ])('%s is none', (path) => {
    expect(parsePackagePath(path)).toBeUndefined();
  });
});

describe('names that are mistaken for each other', () => {
  it.each([
    ['Lwt', 'lwt'],
    ['l-wt', 'lwt'],
    ['l_wt', 'l-wt'],
    ['1wt', 'lwt'],
    ['iwt', 'lwt'],
    ['eI0', 'elo'],
    ['rnerlin', 'merlin'],
    ['vvasm', 'wasm'],
    ['ba5e', 'base'],
  ])('%s looks like %s', (name, standing) => {
    expect(similarNames(name, ['dune', standing])).toEqual([standing]);
  });

  it.each([
    ['lwt_ppx', 'lwt'],
    ['dune', 'dune-site'],
    ['foo', 'bar'],
  ])('%s does not look like %s', (name, standing) => {
    expect(similarNames(name, [standing])).toEqual([]);
  });

  it('a name does not collide with itself', () => {
    expect(similarNames('lwt', ['lwt', 'LWT'])).toEqual(['LWT']);
  });

  it('likeness does not change when taken again, and case, - and _ never matter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_+-]{1,20}$/), (name) => {
        expect(likeness(name.toUpperCase())).toBe(likeness(name));
        expect(likeness(`-${name}_`)).toBe(likeness(name));
      }),
    );
  });
});
