import { describe, expect, it } from 'vitest';
import { sourceClaim, type SourceTagEvidence, sourceTagClaim } from '../../../src/core/chain/source-tag.ts';
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
    required: false,
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
      'no signature where one is required',
      { verdict: verdict('absent'), signer: undefined, required: true },
      'refuted',
      'release.source-required',
    ],
    [
      'an unknown key where a signature is required',
      { verdict: verdict('unknown-key'), signer: undefined, required: true },
      'refuted',
      'release.source-required',
    ],
  ] as const)('with %s', (_case, known, status, code) => {
    const claim = sourceTagClaim({ ...good, ...known });
    expect(claim).toMatchObject({ status, findings: [{ code }] });
  });
});

describe('the source has the very tag that was submitted', () => {
  const tag = { name: 'v1.0', oid: tagOid, commit };
  const stated = { url: 'https://x', tag: 'v1.0', tagId: tagOid, commit };

  it('is upheld by the same name, tag and commit', () => {
    expect(sourceClaim(tag, stated)).toMatchObject({ id: 'release.source', status: 'upheld', findings: [] });
    expect(sourceClaim(tag, stated).evidence).toEqual([
      `https://x has tag v1.0 (${tagOid}, commit ${commit}).`,
    ]);
  });

  it.each([
    ['a tag on another commit', { ...tag, commit: oidOf('tree', bytes('x'), 'sha1') }],
    ['a tag that was made again', { ...tag, oid: commit }],
    ['a lightweight tag in its place', { ...tag, oid: undefined }],
    ['a tag of another name', { ...tag, name: 'v1.1' }],
    ['no tag any more', 'gone'],
  ] as const)('is refuted by %s, and says what was submitted', (_case, found) => {
    const claim = sourceClaim(found, stated);
    expect(claim).toMatchObject({ status: 'refuted', findings: [{ code: 'release.source-moved' }] });
    expect(claim.findings[0]?.message).toContain(`v1.0 (${tagOid}, commit ${commit})`);
  });

  it.each([
    ['nothing could be fetched', 'unknown', stated],
    ['the submission names no source', tag, undefined],
  ] as const)('is unproven where %s', (_case, found, named) => {
    expect(sourceClaim(found, named)).toMatchObject({
      status: 'unproven',
      findings: [{ code: 'release.source-absent' }],
    });
  });
});
