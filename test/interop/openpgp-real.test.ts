import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedCommit } from '../../src/core/git/signed-object.ts';
import { parseCommit } from '../../src/core/git/object.ts';
import {
  keyStanding,
  readCertificates,
  type Certificate,
  type CertificateKey,
} from '../../src/core/openpgp/certificate.ts';
import { CertificateSet } from '../../src/core/openpgp/certificate-set.ts';
import { minimalCertificate } from '../../src/core/openpgp/minimal.ts';
import { readPackets } from '../../src/core/openpgp/packet.ts';
import { judgeSignature, type SignatureVerdict } from '../../src/core/openpgp/signature.ts';
import { GpgHome, installed, runProgram } from '../support/gpg-home.ts';
import { temporaryFolder } from '../support/scratch.ts';

const data = process.env['OPAM_SIGNET_DATA'];
const debian = '/usr/share/keyrings/debian-keyring.gpg';
const hasDebian = existsSync(debian) && installed('gpg');
/** 2026-10-26T07:33:20Z. */
const now = 1_793_000_000;
const forge = 'noreply@github.com';

interface RealCommit {
  readonly committer: string;
  readonly content: Uint8Array;
  readonly verdict: SignatureVerdict;
}

describe.skipIf(data === undefined)(
  `real commits of opam-repository${data === undefined ? ' (OPAM_SIGNET_DATA is not set)' : ''}`,
  () => {
    let certificates: CertificateSet;
    let commits: readonly RealCommit[];

    beforeAll(async () => {
      const folder = await temporaryFolder();
      runProgram('tar', ['-xf', join(data ?? '', 'opam-repository.git.tar'), '-C', folder]);
      const webFlow = readCertificates(readFileSync(join(data ?? '', 'github-web-flow.asc')));
      expect(webFlow.problems).toEqual([]);
      certificates = new CertificateSet(webFlow.certificates);
      commits = commitsOf(join(folder, 'opam-repository.git')).flatMap((content) =>
        judged(content, certificates),
      );
    }, 300_000);

    it('are all read, and signed by OpenPGP or SSH', () => {
      expect(commits.length).toBeGreaterThan(2000);
      expect(commits.map(({ verdict }) => verdict.verdict)).not.toContain('malformed');
    });

    it('verify where GitHub signed them, every one, with the key of its time', () => {
      const bad = commits.filter(
        ({ committer, verdict }) => committer === forge && verdict.verdict !== 'good',
      );
      expect(bad.map(({ verdict }) => verdict.message)).toEqual([]);
      expect(commits.filter(({ committer }) => committer === forge).length).toBeGreaterThan(1500);
    });

    it('are by unknown keys or of another kind where somebody else signed, never by GitHub', () => {
      const others = commits
        .filter(({ committer }) => committer !== forge)
        .map(({ verdict }) => verdict.verdict);
      expect(new Set(others)).toEqual(new Set(['unknown-key', 'unsupported']));
    });

    it('are bad with any one byte of the payload changed', () => {
      const some = commits.filter(({ verdict }, index) => verdict.verdict === 'good' && index % 40 === 0);
      for (const { content } of some) {
        const signed = signedCommit(content, 'sha1');
        if (signed.kind !== 'signed') throw new Error('not signed');
        const payload = Uint8Array.from(signed.payload);
        const at = Math.floor(payload.length / 3);
        payload[at] = (payload[at] ?? 0) ^ 1;
        expect(judgeSignature({ ...signed, payload }, certificates, momentsOf(content)).verdict).toBe('bad');
      }
      expect(some.length).toBeGreaterThan(20);
    });
  },
);

function judged(content: Uint8Array, certificates: CertificateSet): RealCommit[] {
  const [commit, signed] = [parseCommit(content, 'sha1'), signedCommit(content, 'sha1')];
  if (!commit.ok || signed.kind === 'unsigned') return [];
  if (signed.kind === 'malformed') throw new Error(signed.malformation.message);
  const { email } = commit.value.committer;
  return [{ committer: email, content, verdict: judgeSignature(signed, certificates, momentsOf(content)) }];
}

function momentsOf(content: Uint8Array): { now: number; position: number; object: number } {
  const commit = parseCommit(content, 'sha1');
  const time = commit.ok ? commit.value.committer.time : 0;
  return { now, position: time, object: time };
}

