import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, with another source');

describe('shadow-package: files that opam loads in the place of the genuine package', () => {
  test.each([
    ['a copy under another name', 'packages/aaa/foo.1.0/opam'],
    ['a copy at the top of packages/', 'packages/foo.1.0/opam'],
    ['a deeper copy', 'packages/foo/foo.1.0/foo.1.0/opam'],
    ['a copy below files/', 'packages/foo/foo.1.0/files/foo.1.0/opam'],
    ['an opam file that hides every version', 'packages/foo/opam'],
    ['an opam file for all of packages/', 'packages/opam'],
    ['a folder of packages in another case', 'Packages/foo/foo.1.0/opam'],
  ])('both verbs reject %s, although a maintainer signed it', async (_what, path) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files: { [path]: content } });
    for (const verb of verbs) {
      const code = path.startsWith('packages/') ? 'path.layout' : 'path.collision';
      expect(expectRejected(await scenario.judge(verb, head), code, path).at.path).toBe(path);
    }
  });

  test('both verbs verify the same file in its own place, by an owner', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.0')]: content },
    });
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
  });

  test('both verbs verify the removal of a shadow that stood before', async () => {
    const shadow = 'packages/aaa/foo.1.0/opam';
    const scenario = await Scenario.create({ files: { [shadow]: content } });
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files: { [shadow]: null } });
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
  });
});
