/**
 * What judging signatures costs beside `git log --format=%G?`, which asks gpg about one commit after the other: the same
 * commits, the same certificates, and the verdicts compared commit by commit.
 *
 *   npm run bench -- signatures REPOSITORY CERTIFICATES [COMMITS]
 *
 * CERTIFICATES is a file or a folder of them; with COMMITS, about so many of the newest are looked at.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, type Run, say } from './measure.ts';

const [repository, certificates, wanted] = process.argv.slice(2);
if (repository === undefined || certificates === undefined) {
  throw new Error('Usage: npm run bench -- signatures REPOSITORY CERTIFICATES [COMMITS]');
}

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));

/** The settings of whoever runs this have no say; what git and gpg write to stderr is not shown. */
const quiet = (...command: readonly string[]): [string, string[]] => [
  'sh',
  ['-c', 'exec "$@" 2>/dev/null', 'sh', ...command],
];
const git = async (...args: readonly string[]): Promise<Run> => {
  const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GNUPGHOME: home };
  return measure(...quiet('git', '-C', repository, ...args), { keep: true, env: settings });
};
const signet = (...args: readonly string[]): Promise<Run> =>
  measure(process.execPath, [program, 'inspect', ...args, '--keyring', certificates, '-C', repository], {
    keep: true,
  });

/** The oldest commit of the mainline that fewer than so many commits came after; undefined: all are wanted. */
async function beginning(): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const mainline = (await git('rev-list', '--first-parent', 'HEAD')).output.trim().split('\n');
  let [few, many] = [0, mainline.length - 1];
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    const count = Number((await git('rev-list', '--count', `${mainline[middle] ?? ''}..HEAD`)).output);
    if (count <= Number(wanted)) few = middle;
    else many = middle - 1;
  }
  return mainline[few];
}

async function importCertificates(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  const files = isFolder
    ? (await readdir(path)).filter((name) => name.endsWith('.asc')).map((name) => join(path, name))
    : [path];
  const { status } = await measure(...quiet('gpg', '--batch', '--import', ...files), {
    env: { GNUPGHOME: home },
  });
  if (status !== 0) throw new Error('gpg could not import the certificates.');
}

/** Git's letters (git-log(1), %G?) with what is the same here. */
const same: ReadonlyMap<string, readonly string[]> = new Map([
  ['G', ['good']],
  ['U', ['good']],
  ['B', ['bad']],
  ['X', ['expired-signature']],
  ['Y', ['expired-key']],
  ['R', ['revoked-key']],
  ['E', ['unknown-key']],
  ['N', ['absent']],
]);

/** Pairs that differ for a known reason. */
const explained: ReadonlyMap<string, string> = new Map([
  ['N ssh', 'git checks SSH signatures only where an allowed signers file is set'],
  ['G weak', 'gpg accepts SHA-1'],
  ['U weak', 'gpg accepts SHA-1'],
  ['Y good', 'gpg judges expiry by the clock alone'],
]);

interface Judged {
  readonly oid: string;
  readonly verdict: string;
  readonly reason: string;
  readonly fingerprint: string | null;
}

function compare(gitLines: string, json: string): boolean {
  const { commits } = JSON.parse(json) as { readonly commits: readonly Judged[] };
  const ours = new Map(commits.map((one) => [one.oid, one]));
  const counts = new Map<string, number>();
  const strange: string[] = [];
  const lines = gitLines.trim().split('\n');
  for (const line of lines) {
    const [oid = '', letter = '', fingerprint = ''] = line.split(' ');
    const one = ours.get(oid);
    const agrees =
      one !== undefined &&
      same.get(letter)?.includes(one.reason) === true &&
      (one.verdict !== 'good' || one.fingerprint === fingerprint);
    const pair = `${letter} ${one?.reason ?? 'not looked at'}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
    if (!agrees && !explained.has(pair)) strange.push(`${oid} ${pair} ${fingerprint}`);
  }
  for (const [pair, count] of counts) {
    const [letter = '', ...reason] = pair.split(' ');
    const why = explained.get(pair);
    say(`  git ${letter}, here ${reason.join(' ')}: ${count}${why === undefined ? '' : ` (${why})`}`);
  }
  for (const one of strange.slice(0, 20)) say(`  NOT EXPLAINED: ${one}`);
  if (commits.length !== lines.length) say(`  NOT THE SAME COMMITS: ${lines.length} and ${commits.length}`);
  return strange.length === 0 && commits.length === lines.length;
}

const shown = ({ seconds, processorSeconds }: Run): string =>
  `${seconds.toFixed(2)} s, ${processorSeconds.toFixed(2)} s of processor time`;

const ratios = (theirs: Run, ours: Run, start?: Run): string => {
  const less = (of: 'seconds' | 'processorSeconds'): string =>
    (theirs[of] / (ours[of] - (start?.[of] ?? 0))).toFixed(1);
  return `${less('seconds')} x, of processor time ${less('processorSeconds')} x`;
};

/** gpg's agent wants a short path for its socket. */
const home = await mkdtemp(join(tmpdir(), 'gh-'));
try {
  await importCertificates(certificates);
  const from = await beginning();
  const range = from === undefined ? ['HEAD'] : [`${from}..HEAD`];
  const count = (await git('rev-list', '--count', ...range)).output.trim();
  say(`${count} commits${from === undefined ? '' : ` from ${from}`}`);
  const theirs = await git('log', '--format=%H %G? %GF', ...range);
  say(`git log --format=%G?: ${shown(theirs)}`);
  const start = await signet('HEAD', '--json');
  const ours = await signet('HEAD', '--all', '--json', ...(from === undefined ? [] : ['--from', from]));
  say(`inspect --all: ${shown(ours)}, peak ${ours.peakMegabytes.toFixed(0)} MB`);
  say(`inspect of one commit, which is the program's start: ${shown(start)}`);
  say(`faster by ${ratios(theirs, ours)}; without the program's start ${ratios(theirs, ours, start)}`);
  const fair = compare(theirs.output, ours.output);
  if (!fair) process.exitCode = 1;
} finally {
  await measure('gpgconf', ['--kill', 'all'], { env: { GNUPGHOME: home } });
  await rm(home, { recursive: true, force: true });
}