/** The bytes of every commit in a repository, by git itself. */
function commitsOf(repository: string): Uint8Array[] {
  const git = (args: readonly string[], input = new Uint8Array(0)): Buffer =>
    Buffer.from(
      runProgram('git', ['-C', repository, ...args], { input, env: { GIT_CONFIG_GLOBAL: '/dev/null' } })
        .stdout,
    );
  const listed = git([
    'cat-file',
    '--batch-all-objects',
    '--batch-check=%(objecttype) %(objectname)',
  ]).toString();
  const ids = listed.split('\n').flatMap((line) => (line.startsWith('commit ') ? [line.slice(7)] : []));
  const output = git(['cat-file', '--batch'], Buffer.from(ids.join('\n')));
  const contents: Uint8Array[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at);
    const size = Number(output.toString('latin1', at, end).split(' ')[2]);
    contents.push(output.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return contents;
}

describe.skipIf(!hasDebian)(
  `the certificates of Debian's developers${hasDebian ? '' : ' (debian-keyring or gpg is not installed)'}`,
  () => {
    let home: GpgHome;
    let certificates: readonly Certificate[];
    let byGpg: ReadonlyMap<string, boolean>;

    beforeAll(() => {
      home = new GpgHome();
      certificates = readCertificates(readFileSync(debian)).certificates;
      byGpg = usableByGpg(home);
    }, 300_000);
    afterAll(() => {
      home.close();
    });

    it('are all read, with the keys that gpg finds in them', () => {
      const keys = certificates.flatMap((certificate) =>
        certificate.keys.map(({ fingerprint }) => fingerprint),
      );
      expect(certificates.length).toBeGreaterThan(500);
      expect(new Set(keys)).toEqual(new Set(byGpg.keys()));
    });

    it('may sign where gpg says so, but for weak keys and the few reasons that docs/openpgp.md gives', () => {
      const keys = certificates.flatMap((certificate) =>
        certificate.keys.map((key) => ({ certificate, key })),
      );
      const unexplained = keys.filter(({ certificate, key }) => {
        const usable = keyStanding(key, now) === 'usable';
        return usable !== byGpg.get(key.fingerprint) && !isExplained(certificate, key);
      });
      expect(unexplained.map(({ key }) => `${key.fingerprint} ${keyStanding(key, now)}`)).toEqual([]);
    });

    it('keep their standing at every moment when only what they vouch for is kept', () => {
      for (const whole of everyThirtieth(certificatePackets(readFileSync(debian)))) {
        const minimal = minimalCertificate(whole);
        if (!minimal.ok) throw new Error(minimal.message);
        const [before, after] = [readCertificates(whole), readCertificates(minimal.certificate)];
        expect(minimal.certificate.length).toBeLessThanOrEqual(whole.length);
        expect(after.certificates.map(comparable)).toEqual(before.certificates.map(comparable));
      }
    });
  },
);

/** Weak keys; self-signatures by a hash that counts no more; and two that say different things in one second. */
function isExplained(certificate: Certificate, key: CertificateKey): boolean {
  if (key.weakness !== undefined) return true;
  const standing = keyStanding(key, now);
  const invalid = certificate.problems.some(({ code }) => code === 'self-signature.invalid');
  return (
    (standing === 'unbound' && invalid) || key.fingerprint === '1BD886F246FD490879D4E1505A09B4576DE8080E'
  );
}

const everyThirtieth = <T>(list: readonly T[]): readonly T[] => list.filter((_, index) => index % 30 === 0);

/** Cuts a keyring into certificates, each beginning with a primary key. */
function certificatePackets(keyring: Uint8Array): Uint8Array[] {
  const { packets } = readPackets(keyring, 1_000_000);
  const starts = packets.flatMap(({ type }, at) => (type === 6 ? [at] : []));
  return starts.map((from, index) =>
    Buffer.concat(packets.slice(from, starts[index + 1]).map(({ bytes }) => bytes)),
  );
}

const comparable = ({ fingerprint, userIds, keys }: Certificate): unknown => ({
  fingerprint,
  userIds,
  keys: keys.filter(({ bound }) => bound).map(({ publicKey: _key, ...rest }) => rest),
});

/** Whether gpg would let each key sign: neither expired, revoked nor invalid, and `s` among its capabilities. */
function usableByGpg(home: GpgHome): ReadonlyMap<string, boolean> {
  const listing = home.run(['--no-default-keyring', '--keyring', debian, '--with-colons', '--list-keys'], {
    at: now,
  });
  const records = Buffer.from(listing.stdout)
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(':'));
  const usable = new Map<string, boolean>();
  let current: readonly string[] = [];
  for (const record of records) {
    if (record[0] === 'pub' || record[0] === 'sub') current = record;
    const [, validity = '', , , , , , , , , , capabilities = ''] = current;
    if (record[0] === 'fpr')
      usable.set(record[9] ?? '', !/[rei]/.test(validity) && capabilities.includes('s'));
  }
  return usable;
}
