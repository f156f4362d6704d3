import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './scratch.ts';

/** What git hands to gpg or ssh-keygen for one signature. */
export interface Recorded {
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** Stands between signature and payload in a record, so that one process writes both: thousands are recorded. */
const separator = '\0between signature and payload\0';

/**
 * A program that git takes for gpg and for ssh-keygen: it says that every signature is good and keeps what it was
 * given. Whatever it signs gets the same meaningless block. So git itself tells what it takes for payload and signature, without any key.
 */
export class RecordingGpg {
  /** Options for git that make it use this program. */
  readonly options: readonly string[];
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    const program = join(folder, 'record');
    this.options = [
      ['-c', `gpg.program=${program}`],
      ['-c', `gpg.x509.program=${program}`],
      ['-c', `gpg.ssh.program=${program}`],
      ['-c', 'gpg.ssh.allowedSignersFile=/dev/null'],
    ].flat();
  }

  static async create(): Promise<RecordingGpg> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'record'), script(folder));
    await chmod(join(folder, 'record'), 0o755);
    await writeFile(join(folder, 'count'), '0\n');
    await writeFile(join(folder, 'separator'), separator);
    return new RecordingGpg(folder);
  }

  /** Everything recorded since the last call, in the order that git asked. */
  async take(): Promise<readonly Recorded[]> {
    const count = Number(await readFile(join(this.folder, 'count'), 'utf8'));
    const records: Recorded[] = [];
    for (let number = 0; number < count; number += 1) {
      const both = await readFile(join(this.folder, `${number}`));
      const end = both.indexOf(separator);
      records.push({ signature: both.subarray(0, end), payload: both.subarray(end + separator.length) });
    }
    await writeFile(join(this.folder, 'count'), '0\n');
    return records;
  }
}

/** gpg is called with `--verify FILE -` or `-bsau KEY`; ssh-keygen first with `-Y find-principals`, then `-Y verify … -s FILE`. */
const script = (folder: string): string => `#!/bin/sh
cd '${folder}'
case "$*" in
*find-principals*) echo somebody; exit 0 ;;
*verify*-s*) ssh=yes ;;
*-bsau*)
  cat > /dev/null
  printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nabcd\\n-----END PGP SIGNATURE-----\\n'
  printf '\\n[GNUPG:] SIG_CREATED \\n' >&2
  exit 0 ;;
esac
while [ $# -gt 1 ]; do
  case "$1" in --verify|-s) file=$2 ;; esac
  shift
done
read -r number < count
cat "$file" separator - > "$number"
echo $((number + 1)) > count
case "$ssh" in yes) echo 'Good "git" signature for somebody with ED25519 key SHA256:AAAA'; exit 0 ;; esac
echo
echo '[GNUPG:] NEWSIG'
echo '[GNUPG:] GOODSIG 0123456789ABCDEF Somebody'
echo '[GNUPG:] VALIDSIG 0123456789ABCDEF0123456789ABCDEF01234567 2026-01-01 1767225600 0 4 0 1 8 00 0123456789ABCDEF0123456789ABCDEF01234567'
echo '[GNUPG:] TRUST_ULTIMATE 0 pgp'
`;
