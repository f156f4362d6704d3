import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { parseOid, type Oid } from '../../src/core/git/oid.ts';
import type { PublishPlan } from '../../src/core/publish/plan.ts';
import type { Problem } from '../../src/core/publish/problem.ts';
import { planObject, planText, problemsText } from '../../src/render/publish-plan.ts';

const style = { paint: new Chalk({ level: 0 }), symbols: true };

const oid = (digit: string): Oid => {
  const parsed = parseOid(digit.repeat(40), 'sha1');
  if (parsed === undefined) throw new Error('no oid');
  return parsed;
};

const plan: PublishPlan = {
  version: '1.0',
  packages: [
    {
      name: 'foo',
      nameVersion: 'foo.1.0',
      path: 'packages/foo/foo.1.0/opam',
      digest: 'h1:x',
      comparedWith: 'foo.0.9',
      diff: [
        [
          { sign: '-', text: 'synopsis: "old"' },
          { sign: '+', text: 'synopsis:\t"new"' },
        ],
        [{ sign: ' ', text: 'build: []' }],
      ],
    },
  ],
  releaseTag: {
    name: 'v1.0',
    oid: undefined,
    commit: oid('1'),
    message: 'foo 1.0\n',
    pushTo: 'origin (https://example.org/foo)',
  },
  archive: {
    url: 'https://example.org/foo.tgz',
    sha256: 'aa',
    sha512: 'bb',
    bytes: 12345,
    file: '/tmp/foo.tgz',
    asset: undefined,
  },
  key: { certificate: 'F'.repeat(40), description: 'gpg key FFFF (Alice)', holder: 'alice' },
  author: { name: 'Alice', email: 'alice@example.org', zone: '+0000' },
  target: {
    forge: 'git',
    address: '/srv/opam',
    branch: 'main',
    base: oid('2'),
    repository: 'https://example.org/opam',
    received: 100,
  },
  submission: {
    branch: 'publish-foo.1.0',
    tag: 'signet/foo.1.0',
    title: 'Package foo.1.0',
    expires: Date.UTC(2026, 7, 2) / 1000,
    overwritten: undefined,
  },
  source: undefined,
  changes: 'Nothing',
  acts: ['make tag v1.0', 'push branch publish-foo.1.0'],
};

test('a plan shows package, tag, archive digests, key, target, branch, expiry, diff and acts', () => {
  expect(planText(plan, style)).toBe(`Package foo.1.0
  tag      v1.0 (to be made and signed, to be pushed to origin (https://example.org/foo))
  commit   ${oid('1')}
  archive  https://example.org/foo.tgz
           made here: upload /tmp/foo.tgz there
           12,345 bytes, equal to the tree of v1.0
           sha256 aa
           sha512 bb
  key      gpg key FFFF (Alice)
           certificate ${'F'.repeat(40)}
           known to the keyring file as alice
  author   Alice <alice@example.org>
  to       /srv/opam
           branch main at ${oid('2')}
  as       branch publish-foo.1.0, tag signet/foo.1.0
           for https://example.org/opam, to be merged before 2026-08-02T00:00:00Z

packages/foo/foo.1.0/opam (compared with foo.0.9)
  - synopsis: "old"
  + synopsis:    "new"
    …
    build: []

What will be done, in this order:
  1. make tag v1.0
  2. push branch publish-foo.1.0
`);
});

test('nothing in a plan or a problem moves the cursor, colours the text or reorders the line', () => {
  const evil = 'x\u001b[2Jy\u202Ez\r\nw';
  const hostile: PublishPlan = {
    ...plan,
    packages: [{ ...plan.packages[0], diff: [[{ sign: '+', text: evil }]] }],
    archive: { ...plan.archive, url: evil },
    author: { ...plan.author, name: evil },
    acts: [evil],
  };
  const problem: Problem = {
    code: 'opam.lint',
    severity: 'error',
    what: evil,
    mend: evil,
    override: '--force-lint',
  };
  const shown = planText(hostile, style) + problemsText([problem], style);
  expect(shown).not.toMatch(/[^\P{Cc}\n]|\u202E/u);
  expect(shown).toContain('x\\u{1b}[2Jy\\u{202e}z');
});

test('a plan in JSON has everything that the text has', () => {
  expect(planObject(plan)).toMatchObject({
    packages: [
      {
        nameVersion: 'foo.1.0',
        digest: 'h1:x',
        diff: [['-synopsis: "old"', '+synopsis:\t"new"'], [' build: []']],
      },
    ],
    releaseTag: { make: true, oid: null },
    archive: { sha256: 'aa', sha512: 'bb', file: '/tmp/foo.tgz' },
    key: { holder: 'alice' },
    submission: { expires: '2026-08-02T00:00:00Z' },
  });
  expect(planObject({ ...plan, key: undefined })).toMatchObject({ key: null });
});

test('a plan that overwrites others shows whose work goes, and marks what is not by the author', () => {
  const mine = { oid: oid('7'), subject: 'Mine', author: 'Alice <alice@example.org>', time: 0 };
  const hers = { oid: oid('8'), subject: 'Fix bounds', author: 'Mia <mia@example.org>', time: 86_400 };
  const overwriting: PublishPlan = {
    ...plan,
    submission: {
      ...plan.submission,
      replaced: { branch: oid('8'), tag: oid('9') },
      overwritten: { commits: [hers, mine], more: true, tag: { ...mine, oid: oid('9') } },
    },
  };
  const shown = planText(overwriting, style);
  expect(shown).toContain('What stands there and is overwritten\n  branch publish-foo.1.0 at 8888');
  expect(shown).toContain(
    `    ${oid('8')} 1970-01-02T00:00:00Z Mia <mia@example.org> (not by you): Fix bounds`,
  );
  expect(shown).toContain(
    'Alice <alice@example.org>: Mine\n    and older commits\n  tag signet/foo.1.0 at 9999',
  );
  expect(planObject(overwriting)).toMatchObject({
    submission: {
      overwritten: {
        branch: oid('8'),
        tag: oid('9'),
        commits: [{ subject: 'Fix bounds' }, { subject: 'Mine' }],
        more: true,
        tagged: { oid: oid('9') },
      },
    },
  });
  expect(planObject(plan)).toMatchObject({ submission: { overwritten: null } });
});
