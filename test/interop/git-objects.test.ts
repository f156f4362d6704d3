import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCommit, parseTag } from '../../src/core/git/object.ts';
import type { ObjectFormat, Oid } from '../../src/core/git/oid.ts';
import { gitPayload, mergetags, signedCommit, signedTag } from '../../src/core/git/signed-object.ts';
import { RecordingGpg, type Recorded } from '../support/recording-gpg.ts';
import { dataFolder, realSlice, TestRepository } from '../support/repository.ts';
import { commitCases, tagCases, type GitSays, type ObjectCase } from './git-object-cases.ts';

const armor = '-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n';

/** Made once: each case is an object of its own. */
let repositories: Readonly<Record<ObjectFormat, TestRepository>>;
let gpg: RecordingGpg;
beforeAll(async () => {
  const [sha1, sha256] = await Promise.all(
    (['sha1', 'sha256'] as const).map((objectFormat) => TestRepository.create({ bare: true, objectFormat })),
  );
  if (sha1 === undefined || sha256 === undefined) throw new Error('unreachable: there are two');
  repositories = { sha1, sha256 };
  gpg = await RecordingGpg.create();
});

describe.each([
  { type: 'commit', verify: 'verify-commit', cases: commitCases, ours: signedCommit },
  { type: 'tag', verify: 'verify-tag', cases: tagCases, ours: signedTag },
] as const)('git and the strict profile on a $type with', ({ type, verify, cases, ours }) => {
  test.each<ObjectCase>(cases)('$title: git $git, we say $ours', async (odd) => {
    const format = odd.format ?? 'sha1';
    const repository = repositories[format];
    const oid = await repository.writeObject(type, odd.content);
    const { status } = await repository.tryGit([...gpg.options, verify, oid]);
    const recorded = await gpg.take();

    expect(said(status, recorded)).toBe(odd.git);
    for (const record of recorded) expect(asBuffers(gitPayload(type, odd.content, format))).toEqual(record);

    const signed = ours(odd.content, format);
    expect(signed.kind === 'malformed' ? signed.malformation.rule : signed.kind).toBe(odd.ours);
    if (signed.kind === 'signed' && recorded.length > 0) expect([asBuffers(signed)]).toEqual(recorded);
  });
});

