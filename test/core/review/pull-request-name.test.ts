import { describe, expect, test } from 'vitest';
import { parseForgePlace, parsePullRequestName } from '../../../src/core/review/pull-request-name.ts';

describe('a pull request is named', () => {
  test.each(['7', '#7'])('by its number: %s', (text) => {
    expect(parsePullRequestName(text)).toEqual({ number: 7, place: undefined });
  });

  test.each([
    ['https://github.com/ocaml/opam-repository/pull/30000', 'github.com', 'ocaml/opam-repository', 30000],
    [
      'https://github.com/ocaml/opam-repository/pull/30000/files#diff',
      'github.com',
      'ocaml/opam-repository',
      30000,
    ],
    ['https://gitlab.com/group/sub/opam/-/merge_requests/7', 'gitlab.com', 'group/sub/opam', 7],
    ['https://Codeberg.org/me/opam/pulls/7', 'codeberg.org', 'me/opam', 7],
    ['http://127.0.0.1:3000/me/opam/pulls/7', '127.0.0.1:3000', 'me/opam', 7],
  ])('by the address of its page: %s', (text, host, path, number) => {
    expect(parsePullRequestName(text)).toEqual({ number, place: { host, path } });
  });

  test.each([
    '0',
    '007',
    'master..7',
    'signet/foo.1.0',
    '1234567890',
    'https://github.com/ocaml/7',
    '-7',
    '',
  ])('not by %j', (text) => {
    expect(parsePullRequestName(text)).toBeUndefined();
  });
});

describe('a remote is at a forge', () => {
  test.each([
    ['https://github.com/ocaml/opam-repository.git', 'github.com', 'ocaml/opam-repository'],
    ['https://github.com/ocaml/opam-repository/', 'github.com', 'ocaml/opam-repository'],
    ['https://me@github.com/ocaml/opam-repository', 'github.com', 'ocaml/opam-repository'],
    ['ssh://git@GitHub.com/ocaml/opam-repository.git', 'github.com', 'ocaml/opam-repository'],
    ['git@github.com:ocaml/opam-repository.git', 'github.com', 'ocaml/opam-repository'],
    ['http://127.0.0.1:3000/me/opam.git', '127.0.0.1:3000', 'me/opam'],
  ])('%s', (address, host, path) => {
    expect(parseForgePlace(address)).toEqual({ host, path });
  });

  test.each(['/srv/git/opam.git', '../opam', 'ocaml/opam-repository', 'C:\\opam', 'upstream'])(
    'unless it names no host: %s',
    (address) => {
      expect(parseForgePlace(address)).toBeUndefined();
    },
  );
});
