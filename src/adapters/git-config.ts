import type { UserGit } from './user-git.ts';

/** The name and address that git would put on a commit, and the zone of its clock. */
export interface GitIdentity {
  readonly name: string;
  readonly email: string;
  /** As git writes it: `+0200`. */
  readonly zone: string;
}

/** How the user lets git sign (git-config(1), gpg.*, user.signingKey). */
export interface GitSigning {
  /** `openpgp` unless the user chose `ssh` or `x509`. */
  readonly format: string;
  /** What gpg is asked to sign with; undefined: git would ask for the committer's key. */
  readonly key: string | undefined;
  /** The OpenPGP program. */
  readonly program: string;
}

/** Reads the identity as git finds it; undefined where name or address would have to be guessed. */
export async function readIdentity(git: UserGit): Promise<GitIdentity | undefined> {
  const ident = await git.lookUp(['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT']);
  const [, name, email, zone] = /^(.*?) <([^<>]*)> \d+ ([+-]\d{4})$/.exec(ident ?? '') ?? [];
  return name === undefined || email === undefined || zone === undefined ? undefined : { name, email, zone };
}

export async function readSigning(git: UserGit): Promise<GitSigning> {
  const [format, key, programs] = await Promise.all([
    git.lookUp(['config', '--get', 'gpg.format']),
    git.lookUp(['config', '--get', 'user.signingKey']),
    git.lookUp(['config', '--null', '--type=path', '--get-regexp', String.raw`^gpg\.(openpgp\.)?program$`]),
  ]);
  return {
    format: format ?? 'openpgp',
    key: key === '' ? undefined : key,
    program: lastValue(programs) ?? 'gpg',
  };
}

/** Both names mean the same program, so that the later one wins (git gpg-interface.c). */
function lastValue(entries: string | undefined): string | undefined {
  const last = (entries ?? '').split('\0').findLast((entry) => entry !== '');
  return last?.slice(last.indexOf('\n') + 1);
}
