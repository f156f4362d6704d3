import { describe, expect, it } from 'vitest';
import type { ArchiveReading, SourceFile } from '../../../src/core/chain/archive-files.ts';
import {
  archiveClaim,
  type ArchiveAtHand,
  checksumsClaim,
  digestClaim,
  opamFileClaim,
  releaseClaims,
} from '../../../src/core/chain/release.ts';
import { opamFileCandidates } from '../../../src/core/chain/source-opam.ts';
import { sha256Hex, sha512Hex } from '../../../src/core/digest.ts';
import { emptyTree } from '../../../src/core/git/oid.ts';
import type { OpamFile } from '../../../src/core/opam/ast.ts';
import { parseOpamFile } from '../../../src/core/opam/opam-file.ts';
import type { Claim } from '../../../src/core/report/report.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const plain = (text: string): SourceFile => ({ kind: 'file', bytes: bytes(text) });
const tree = (entries: Readonly<Record<string, string | SourceFile>>) =>
  new Map(
    Object.entries(entries).map(([path, file]) => [path, typeof file === 'string' ? plain(file) : file]),
  );

const source = {
  'dune-project': '(lang dune 3.0)\n',
  'src/foo.ml': 'let x = 1\n',
  configure: { kind: 'executable', bytes: bytes('#!/bin/sh\n') },
} as const;

const commit = emptyTree('sha1');
const path = 'packages/foo/foo.1.0/opam';

function atHand(entries: Readonly<Record<string, string | SourceFile>>): ArchiveAtHand {
  const reading: ArchiveReading = { ok: true, folder: 'foo-1.0', files: tree(entries) };
  return { kind: 'read', name: 'foo-1.0.tar.gz', bytes: bytes('archive'), reading };
}

const compared = (
  archive: Readonly<Record<string, string | SourceFile>>,
  original: Readonly<Record<string, string | SourceFile>>,
): Claim => archiveClaim(atHand(archive), { name: 'tag v1.0', files: tree(original) });

const codes = ({ findings }: Claim): readonly string[] => findings.map(({ code }) => code);
const messages = ({ findings }: Claim): readonly string[] => findings.map(({ message }) => message);

function opam(text: string): OpamFile {
  const reading = parseOpamFile(bytes(text));
  if (!reading.ok) throw new Error(reading.error.message);
  return reading.value;
}

describe("the archive's files equal the source tag's tree", () => {
  it('is upheld for the same files, and says how many were compared below which folder', () => {
    const claim = compared(source, source);
    expect(claim).toMatchObject({ id: 'release.archive', status: 'upheld', findings: [] });
    expect(claim.evidence).toEqual([
      'foo-1.0.tar.gz: 3 files below the folder foo-1.0 were compared with tag v1.0.',
    ]);
  });

  it('is refuted by one changed, added, missing file or mode, and names every one', () => {
    const claim = compared(
      { 'src/foo.ml': 'let x = 2\n', configure: '#!/bin/sh\n', 'evil\x1b.m4': 'x' },
      source,
    );
    expect(claim.status).toBe('refuted');
    expect(messages(claim)).toEqual([
      'foo-1.0.tar.gz has configure as another kind of file (executable, link) than tag v1.0.',
      'foo-1.0.tar.gz lacks dune-project, which is in tag v1.0.',
      'foo-1.0.tar.gz has evil\\x1b.m4, which is not in tag v1.0.',
      'foo-1.0.tar.gz has src/foo.ml with other content than tag v1.0.',
    ]);
    expect(claim.findings.every(({ at }) => at.path !== undefined && at.file === 'foo-1.0.tar.gz')).toBe(
      true,
    );
  });

  it('is refuted by a link in place of a file with the same bytes', () => {
    expect(compared({ a: { kind: 'link', bytes: bytes('b') } }, { a: 'b' }).status).toBe('refuted');
  });

  it('is unproven without archive or tree, refuted where the archive was refused', () => {
    expect(archiveClaim({ kind: 'absent' }, { name: 'tag', files: tree(source) })).toMatchObject({
      status: 'unproven',
    });
    expect(codes(archiveClaim(atHand(source), undefined))).toEqual(['release.source-absent']);
    expect(archiveClaim(atHand(source), undefined).status).toBe('unproven');
    const finding = { code: 'archive.escape', severity: 'error', at: {}, message: 'x', mend: 'y' } as const;
    const refused: ArchiveAtHand = {
      kind: 'read',
      name: 'a',
      bytes: bytes(''),
      reading: { ok: false, finding },
    };
    expect(archiveClaim(refused, { name: 'tag', files: tree(source) })).toMatchObject({
      status: 'refuted',
      findings: [finding],
    });
  });

  it('is unproven for an archive of a kind that is not read', () => {
    const finding = {
      code: 'archive.unsupported',
      severity: 'warning',
      at: {},
      message: 'x',
      mend: 'y',
    } as const;
    const refused: ArchiveAtHand = {
      kind: 'read',
      name: 'a',
      bytes: bytes(''),
      reading: { ok: false, finding },
    };
    expect(archiveClaim(refused, { name: 'tag', files: tree(source) }).status).toBe('unproven');
  });

  it('is upheld where nothing is downloaded, and never by an archive and a tree without files', () => {
    expect(archiveClaim({ kind: 'none' }, undefined).status).toBe('upheld');
    expect(compared({}, {}).status).toBe('unproven');
  });
});

