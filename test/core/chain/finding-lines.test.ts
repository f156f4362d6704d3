import { describe, expect, it } from 'vitest';
import { checksumsClaim, opamFileClaim } from '../../../src/core/chain/release.ts';
import { sha256Hex, sha512Hex } from '../../../src/core/digest.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { OpamFile } from '../../../src/core/opam/ast.ts';
import { parseOpamFile } from '../../../src/core/opam/opam-file.ts';
import { packageProblems } from '../../../src/core/opam/package-file.ts';
import type { Finding } from '../../../src/core/report/report.ts';

const path = 'packages/foo/foo.1.0/opam';
const commit = '1'.repeat(40) as Oid;

function opam(...lines: readonly string[]): OpamFile {
  const reading = parseOpamFile(Buffer.from(lines.join('\n')));
  if (!reading.ok) throw new Error(reading.error.message);
  return reading.value;
}

const places = (findings: readonly Finding[]) =>
  findings.map(({ code, at: { line } }) => `${code} ${line ?? '-'}`);

const problems = (...lines: readonly string[]) =>
  places(packageProblems({ name: 'foo', version: '1.0', opam: opam(...lines), files: new Map() }));

describe('a finding about an opam file stands at the line that is meant', () => {
  it('where a field is not the source’s, but for one that was taken away', () => {
    const published = opam('opam-version: "2.0"', 'synopsis: "b"', 'x-new: 1');
    const source = {
      name: 'tag v1',
      commit,
      opam: opam('opam-version: "2.0"', 'license: "ISC"', 'synopsis: "a"'),
    };
    expect(places(opamFileClaim(published, path, source).findings).sort()).toEqual([
      'release.opam-differs -',
      'release.opam-differs 2',
      'release.opam-differs 3',
    ]);
  });

  it('where a checksum is wrong, or one is missing from its section', () => {
    const published = opam(
      'url {',
      '  src: "https://x/a.tgz"',
      '  checksum: [',
      `    "sha256=${'0'.repeat(64)}"`,
      '  ]',
      '}',
    );
    const reading = { ok: true, folder: '', files: new Map() } as const;
    const archive = { kind: 'read', name: 'a.tgz', bytes: new Uint8Array(), reading } as const;
    const [sha256, sha512] = [sha256Hex(archive.bytes), sha512Hex(archive.bytes)];
    const stated = { url: 'https://elsewhere.org/a.tgz', sha256, sha512 };
    expect(places(checksumsClaim(published, path, archive, stated).findings)).toEqual([
      'release.checksum-mismatch 4',
      'release.checksum-set 1',
      'release.archive-stated 1',
    ]);
  });

  it('where a file name leads elsewhere, or extra-files is no list of pairs', () => {
    const sum = `"sha256=${'0'.repeat(64)}"`;
    expect(
      problems('synopsis: "a"', 'extra-source "../a" { }', 'extra-files: [', ` ["/b" ${sum}]`, ']'),
    ).toEqual(['opam.file-name 2', 'opam.file-name 4']);
    expect(problems('synopsis: "a"', 'extra-files: "b"')).toEqual(['opam.extra-file 2']);
  });
});
