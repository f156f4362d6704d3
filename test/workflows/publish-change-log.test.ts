import { describe, expect, test } from 'vitest';
import { changeLogFile, readChangeLog } from '../../src/workflows/change-log.ts';
import { readDuneProject } from '../../src/workflows/dune-project.ts';
import { versionOfTag } from '../../src/workflows/released-packages.ts';
import { habitualTagName, releaseMessage } from '../../src/workflows/release-tag.ts';

describe('the newest entry of a change log', () => {
  test.each([
    ['markdown', '# Changes\n\n## 1.2.0 (2026-01-01)\n\n- new\n\n## 1.1.0\n\n- old\n', '1.2.0', '- new'],
    ['markdown with a v', '## v1.2.0\n- new\n## v1.1\n', '1.2.0', '- new'],
    [
      'keep-a-changelog',
      '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-01-01\n### Added\n- new\n\n## [1.1.0]\n',
      '1.2.0',
      '### Added\n- new',
    ],
    ['asciidoc', '= Changes\n\n== 0.9.3~beta1\n- new\n\n== 0.9.2\n- old\n', '0.9.3~beta1', '- new'],
    ['underlined headings', '1.2 (2026-01-01)\n----\n\n- new\n\n1.1\n---\n- old\n', '1.2', '- new'],
    [
      'underlined with the project’s name',
      'Changes\n=======\n\nfoo 1.2.3\n---------\nnew\n\nfoo 1.2\n-------\n',
      '1.2.3',
      'new',
    ],
    ['bare lines', '1.2.0:\n* new\n* 2 ways\n\n1.1:\n* old\n', '1.2.0', '* new\n* 2 ways'],
    ['org', '* 2.0\n  - new\n* 1.0\n', '2.0', '- new'],
    ['the word version', '## Version 3.1 — now\n\nnew\n## Version 3.0\nold', '3.1', 'new'],
    ['CRLF', '## 1.0\r\n\r\n- new\r\n', '1.0', '- new'],
    ['one entry only', '## 1.0\n', '1.0', ''],
  ])('is found in %s', (_, text, version, entry) => {
    expect(readChangeLog('CHANGES', text)).toEqual({
      ok: true,
      entry: { file: 'CHANGES', version, text: entry },
    });
  });

  test('that is not released yet is told, not skipped', () => {
    const reading = readChangeLog('CHANGES.md', '# Changelog\n\n## Unreleased\n\n- new\n\n## 1.0\n- old\n');
    expect(reading).toEqual({
      ok: false,
      why: 'The newest entry of CHANGES.md is not released: "Unreleased".',
    });
  });

  test.each(['nothing', '', '2026-01-02\n==========\n\n- x\n', '# Changelog\n\ntext\n'])(
    'is not made up: %j',
    (text) => {
      expect(readChangeLog('NEWS', text)).toEqual({ ok: false, why: 'No heading of NEWS names a version.' });
    },
  );

  test('is looked for in the usual files', () => {
    expect(changeLogFile(['NEWS', 'src', 'CHANGES.md', 'changelog'])).toBe('changelog');
    expect(changeLogFile(['README', 'changes.ml'])).toBeUndefined();
  });
});

describe('dune-project', () => {
  test('has name and version at the top level only, whatever comments and strings hold', () => {
    const text =
      '(lang dune 3.0)\n; (version 9)\n(package (name inner) (version 8))\n(name foo)\n(version "1.0 (x)")\n';
    expect(readDuneProject(text)).toEqual({ name: 'foo', version: '1.0 (x)' });
  });

  test.each(['', ')))', '((((', '(version)', '(version (of thing))', '"'])(
    'that says nothing says nothing: %j',
    (text) => {
      expect(readDuneProject(text).version).toBeUndefined();
    },
  );
});

test.each([
  ['v1.0', '1.0'],
  ['1.0', '1.0'],
  ['V2.1~rc1', '2.1~rc1'],
  ['foo.1.0', '1.0'],
  ['foo-lwt-v1.0', '1.0'],
  ['foo/1.0', '1.0'],
  ['libc', undefined],
  ['foo-bar', undefined],
  ['v', undefined],
  ['v1.0 final', undefined],
])('tag %s names version %s', (tag, version) => {
  expect(versionOfTag(tag, ['foo', 'foo-lwt'])).toBe(version);
});

test.each([
  [[], 'v2.0'],
  [['v1.0', 'v1.1', '1.2'], 'v2.0'],
  [['1.0', '1.1', 'v1.2'], '2.0'],
  [['nightly'], 'v2.0'],
])('a project with the tags %j calls the next one %s', (standing, name) => {
  expect(habitualTagName('2.0', standing)).toBe(name);
});

test('a release tag takes the entry of the change log only if it is about that version', () => {
  const log = readChangeLog('CHANGES', '## 1.0\n- new\n');
  expect(releaseMessage('foo', '1.0', log)).toBe('foo 1.0\n\n- new\n');
  expect(releaseMessage('foo', '1.1', log)).toBe('foo 1.1\n');
  expect(releaseMessage('foo', '1.1', { ok: false, why: '' })).toBe('foo 1.1\n');
});
