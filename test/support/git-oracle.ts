import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../src/core/git/oid.ts';
import { gitPayload } from '../../src/core/git/signed-object.ts';
import type { Seconds } from '../../src/core/ports.ts';
import { GpgHome, runProgram } from './gpg-home.ts';
import type { TestKey } from './keys.ts';
import type { TestRepository } from './repository.ts';
import { temporaryFolder } from './scratch.ts';

/** What git says of a signed object, with a gpg that holds the given certificates and whose clock stands still. */
export interface GitOracle {
  readonly accepted: boolean;
  /** Keywords of gpg's status lines: GOODSIG, EXPKEYSIG, BADSIG. */
  readonly keywords: readonly string[];
}

/** Asks `git verify-commit`, or `git verify-tag` for a tag. */
export async function askGit(
  repository: TestRepository,
  oid: Oid,
  certificates: readonly TestKey[],
  at: Seconds,
): Promise<GitOracle> {
  const gpg = new GpgHome();
  try {
    for (const { certificate } of certificates) gpg.run(['--import'], { input: certificate, at });
    writeFileSync(join(gpg.folder, 'gpg.conf'), `faked-system-time ${at}!\n`);
    const type = await repository.git('cat-file', '-t', oid);
    const env = { GNUPGHOME: gpg.folder, HOME: gpg.folder };
    const { status, stderr } = await repository.tryGit([`verify-${type}`, '--raw', oid], { env });
    const keywords = [...stderr.matchAll(/^\[GNUPG:\] ([A-Z_]+)/gm)].map(([, keyword = '']) => keyword);
    return { accepted: status === 0, keywords };
  } finally {
    gpg.close();
  }
}

/** Whether sqv accepts the signature of a commit, with these certificates; it judges keys by the signature's date. */
export async function askSqv(
  repository: TestRepository,
  oid: Oid,
  certificates: readonly TestKey[],
): Promise<boolean> {
  const folder = await temporaryFolder();
  const parts = gitPayload('commit', await repository.read(oid), repository.format);
  if (parts === undefined) return false;
  const [payload, signature] = [join(folder, 'payload'), join(folder, 'signature')];
  writeFileSync(payload, parts.payload);
  writeFileSync(signature, parts.signature);
  const keyrings = certificates.flatMap(({ certificate, fingerprint }) => {
    const file = join(folder, fingerprint);
    writeFileSync(file, certificate);
    return ['--keyring', file];
  });
  return runProgram('sqv', [...keyrings, signature, payload]).status === 0;
}
