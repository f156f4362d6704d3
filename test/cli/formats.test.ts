import { beforeAll, describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { runSignet } from '../support/signet.ts';

let scenario: Scenario;
let head: Oid, trust: readonly string[];

beforeAll(async () => {
  scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  head = await scenario.commit(scenario.anchor, {
    by: 'bob',
    files: { [opamPath('foo.1.1')]: opamFile('foo') },
  });
  const admins = [ada, ben].flatMap(({ fingerprint }) => ['--fingerprint', fingerprint]);
  trust = ['--quorum', '2', ...admins, '--from', scenario.anchor];
});

/** How each format says that a report is rejected. */
const formats: readonly (readonly [string, RegExp])[] = [
  ['text', /^verify-pr: rejected: /m],
  ['json', /^ {2}"conclusion": "rejected",$/m],
  ['markdown', /^### ✗ rejected: /m],
  ['sarif', /"conclusion": "rejected"/],
  ['html', /<h1>✗ rejected<\/h1>/],
];

const signet = (...args: readonly string[]) => runSignet([...args, '-C', scenario.repository.folder]);

describe.each(formats)('--format %s', (format, rejected) => {
  test('writes the report, with its exit status', async () => {
    const range = `${scenario.anchor}..${head}`;
    const { status, stdout, stderr } = await signet('verify-pr', range, ...trust, '--format', format);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(rejected);
  });

  test('has a document for a fault too, but as text on stderr alone', async () => {
    const { status, stdout, stderr } = await signet('inspect', 'nope', '--format', format);
    expect({ status, silent: stdout === '' }).toEqual({ status: 2, silent: format === 'text' });
    expect(stderr).toMatch(/^error: /);
    if (format !== 'text') expect(stdout).toContain('nope');
  });
});

test('every verb that judges can write every format', async () => {
  const verbs = [
    ['verify-repo', ...trust, '--to', head],
    ['inspect', scenario.anchor],
    ['keyring', 'check', '--folder', 'nowhere', '--base', scenario.anchor],
  ];
  const answers = await Promise.all(verbs.map((verb) => signet(...verb, '--format', 'html')));
  expect(answers.map(({ status }) => status)).toEqual([1, 1, 0]);
  for (const { stdout } of answers) expect(stdout).toMatch(/^<!doctype html>/);
});

test('a verb that writes no report refuses the formats of reports', async () => {
  const { status, stderr } = await signet('trust', 'list', '--format', 'sarif');
  expect(status).toBe(2);
  expect(stderr).toContain('Allowed choices are text, json.');
});