describe("the opam file's checksums are the archive's", () => {
  const archive = bytes('archive');
  const good256 = `"sha256=${sha256Hex(archive)}"`;
  const good512 = `"SHA512=${sha512Hex(archive).toUpperCase()}"`;
  const bad256 = `"sha256=${'0'.repeat(64)}"`;
  const stated = {
    url: 'https://x/a.tgz',
    sha256: sha256Hex(archive),
    sha512: sha512Hex(archive),
  };
  const claimOf = (checksum: string) =>
    checksumsClaim(
      opam(`url { src: "https://x/a.tgz" checksum: [ ${checksum} ] }`),
      path,
      atHand(source),
      stated,
    );

  it('is upheld by sha256 and sha512 of the bytes that were downloaded', () => {
    const claim = claimOf(`${good256} ${good512}`);
    expect(claim).toMatchObject({ id: 'release.checksums', status: 'upheld', findings: [] });
    expect(claim.evidence).toHaveLength(2);
  });

  it('is upheld by one of them, with a warning', () => {
    expect(claimOf(good256)).toMatchObject({
      status: 'upheld',
      findings: [{ code: 'release.checksum-set', severity: 'warning' }],
    });
  });

  it.each([
    ['another checksum', bad256, 'release.checksum-mismatch'],
    ['one wrong among right ones', `${good512} ${bad256}`, 'release.checksum-mismatch'],
    ['a wrong MD5 beside right ones', `${good256} "md5=${'0'.repeat(32)}"`, 'release.checksum-mismatch'],
    ['no checksum', '', 'release.checksum'],
    ['MD5 alone', '"md5=888c4f1a6cbd7bb9e1c0ffd23a9e0d9e"', 'release.checksum'],
    ['a malformed one beside right ones', `${good256} ${good512} "md5=xyz"`, 'release.checksum'],
  ])('is refuted by %s', (_case, checksum, code) => {
    const claim = claimOf(checksum);
    expect(claim.status).toBe('refuted');
    expect(codes(claim)).toContain(code);
  });

  it('is refuted by an extra source without checksum', () => {
    const file = opam(
      `url { src: "https://x/a.tgz" checksum: ${good256} }\nextra-source "p" { src: "https://x/p" }`,
    );
    expect(checksumsClaim(file, path, atHand(source), stated).status).toBe('refuted');
  });

  it.each([
    ['sha256', { sha256: '0'.repeat(64) }],
    ['sha512', { sha512: '0'.repeat(128) }],
    ['url', { url: 'https://x/b.tgz' }],
  ])('is refuted by another %s in the submission', (_what, other) => {
    const file = opam(`url { src: "https://x/a.tgz" checksum: [ ${good256} ${good512} ] }`);
    const claim = checksumsClaim(file, path, atHand(source), { ...stated, ...other });
    expect(claim.status).toBe('refuted');
    expect(codes(claim)).toEqual(['release.archive-stated']);
  });

  it('is unproven where the submission states no archive, whatever is at hand', () => {
    const file = opam(`url { src: "https://x/a.tgz" checksum: [ ${good256} ${good512} ] }`);
    expect(checksumsClaim(file, path, atHand(source), undefined).status).toBe('unproven');
  });

  it('is unproven without the archive; upheld where nothing is downloaded', () => {
    const file = opam(`url { src: "https://x/a.tgz" checksum: ${good256} }`);
    expect(checksumsClaim(file, path, { kind: 'absent' }, stated).status).toBe('unproven');
    expect(checksumsClaim(opam('flags: conf'), path, { kind: 'none' }, undefined).status).toBe('upheld');
    expect(checksumsClaim(opam('flags: conf'), path, { kind: 'absent' }, stated).status).toBe('unproven');
    expect(checksumsClaim(file, path, { kind: 'none' }, undefined).status).toBe('unproven');
  });
});

