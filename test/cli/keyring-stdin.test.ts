import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { carol, Desk } from '../support/keyring-desk.ts';
import { scrubbedEnvironment } from '../support/scratch.ts';

it('keyring add takes a certificate from stdin where the file is called -', async () => {
  const desk = await Desk.withVersion1();
  const program = resolve(import.meta.dirname, '../../bin/opam-signet.js');
  const args = [program, 'keyring', 'add', 'carol', '-', '--yes', '--no-input', '-C', desk.folder];
  const child = spawn(process.execPath, args, { env: scrubbedEnvironment(desk.folder) });
  child.stdin.end(carol.armoredCertificate);
  const [told] = await Promise.all([text(child.stderr), text(child.stdout)]);
  expect(await desk.toml(), told).toContain(`fingerprints = ["${carol.fingerprint}"]`);
  expect(
    await desk.repository?.git('status', '--porcelain', '--', join('keyring', `${carol.fingerprint}.asc`)),
  ).toMatch(/^\?\? /);
});
