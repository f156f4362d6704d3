import { expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../../support/scenario.ts';

const sloppy = (text: string): string => `${opamFile('foo')}\nversion: "1.1"\ntags: ["topics"]\n${text}`;

test('verify-pr warns of what the checks of the repository would refuse, and concludes the same', async () => {
  const scenario = await Scenario.create();
  const files = { [opamPath('foo.1.1')]: sloppy('') };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const report = await scenario.judge('verify-pr', head);
  expect(report.conclusion).toBe('verified');
  const lint = report.findings.filter(({ code }) => code.startsWith('lint.'));
  expect(lint.map(({ code, severity }) => [code, severity])).toEqual(
    expect.arrayContaining([
      ['lint.own-name', 'warning'],
      ['lint.sample-tags', 'warning'],
      // An error where it is published; here it refutes nothing.
      ['lint.no-source', 'warning'],
    ]),
  );
  expect(lint.every(({ at }) => at.path === opamPath('foo.1.1'))).toBe(true);
});

test('whoever changes a file is told of what is new, not of what was wrong with it before', async () => {
  const scenario = await Scenario.create();
  const path = opamPath('foo.1.1');
  const first = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: sloppy('') } });
  const head = await scenario.commit(first, { by: 'alice', files: { [path]: sloppy('name: "foo"\n') } });
  const report = await scenario.judge('verify-pr', head, first);
  expect(report.findings.filter(({ code }) => code.startsWith('lint.'))).toMatchObject([
    { code: 'lint.own-name', at: { path, line: expect.any(Number) as number } },
  ]);
});

test('a package that is removed, and one that cannot be read, has nothing to be said of', async () => {
  const scenario = await Scenario.create();
  const path = opamPath('foo.1.1');
  const first = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: sloppy('') } });
  const broken = await scenario.commit(first, { by: 'alice', files: { [path]: 'no opam file [' } });
  const report = await scenario.judge('verify-pr', broken, first);
  expect(report.findings.filter(({ code }) => code.startsWith('lint.'))).toEqual([]);
  expect(report.conclusion).toBe('rejected');
});
