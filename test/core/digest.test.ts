import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belongsToState, dirhash, NO_DIRECTORY, packageDigest, stateDigest } from '../../src/core/digest.ts';
import { temporaryFolder } from '../support/scratch.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const files = (entries: Readonly<Record<string, string>>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, bytes(text)]));

/** What find, sort, sha256sum and base64 of coreutils say of the files. */
async function coreutilsDigest(content: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = Buffer.from(await temporaryFolder());
  for (const [path, data] of content) {
    const file = Buffer.concat([folder, Buffer.from(`/${path}`, 'latin1')]);
    await mkdir(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
    await writeFile(file, data);
  }
  const script =
    "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | head -c 64 | tr a-f A-F | basenc --base16 -d | base64 -w0";
  return `h1:${execFileSync('bash', ['-c', script], { cwd: folder.toString(), encoding: 'utf8' })}`;
}

describe('the digest of a directory', () => {
  it('is SHA-256 over sorted lines of SHA-256, two spaces, path and line feed, in base64', () => {
    const lines = `${sum('data for abc')}  abc\n${sum('data for xyz')}  xyz\n`;
    const expected = Buffer.from(sum(lines), 'hex').toString('base64');
    expect(dirhash(files({ xyz: 'data for xyz', abc: 'data for abc' }))).toBe(`h1:${expected}`);
  });

  it('is what coreutils compute, for names of bytes that are no UTF-8 too', async () => {
    const content = files({
      opam: 'opam-version: "2.0"\n',
      'files/b': '',
      'files/\xe9': 'x',
      'files.d': 'y',
      'a b': '\0\xff',
    });
    expect(packageDigest(content)).toBe(await coreutilsDigest(content));
  });

  it('changes with every byte, name and file', () => {
    const digests = [{ a: 'x' }, { a: 'y' }, { b: 'x' }, { a: 'x', b: '' }, { 'a/a': 'x' }].map((one) =>
      dirhash(files(one)),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z/.]{1,9}$/), { minLength: 2, maxLength: 9 }),
        (paths) => {
          const entries = paths.map((path) => [path, bytes(path)] as const);
          expect(dirhash(new Map(entries))).toBe(dirhash(new Map(entries.toReversed())));
        },
      ),
    );
  });

  it('of no files is "none" for a package, which has no directory then', () => {
    expect(packageDigest(new Map())).toBe(NO_DIRECTORY);
    expect(dirhash(new Map())).toBe('h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  it('equals no digest that can be signed where a name holds a line feed', () => {
    const forged = `a\n${sum('y')}  b`;
    expect(dirhash(files({ a: 'x', b: 'y' }))).toMatch(/^h1:/);
    expect(dirhash(files({ [forged]: 'x' }))).not.toMatch(/^h1:/);
    expect(packageDigest(new Map([['\u0433', bytes('')]]))).not.toMatch(/^(?:h1:|none)/);
  });
});

const sum = (text: string): string =>
  execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);

describe('the digest of a repository', () => {
  it('covers packages/, keyring/, repo and version, with paths from the root', async () => {
    const covered = files({
      'packages/foo/foo.1/opam': 'x',
      'keyring/keyring.toml': 'y',
      repo: 'opam-version: "2.0"',
      version: '1',
    });
    const others = files({
      'README.md': 'z',
      '.gitattributes': '',
      'packages.txt': '',
      'docs/packages/x': '',
      'keyring.toml': '',
    });
    expect(stateDigest(new Map([...others, ...covered]))).toBe(await coreutilsDigest(covered));
    expect([...others.keys()].filter(belongsToState)).toEqual([]);
  });
});
