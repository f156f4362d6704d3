import { describe, expect, it } from 'vitest';
import { type SourceTagEvidence, sourceTagClaim } from '../../../src/core/chain/source-tag.ts';
import { emptyTree, oidOf } from '../../../src/core/git/oid.ts';
import type { SignatureVerdict, Verdict } from '../../../src/core/openpgp/signature.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const commit = emptyTree('sha1');
const tagOid = oidOf('blob', bytes('tag'), 'sha1');

describe('the source tag is signed by the contributor who submits', () => {
  const verdict = (kind: Verdict): SignatureVerdict => ({
    verdict: kind,
    reason: kind,
    message: `It is ${kind}.`,
    fingerprint: undefined,
    certificate: undefined,
    made: undefined,
  });
  const good: SourceTagEvidence = {
    tag: { name: 'v1.0', oid: tagOid, commit },
    verdict: verdict('good'),
    signer: 'alice',
    submitter: 'alice',
    stated: { url: 'https://x', tag: 'v1.0', tagId: tagOid, commit },
  };

  it('is upheld by a good signature of the same contributor', () => {
    expect(sourceTagClaim(good)).toMatchObject({ id: 'release.source-tag', status: 'upheld', findings: [] });
    expect(sourceTagClaim(good).evidence[0]).toContain(
      `v1.0 (${tagOid}, commit ${commit}) is signed by alice`,
    );
  });

  it.each([
    ['no tag', { tag: undefined }, 'unproven', 'release.source-absent'],
    [
      'a tag without signature',
      { verdict: undefined, signer: undefined },
      'unproven',
      'release.source-unsigned',
    ],
    [
      'a lightweight tag',
      { verdict: verdict('absent'), signer: undefined },
      'unproven',
      'release.source-unsigned',
    ],
    [
      'a key that is not known',
      { verdict: verdict('unknown-key'), signer: undefined },
      'unproven',
      'release.source-unsigned',
    ],
    [
      'an SSH signature',
      { verdict: verdict('unsupported'), signer: undefined },
      'unproven',
      'release.source-unsigned',
    ],
    ['another contributor', { signer: 'bob' }, 'refuted', 'release.source-signer'],
    [
      'nobody whom the keyring lists',
      { signer: undefined, submitter: undefined },
      'refuted',
      'release.source-signer',
    ],
    ['a bad signature', { verdict: verdict('bad') }, 'refuted', 'release.source-signature'],
    ['a revoked key', { verdict: verdict('revoked-key') }, 'refuted', 'release.source-signature'],
    ['an expired key', { verdict: verdict('expired-key') }, 'refuted', 'release.source-signature'],
    [
      'a tag that was moved',
      { tag: { name: 'v1.0', oid: tagOid, commit: oidOf('tree', bytes('x'), 'sha1') } },
      'refuted',
      'release.source-moved',
    ],
    [
      'a tag that was made again',
      { tag: { name: 'v1.0', oid: commit, commit } },
      'refuted',
      'release.source-moved',
    ],
    [
      'a tag of another name',
      { tag: { name: 'v1.1', oid: tagOid, commit } },
      'refuted',
      'release.source-moved',
    ],
  ] as const)('with %s', (_case, known, status, code) => {
    const claim = sourceTagClaim({ ...good, ...known });
    expect(claim).toMatchObject({ status, findings: [{ code }] });
  });
});
