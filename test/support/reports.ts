import type { Attribution } from '../../src/core/chain/attribution.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Fingerprint } from '../../src/core/openpgp/certificate.ts';
import type { FindingCode } from '../../src/core/report/catalogue.ts';
import { type Claim, conclude, finding, type Place, settle } from '../../src/core/report/report.ts';
import type { PrReport } from '../../src/workflows/verify-pr.ts';
import { start } from './cast.ts';
import { hostile } from './hostile.ts';

const oid = (digit: string): Oid => digit.repeat(40) as Oid;
const fingerprint = (digit: string): Fingerprint => digit.repeat(40) as Fingerprint;

const signed: Attribution = {
  path: 'packages/foo/foo.1.1/opam',
  kind: 'tag',
  contributor: 'alice',
  fingerprint: fingerprint('A'),
  evidence: { kind: 'submission-tag', object: oid('7') },
  findings: [],
};

const unsigned = (path: string, kind: 'unsigned' | 'none'): Attribution => ({
  path,
  kind,
  contributor: undefined,
  fingerprint: undefined,
  evidence: undefined,
  findings: [],
});

function reportOf(claims: readonly Claim[], paths: readonly Attribution[]): PrReport {
  const required = ['base', 'paths', 'packages', 'release.archive'];
  const release = claims.filter(({ id }) => id.startsWith('release.'));
  return {
    verb: 'verify-pr',
    conclusion: conclude(required, claims),
    required,
    claims,
    findings: claims.flatMap(({ findings }) => findings),
    now: start,
    base: oid('b'),
    head: oid('4'),
    paths,
    conflicts: [],
    signatures: [],
    release,
    remembered: { base: undefined, release: undefined },
  };
}

const base = settle(
  'base',
  'The base branch is verified from the trust anchor on.',
  true,
  [],
  [`12 steps from ${oid('a')} to ${oid('b')}`],
);
const pathsTitle = 'Every path that the pull request changes is attributed.';
const packagesTitle = 'Every package that the pull request changes is well formed, and bound by checksums.';
const archiveTitle = "The archive's files are those of the source tag's tree";
const packages = settle('packages', packagesTitle, true, []);

/** Every required claim holds; something is a note, and something else was not asked for. */
export const verifiedReport: PrReport = reportOf(
  [
    base,
    settle('paths', pathsTitle, true, [
      finding(
        'attribution.legacy-unsigned',
        { path: 'packages/legacy/legacy.1.0/opam', object: oid('4') },
        'packages/legacy/legacy.1.0/opam: nobody owns legacy, and the floor lets unsigned changes pass.',
        { severity: 'note' },
      ),
    ]),
    packages,
    settle('release.archive', archiveTitle, true, [], ['42 files are equal.']),
    settle('release.source-tag', 'The source tag is signed by the contributor', false, []),
  ],
  [signed, unsigned('packages/legacy/legacy.1.0/opam', 'unsigned')],
);

const opam = 'packages/foo/foo.1.1/opam';

/** More is wrong than a comment shows, on lines of a file, of objects and of a path that is not UTF-8. */
export const rejectedReport: PrReport = reportOf(
  [
    base,
    settle('paths', pathsTitle, false, [
      finding('attribution.no-authority', { path: opam, object: oid('4') }, `${opam}: bob does not own foo.`),
      finding(
        'step.conflict',
        { object: oid('4'), path: 'packages/foo/caf\xe9/opam' },
        'It does not merge cleanly.',
      ),
    ]),
    settle('packages', packagesTitle, true, [
      finding(
        'opam.duplicate-field',
        { path: opam, line: 7 },
        `${opam}, line 7: synopsis stands here again; opam takes the first.`,
      ),
      finding(
        'release.checksum',
        { path: opam, line: 9 },
        `${opam}: url has no checksum: opam takes whatever the server sends.`,
      ),
      finding('release.checksum-set', { path: opam, line: 9 }, `${opam}: url lists sha256 alone.`),
      finding(
        'path.unportable',
        { path: 'packages/foo/foo.1.1/files/caf\xc3\xa9' },
        'packages/foo/foo.1.1/files/café has a letter that not every system can store.',
      ),
    ]),
    settle('release.archive', archiveTitle, false, [
      finding(
        'release.archive-differs',
        { reference: 'https://example.org/foo-1.1.tar.gz' },
        'src/dune differs from tag v1.1.',
      ),
    ]),
  ],
  [unsigned(opam, 'none'), { ...signed, path: 'packages/bar/bar.1.0/opam' }],
);

/** What more than one claim lacks. */
const sourceUnknown = finding(
  'release.source-absent',
  {},
  'The tag that the release was made from is not known.',
);

/** Nothing is wrong, and something could not be shown. */
export const undeterminedReport: PrReport = reportOf(
  [
    base,
    settle('paths', pathsTitle, true, []),
    packages,
    settle('release.archive', archiveTitle, false, [
      finding(
        'release.archive-absent',
        { reference: 'https://example.org/foo-1.1.tar.gz' },
        'https://example.org/foo-1.1.tar.gz answered with 503.',
      ),
    ]),
    settle('release.source', 'The source has the very tag that was submitted', false, [sourceUnknown]),
    settle('release.opam-file', "The opam file is the source's", false, [sourceUnknown]),
  ],
  [signed],
);

/** Everything that can come from outside does so with the worst of intents. */
export function hostileReport(code: FindingCode = 'path.layout'): PrReport {
  const at: Place = {
    path: Buffer.from(hostile).toString('latin1'),
    reference: hostile,
    file: hostile,
    line: 1,
  };
  const found = [finding(code, at, hostile, { mend: hostile })];
  const claims = [base, settle('paths', hostile, false, found, [hostile]), packages];
  return reportOf(claims, [
    { ...signed, path: at.path ?? '', contributor: hostile },
    unsigned(at.path ?? '', 'none'),
  ]);
}
