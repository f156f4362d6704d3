import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { TestRepository } from '../support/repository.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const harmless = '* text=auto\n*.sh text eol=lf\n*.patch -text\n*.opam linguist-language=OCaml\n';

describe('attributes: a .gitattributes file that makes a checkout differ from what was signed', () => {
  test.each([
    ['ident', 'packages/** ident\n'],
    ['eol=crlf', '* text eol=crlf\n'],
    ['crlf', '*.opam crlf\n'],
    ['a filter', 'packages/foo/** filter=lfs\n'],
    ['another encoding', 'opam working-tree-encoding=UTF-16\n'],
    ['ident in a macro', '[attr]plain ident\nopam plain\n'],
  ])('both verbs reject %s, although a maintainer signed it', async (_what, content) => {
    const scenario = await Scenario.create({ files: { '.gitattributes': harmless } });
    const files = { '.gitattributes': harmless + content };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
    for (const verb of verbs) {
      const found = expectRejected(await scenario.judge(verb, head), 'path.attributes', '.gitattributes');
      expect(found.at.line).toBe(5);
    }
  });

  test.each([
    ['below packages/', 'packages/foo/.gitattributes', 'path.git-file'],
    ['in another case', '.GitAttributes', 'path.collision'],
    ['in another folder', 'governance/.gitattributes', 'path.attributes'],
  ] as const)('both verbs reject such a file %s', async (_where, path, code) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files: { [path]: '* ident\n' } });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), code, path);
  });

  test('both verbs reject a link in the place of the file', async () => {
    const scenario = await Scenario.create();
    const link = { mode: '120000', content: 'packages/foo/foo.1.0/opam' };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files: { '.gitattributes': link } });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'path.mode', '.gitattributes');
  });

  test('both verbs verify attributes that keep the bytes, and the removal of others', async () => {
    const scenario = await Scenario.create({ files: { '.gitattributes': '* ident\n' } });
    for (const content of [harmless, null]) {
      const head = await scenario.commit(scenario.anchor, {
        by: 'mia',
        files: { '.gitattributes': content },
      });
      for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
    }
  });

  test('git writes other bytes into a checkout than were signed', async () => {
    const scenario = await Scenario.create();
    const signed = opamFile('$Id$');
    const files = { '.gitattributes': 'opam ident\n', [opamPath('foo.1.1')]: signed };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
    const clone = await TestRepository.create();
    await clone.git('fetch', '--quiet', scenario.repository.folder, head);
    await clone.git('checkout', '--quiet', head);
    const { stdout } = await clone.tryGit(['hash-object', '--no-filters', opamPath('foo.1.1')]);
    const stored = await scenario.repository.git('rev-parse', `${head}:${opamPath('foo.1.1')}`);
    expect(stdout.toString().trim()).not.toBe(stored);
  });
});
