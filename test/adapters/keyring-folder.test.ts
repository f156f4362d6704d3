import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openKeyringFolder } from '../../src/adapters/keyring-folder.ts';
import { Fault } from '../../src/core/fault.ts';
import { parseFingerprint, type Fingerprint } from '../../src/core/openpgp/certificate.ts';
import type { KeyringFiles } from '../../src/core/trust/keyring-state.ts';
import { temporaryFolder } from '../support/scratch.ts';

function fingerprint(pair: string): Fingerprint {
  const whole = parseFingerprint(pair.repeat(20));
  if (whole === undefined) throw new Error(pair);
  return whole;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const one = fingerprint('0A');
const other = fingerprint('0B');

const files: KeyringFiles = {
  toml: bytes('format = 1\n'),
  signatures: bytes('signatures'),
  certificates: new Map([
    [one, bytes('one')],
    [other, bytes('other')],
  ]),
};

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await temporaryFolder();
  path = join(parent, 'keyring');
});

const text = (name: string): Promise<string> => readFile(join(path, name), 'utf8');

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Fault)) throw new Error('a Fault was expected');
  return error;
}

describe('a keyring folder on disk', () => {
  it('that does not exist, or is empty, holds no keyring', async () => {
    expect(await openKeyringFolder(path).read()).toBeUndefined();
    await mkdir(path);
    expect(await openKeyringFolder(path).read()).toBeUndefined();
  });

  it('returns what was written', async () => {
    await openKeyringFolder(path).write(files);
    expect(await openKeyringFolder(path).read()).toEqual(files);
    expect((await readdir(path)).sort()).toEqual([
      `${one}.asc`,
      `${other}.asc`,
      'keyring.toml',
      'keyring.toml.asc',
    ]);
    expect((await lstat(join(path, 'keyring.toml'))).mode & 0o111).toBe(0);
  });

  it('has no signature file where nobody has signed', async () => {
    await openKeyringFolder(path).write(files);
    await openKeyringFolder(path).write({ ...files, signatures: bytes('') });
    expect(await readdir(path)).not.toContain('keyring.toml.asc');
    expect((await openKeyringFolder(path).read())?.signatures).toEqual(bytes(''));
  });

  it('loses the certificates that are no longer part of it', async () => {
    await openKeyringFolder(path).write(files);
    await openKeyringFolder(path).write({ ...files, certificates: new Map([[one, bytes('new')]]) });
    expect(await readdir(path)).not.toContain(`${other}.asc`);
    expect(await text(`${one}.asc`)).toBe('new');
  });

  it('does not follow a link in its own place', async () => {
    await mkdir(join(parent, 'elsewhere'));
    await symlink('elsewhere', path);
    expect((await faultOf(openKeyringFolder(path).read())).code).toBe('keyring.unreadable');
    expect((await faultOf(openKeyringFolder(path).write(files))).code).toBe('keyring.unreadable');
    expect(await readdir(join(parent, 'elsewhere'))).toEqual([]);
  });

  it.each(['keyring.toml', 'keyring.toml.asc', `${one}.asc`])(
    'does not follow a link at %s',
    async (name) => {
      await openKeyringFolder(path).write(files);
      const target = join(parent, 'target');
      await writeFile(target, 'format = 1\n');
      await rm(join(path, name));
      await symlink(target, join(path, name));
      const fault = await faultOf(openKeyringFolder(path).read());
      expect(fault).toMatchObject({
        code: 'keyring.unreadable',
        message: `${join(path, name)} is not an ordinary file.`,
      });
    },
  );

  it('replaces a link by the file, and leaves what it pointed at alone', async () => {
    await openKeyringFolder(path).write(files);
    const target = join(parent, 'target');
    await writeFile(target, 'untouched');
    await rm(join(path, 'keyring.toml'));
    await symlink(target, join(path, 'keyring.toml'));
    await openKeyringFolder(path).write(files);
    expect(await readFile(target, 'utf8')).toBe('untouched');
    expect((await lstat(join(path, 'keyring.toml'))).isFile()).toBe(true);
  });

  it('does not wait for a pipe', async () => {
    await openKeyringFolder(path).write(files);
    await rm(join(path, 'keyring.toml'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(path, 'keyring.toml')]);
    expect((await faultOf(openKeyringFolder(path).read())).message).toContain('is not an ordinary file');
  });

  it.each(['README.md', 'keyring.toml~', 'alice.asc'])('is refused with a file %s in it', async (name) => {
    await openKeyringFolder(path).write(files);
    await writeFile(join(path, name), '');
    const fault = await faultOf(openKeyringFolder(path).read());
    expect(fault.code).toBe('keyring.unreadable');
    expect(fault.message).toContain(name);
  });

  it('is refused with certificates but no keyring file', async () => {
    await openKeyringFolder(path).write(files);
    await rm(join(path, 'keyring.toml'));
    expect((await faultOf(openKeyringFolder(path).read())).message).toContain('no keyring.toml');
  });

  it('is refused with a file larger than any certificate', async () => {
    await openKeyringFolder(path).write({ ...files, signatures: new Uint8Array(4 * 1024 * 1024 + 1) });
    expect((await faultOf(openKeyringFolder(path).read())).message).toContain('4194305 bytes');
  });

  it('that can not be written is a fault, and leaves nothing unfinished', async () => {
    await writeFile(path, 'a file');
    expect((await faultOf(openKeyringFolder(join(path, 'keyring')).write(files))).code).toBe('file.failed');
    await mkdir(join(parent, 'blocked', 'keyring.toml'), { recursive: true });
    expect((await faultOf(openKeyringFolder(join(parent, 'blocked')).write(files))).code).toBe('file.failed');
    const left = (await readdir(join(parent, 'blocked'))).filter((name) => name.startsWith('.'));
    expect(left).toEqual([]);
  });
});