test('git and we take the same bytes of any header soup for payload and signature', async () => {
  const repository = repositories.sha1;
  const line = fc.constantFrom(
    'gpgsig x',
    ` ${armor.replaceAll('\n', '\n ')}`,
    'gpgsigx y',
    'gpgsig-sha256 z',
    ' more',
    'other',
    'gpgsig',
    '',
  );
  const soup = fc.array(line, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(soup, async (lines) => {
      const signature = `gpgsig ${armor.trimEnd().replaceAll('\n', '\n ')}`;
      const content = commitWith([signature, ...lines]);
      const oid = await repository.writeObject('commit', content);
      await repository.tryGit([...gpg.options, 'verify-commit', oid]);
      expect(await gpg.take()).toEqual([asBuffers(gitPayload('commit', content, 'sha1'))]);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('git finds the tag in a signed merge, and so do we', async () => {
  const repository = await TestRepository.create();
  const base = await repository.commitFiles({ files: { base: 'base' }, date: 1_700_000_000 });
  const side = await repository.commitFiles({
    parents: [base],
    files: { side: 'side' },
    date: 1_700_000_100,
  });
  const tag = await repository.tag({ name: 'side', object: side, date: 1_700_000_200, sign: () => armor });
  await repository.git('checkout', '--quiet', base);
  await repository.git(...gpg.options, ...committer, 'merge', '--no-ff', '-S', '-m', 'Merge', 'side');
  await gpg.take();
  const merge = await repository.read((await repository.git('rev-parse', 'HEAD')) as Oid);

  await repository.git(...gpg.options, 'log', '-1', '--show-signature', '--format=%H');
  const recorded = await gpg.take();

  const commit = parseCommit(merge, 'sha1');
  const tags = commit.ok ? mergetags(commit.value) : [];
  expect(tags.map((content) => parseTag(content, 'sha1'))).toMatchObject([{ ok: true, value: { oid: tag } }]);
  const ours = [
    ...tags.map((content) => gitPayload('tag', content, 'sha1')),
    gitPayload('commit', merge, 'sha1'),
  ];
  expect(new Set(recorded)).toEqual(new Set(ours.map(asBuffers)));
  expect([signedCommit(merge, 'sha1'), ...tags.map((content) => signedTag(content, 'sha1'))]).toMatchObject([
    { kind: 'signed' },
    { kind: 'signed' },
  ]);
});

describe.skipIf(dataFolder === undefined)('the real repository (needs OPAM_SIGNET_DATA)', () => {
  test('every commit has the id that is recomputed, and payload and signature are what git hands to gpg', async () => {
    const slice = await realSlice();
    if (slice === undefined) throw new Error('There is no data.');
    const signed: { oid: string; expected: Recorded }[] = [];
    for (const { oid, content } of await allCommits(slice)) {
      expect(parseCommit(content, 'sha1')).toMatchObject({ ok: true, value: { oid } });
      const found = signedCommit(content, 'sha1');
      if (found.kind === 'signed') signed.push({ oid, expected: asBuffers(found) });
      else expect(found.kind).toBe('unsigned');
    }
    expect(signed.length).toBeGreaterThan(2000);
    const middle = signed.length / 2;
    const halves = [signed.slice(0, middle), signed.slice(middle)];
    const recorded = await Promise.all(
      halves.map((half) =>
        recordAll(
          slice,
          half.map(({ oid }) => oid),
        ),
      ),
    );
    const all = recorded.flat();
    expect(all.length).toBe(signed.length);
    for (const [index, { oid, expected }] of signed.entries()) expect(all[index], oid).toEqual(expected);
  }, 300_000);
});

/** What git hands to gpg for each of these commits, in their order. */
async function recordAll(repository: TestRepository, oids: readonly string[]): Promise<readonly Recorded[]> {
  const gpg = await RecordingGpg.create();
  const input = oids.map((oid) => `${oid}\n`).join('');
  await repository.tryGit([...gpg.options, 'log', '--no-walk=unsorted', '--stdin', '--format=%G?'], {
    input,
  });
  return gpg.take();
}

const committer = [
  '-c',
  'user.name=Alice Example',
  '-c',
  'user.email=alice@example.org',
  '-c',
  'user.signingKey=any',
];

async function allCommits(
  repository: TestRepository,
): Promise<readonly { oid: string; content: Uint8Array }[]> {
  const oids = (await repository.git('rev-list', '--all')).split('\n');
  const input = oids.map((oid) => `${oid}\n`).join('');
  const { stdout } = await repository.tryGit(['cat-file', '--batch'], { input });
  let at = 0;
  return oids.map((oid) => {
    const start = stdout.indexOf('\n', at) + 1;
    const size = Number(stdout.toString('latin1', at, start).split(' ')[2]);
    at = start + size + 1;
    return { oid, content: stdout.subarray(start, start + size) };
  });
}

function commitWith(headers: readonly string[]): Uint8Array {
  const start = [
    'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
    'author Alice Example <alice@example.org> 1700000000 +0100',
    'committer Alice Example <alice@example.org> 1700000000 +0100',
  ];
  return Buffer.from(`${[...start, ...headers].join('\n')}\n\nMessage\n`);
}

function said(status: number, recorded: readonly Recorded[]): GitSays {
  if (status === 0) return 'accepts';
  return recorded.length > 0 ? 'refuses' : 'does not ask gpg';
}

function asBuffers(signed: { payload: Uint8Array; signature: Uint8Array } | undefined): Recorded {
  const { payload, signature } = signed ?? { payload: 'nothing', signature: 'nothing' };
  return { payload: Buffer.from(payload), signature: Buffer.from(signature) };
}
