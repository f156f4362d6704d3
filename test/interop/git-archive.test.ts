import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../src/adapters/archive.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { type ArchiveReading, type SourceFile } from '../../src/core/chain/archive-files.ts';
import { archiveClaim, readSourceTree } from '../../src/core/chain/release.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import { type FileContent, TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment } from '../support/scratch.ts';

const date = 1_700_000_000;

/** Every kind of file, and names that archives write in different ways. */
const files: Readonly<Record<string, FileContent>> = {
  'dune-project': '(lang dune 3.0)\n',
  configure: { mode: '100755', content: '#!/bin/sh\n' },
  'src/link': { mode: '120000', content: '../configure' },
  [Buffer.from('src/caf\u00e9').toString('latin1')]: 'x',
  'src/not-utf8-\xff': 'y',
  [`${'long/'.repeat(50)}${'n'.repeat(120)}`]: 'deep',
  empty: '',
};

let repository: TestRepository;
let store: ObjectStore;

beforeAll(async () => {
  repository = await TestRepository.create({ bare: true });
  const environment = scrubbedEnvironment(repository.folder);
  store = await openStore(repository.folder, { kind: 'embedded', environment });
});
afterAll(() => store.close());

const commitOf = (content: Readonly<Record<string, FileContent>>): Promise<Oid> =>
  repository.commitFiles({ files: content, date });

async function gitArchive(commit: Oid, format = 'tar.gz'): Promise<Uint8Array> {
  const { status, stdout, stderr } = await repository.tryGit([
    'archive',
    `--format=${format}`,
    '--prefix=foo-1.0/',
    commit,
  ]);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

async function judge(commit: Oid, archive: Uint8Array): Promise<ReturnType<typeof archiveClaim>> {
  const reading = await readArchive(archive, 'foo-1.0.tar.gz');
  const source = { name: 'tag v1.0', files: await readSourceTree(store, commit) };
  return archiveClaim({ kind: 'read', name: 'foo-1.0.tar.gz', bytes: archive, reading }, source);
}

const filesOf = (reading: ArchiveReading): ReadonlyMap<string, SourceFile> =>
  reading.ok ? reading.files : new Map();

describe('what git archive makes of a commit', () => {
  it.each(['tar', 'tar.gz'])('equals the tree of the commit, as %s', async (format) => {
    const commit = await commitOf(files);
    expect(await judge(commit, await gitArchive(commit, format))).toMatchObject({
      status: 'upheld',
      findings: [],
    });
  });

  it('equals it when packed with bzip2', async () => {
    const commit = await commitOf(files);
    const packed = execFileSync('bzip2', ['-c'], { input: gunzipSync(await gitArchive(commit)) });
    expect((await judge(commit, packed)).status).toBe('upheld');
  });

  it('does not equal the tree of another commit', async () => {
    const commit = await commitOf(files);
    const other = await commitOf({ ...files, configure: { mode: '100755', content: '#!/bin/sh\nevil\n' } });
    expect(await judge(commit, await gitArchive(other))).toMatchObject({
      status: 'refuted',
      findings: [{ code: 'release.archive-differs', at: { path: 'configure' } }],
    });
  });

  it('leaves out what export-ignore names, and each file is named as left out', async () => {
    const attributes =
      '*.md export-ignore\n/ci export-ignore\ndocs/** export-ignore\n.git* export-ignore\na/b export-ignore\nx? export-ignore\nkept.md -export-ignore\n';
    const commit = await commitOf({
      ...files,
      '.gitattributes': attributes,
      'README.md': '',
      'kept.md': '',
      'src/deep/NOTES.md': '',
      'ci/run': '',
      'src/ci/run': '',
      'docs/a/b': '',
      'a/b/c': '',
      'd/a/b': '',
      xy: '',
      xyz: '',
      'sub/.gitattributes': '* -export-ignore\n',
      'sub/NOTES.md': '',
    });
    const claim = await judge(commit, await gitArchive(commit));
    expect(claim.status).toBe('upheld');
    expect(claim.findings.map(({ code, at }) => `${code} ${at.path ?? ''}`)).toEqual(
      ['.gitattributes', 'README.md', 'a/b/c', 'ci/run', 'docs/a/b', 'src/deep/NOTES.md', 'xy'].map(
        (path) => `release.export-ignore ${path}`,
      ),
    );
  });

  it('fills in what export-subst names, which leaves the claim unproven', async () => {
    const commit = await commitOf({
      ...files,
      '.gitattributes': 'version export-subst\n',
      version: 'v $Format:%H$ ($Format:%an$)\nend\n',
      other: '$Format:%H$',
    });
    expect(await judge(commit, await gitArchive(commit))).toMatchObject({
      status: 'unproven',
      findings: [{ code: 'release.export-subst', at: { path: 'version' } }],
    });
  });

  it('has nothing of submodules, which is named', async () => {
    const module = await commitOf({ x: 'y' });
    const commit = await commitOf({ ...files, 'vendor/lib': { mode: '160000', oid: module } });
    expect(await judge(commit, await gitArchive(commit))).toMatchObject({
      status: 'unproven',
      findings: [{ code: 'release.submodule', at: { path: 'vendor/lib' } }],
    });
  });
});

describe('an archive made of a commit', () => {
  it('has the files that git archive has', async () => {
    const portable = Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('\xff')));
    const commit = await commitOf(portable);
    const made = await writeArchive(await readSourceTree(store, commit), 'foo-1.0', date);
    expect(made.ok && (await judge(commit, made.bytes)).status).toBe('upheld');
    const own = filesOf(await readArchive(made.ok ? made.bytes : new Uint8Array(0), 'own'));
    expect(new Map([...own].sort())).toEqual(
      new Map([...filesOf(await readArchive(await gitArchive(commit), 'git'))].sort()),
    );
  });
});

it('a tree whose content is missing is a fault with its mend', async () => {
  const missing = '0123456789012345678901234567890123456789' as Oid;
  const commit = await commitOf({ a: { mode: '100644', oid: missing } });
  const fault = await readSourceTree(store, commit).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({
    code: 'object.missing',
    mend: expect.stringContaining('git fetch') as string,
  });
});