describe("the opam file is the source's", () => {
  const original =
    'opam-version: "2.0"\nname: "foo"\nversion: "dev"\ndepends: ["ocaml" {>= "4.08"}]\npin-depends: []\n';
  const claimOf = (text: string) =>
    opamFileClaim(opam(text), path, { name: 'tag v1.0', commit, opam: opam(original) });

  it('is upheld apart from url and what the repository strips, in any layout and order', () => {
    expect(
      claimOf(
        `depends: [ "ocaml" { >="4.08" } ] # x\nopam-version: "2.0"\nurl { src: "x" }\nx-commit-hash: "${commit}"`,
      ),
    ).toMatchObject({
      id: 'release.opam-file',
      status: 'upheld',
      evidence: [`${path} says what the opam file of tag v1.0 says.`],
    });
  });

  it('is refuted by every other difference, each named', () => {
    const claim = claimOf('depends: ["ocaml" {>= "4.07"}]\nbuild: ["evil"]\nx-commit-hash: "0123"');
    expect(claim).toMatchObject({ status: 'refuted', evidence: [] });
    expect(messages(claim).map((message) => message.slice(path.length + 2))).toEqual([
      'opam-version is removed, compared with tag v1.0.',
      'depends is changed, compared with tag v1.0.',
      'build is added, compared with tag v1.0.',
      'x-commit-hash is added, compared with tag v1.0.',
    ]);
  });

  it('is refuted by a subpath of its own, upheld by the one that the source has', () => {
    const inFolder = `${original}url { src: "https://x/dev.tgz" subpath: "lib" }\n`;
    const claim = (text: string, from: string) =>
      opamFileClaim(opam(text), path, { name: 'tag v1.0', commit, opam: opam(from) });
    expect(messages(claim(inFolder, original))).toEqual([
      `${path}: url.subpath is added, compared with tag v1.0.`,
    ]);
    expect(messages(claim(original, inFolder))).toEqual([
      `${path}: url.subpath is removed, compared with tag v1.0.`,
    ]);
    expect(claim(inFolder.replace('dev.tgz', 'a.tgz'), inFolder).status).toBe('upheld');
  });

  it('is refuted where the source has no opam file, unproven where no source is known', () => {
    const claim = (found: 'absent' | 'unknown') =>
      opamFileClaim(opam(original), path, { name: 'tag v1.0', commit, opam: found });
    expect(claim('absent')).toMatchObject({ status: 'refuted', findings: [{ code: 'release.opam-absent' }] });
    expect(claim('unknown').status).toBe('unproven');
  });

  it('the file is looked for where opam looks', () => {
    expect(opamFileCandidates('foo').slice(0, 3)).toEqual(['foo.opam', 'foo.opam/opam', 'opam/foo.opam']);
  });
});

describe("the package directory's digest is the submission tag's", () => {
  const found = { nameVersion: 'foo.1.0', before: 'none', after: 'h1:A' };

  it('is upheld by the same digests before and after', () => {
    expect(digestClaim(found, found)).toMatchObject({ id: 'release.digest', status: 'upheld' });
  });

  it.each([
    ['after', { ...found, after: 'h1:B' }],
    ['before', { ...found, before: 'h1:B' }],
    ['package', { ...found, nameVersion: 'foo.1.1' }],
  ])('is refuted by another %s', (_case, stated) => {
    expect(digestClaim(found, stated)).toMatchObject({
      status: 'refuted',
      findings: [{ code: 'release.digest', at: { path: 'packages/foo/foo.1.0' } }],
    });
  });

  it('is unproven where nothing is stated', () => {
    expect(digestClaim(found, undefined)).toMatchObject({
      status: 'unproven',
      findings: [{ code: 'release.not-stated' }],
    });
  });
});

it('the claims have the ids of trust model, section 8', () => {
  expect(releaseClaims).toEqual([
    'release.source',
    'release.source-tag',
    'release.archive',
    'release.checksums',
    'release.opam-file',
    'release.digest',
  ]);
});
