import { describe, expect, test } from 'vitest';
import type { FindingCode } from '../../src/core/report/catalogue.ts';
import type { FileContent } from '../support/repository.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');
const latin1 = (path: string): string => Buffer.from(path).toString('latin1');

const paths: readonly (readonly [string, string, FileContent, FindingCode])[] = [
  ['a symbolic link', opamPath('foo.1.1'), { mode: '120000', content: '/etc/passwd' }, 'path.mode'],
  ['an executable', opamPath('foo.1.1'), { mode: '100755', content }, 'path.mode'],
  ['a part ..', 'packages/foo/foo.1.1/../foo.1.0/opam', content, 'path.segment'],
  ['a part .', 'packages/foo/./foo.1.1/opam', content, 'path.segment'],
  ['a folder .git', 'packages/foo/foo.1.1/files/.git/hooks/post-checkout', content, 'path.git-file'],
  ['a folder .GIT with a dot at its end', 'packages/foo/.GIT./config', content, 'path.git-file'],
  ['git~1', 'packages/foo/foo.1.1/files/git~1', content, 'path.git-file'],
  ['.gitmodules', 'packages/foo/foo.1.1/files/.gitmodules', content, 'path.git-file'],
  ['.gitattributes', 'packages/foo/.gitattributes', '*.ml ident\n', 'path.git-file'],
  ['a dot at its end', 'packages/foo/foo.1.1/files/patch.', content, 'path.unportable'],
  ['a space at its end', 'packages/foo/foo.1.1/files/patch ', content, 'path.unportable'],
  ['a CR', 'packages/foo/foo.1.1/files/patch\r', content, 'path.unportable'],
  ['a line feed', 'packages/foo/foo.1.1/files/a\nb', content, 'path.unportable'],
  ['a backslash', 'packages/foo/foo.1.1/files/..\\..\\opam', content, 'path.unportable'],
  ['a device name', 'packages/foo/foo.1.1/files/aux.ml', content, 'path.unportable'],
  [
    'a letter of another script',
    latin1('packages/foo/foo.1.1/files/\u0430.patch'),
    content,
    'path.unportable',
  ],
  [
    'a letter composed of two',
    latin1('packages/foo/foo.1.1/files/e\u0301.patch'),
    content,
    'path.unportable',
  ],
  ['bytes that are not UTF-8', 'packages/foo/foo.1.1/files/\xff.patch', content, 'path.unportable'],
];

describe('bad-paths: paths that mean something else on another machine, signed by a maintainer', () => {
  test.each(paths)('both verbs reject %s', async (_what, path, file, code) => {
    const scenario = await Scenario.create();
    const files = { [opamPath('foo.1.1')]: content, [path]: file };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
    const reports = [
      await scenario.verifyPr(scenario.anchor, head),
      await scenario.verifyRepo(
        await scenario.merge(scenario.anchor, head, { tree: await scenario.treeOf(head) }),
      ),
    ];
    for (const report of reports) {
      const found = expectRejected(report, code, '');
      expect(found.at.path).toBe(path);
      expect(found.message).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  test.each(verbs)('%s rejects a submodule', async (verb) => {
    const scenario = await Scenario.create();
    const submodule = { mode: '160000', oid: scenario.anchor };
    const files = { [opamPath('foo.1.1')]: content, 'packages/foo/foo.1.1/files': submodule };
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
    expectRejected(await scenario.judge(verb, head), 'path.mode', 'packages/foo/foo.1.1/files');
  });

  const twins: readonly (readonly [string, string, string])[] = [
    ['a version folder', 'packages/foo/foo.1.0-rc/opam', 'packages/foo/foo.1.0-RC/opam'],
    ['an extra file', 'packages/foo/foo.1.0/files/fix.patch', 'packages/foo/foo.1.0/files/Fix.patch'],
  ];
  test.each(twins)(
    'both verbs reject %s that differs from a standing one by case only',
    async (_what, old, path) => {
      const scenario = await Scenario.create({ files: { [old]: content } });
      const head = await scenario.commit(scenario.anchor, { by: 'mia', files: { [path]: content } });
      for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'path.collision', path);
    },
  );

  test.each(twins)('both verbs reject %s twice in one change', async (_what, one, other) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, {
      by: 'mia',
      files: { [one]: content, [other]: content },
    });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'path.collision', one);
  });

  test.each(verbs)(
    '%s verifies a version folder that takes the place of its other spelling',
    async (verb) => {
      const scenario = await Scenario.create({ files: { 'packages/foo/foo.1.0-RC/opam': content } });
      const files = { 'packages/foo/foo.1.0-RC/opam': null, 'packages/foo/foo.1.0-rc/opam': content };
      const head = await scenario.commit(scenario.anchor, { by: 'mia', files });
      expectVerified(await scenario.judge(verb, head));
    },
  );

  test.each(verbs)('%s verifies the removal of a bad path that stood before', async (verb) => {
    const link = { mode: '120000', content: '/etc/passwd' };
    const scenario = await Scenario.create({ files: { [opamPath('foo.0.9')]: link } });
    const head = await scenario.commit(scenario.anchor, {
      by: 'mia',
      files: { [opamPath('foo.0.9')]: null },
    });
    expectVerified(await scenario.judge(verb, head));
  });

  test.each(verbs)('%s rejects a tree with one name twice', async (verb) => {
    const scenario = await Scenario.create();
    const blob = Buffer.from(await scenario.repository.writeObject('blob', content), 'hex');
    const entry = Buffer.concat([Buffer.from('100644 opam\0'), blob]);
    const doubled = await scenario.repository.writeObject('tree', Buffer.concat([entry, entry]));
    const folder = { mode: '40000', oid: doubled };
    const head = await scenario.commit(scenario.anchor, {
      by: 'mia',
      files: { 'packages/foo/foo.1.1': folder },
    });
    const report =
      verb === 'verify-pr'
        ? await scenario.verifyPr(scenario.anchor, head)
        : await scenario.verifyRepo(
            await scenario.merge(scenario.anchor, head, { tree: await scenario.treeOf(head) }),
          );
    expectRejected(report, 'object.malformed', 'opam');
  });
});
