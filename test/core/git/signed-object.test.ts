import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommit, parseTag, renderCommit, renderTag } from '../../../src/core/git/object.ts';
import { emptyTree, oidOf } from '../../../src/core/git/oid.ts';
import {
  appendTagSignature,
  embedCommitSignature,
  embedMergetag,
  gitPayload,
  mergetags,
  signedCommit,
  signedTag,
} from '../../../src/core/git/signed-object.ts';
import { anyArmor, anyCommit, anyTag, inAnyFormat, mutated } from './arbitraries.ts';

const armor = '-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n';
const alice = { name: 'Alice Example', email: 'alice@example.org', time: 1_700_000_000, zone: '+0000' };
const commit = {
  tree: emptyTree('sha1'),
  parents: [],
  author: alice,
  committer: alice,
  message: 'Message\n',
};
const tag = {
  object: oidOf('blob', new Uint8Array(0), 'sha1'),
  objectType: 'commit',
  name: 'v1',
  tagger: alice,
  message: 'One\n',
} as const;

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

describe('a commit', () => {
  test('gives back the payload and the signature that were put together, whatever its message', () => {
    fc.assert(
      fc.property(inAnyFormat(anyCommit), anyArmor, fc.uint8Array(), ({ format, object }, armored, tail) => {
        const ending = tail.filter((byte) => byte !== 0);
        const payload = Buffer.concat([renderCommit(object), ending]);
        const content = embedCommitSignature(payload, armored, format);
        const signed = signedCommit(content, format);
        expect(signed).toMatchObject({ kind: 'signed', format: 'openpgp' });
        expect(signed.kind === 'signed' && [text(signed.payload), text(signed.signature)]).toEqual([
          text(payload),
          armored,
        ]);
        const git = gitPayload('commit', content, format);
        expect([text(git?.payload), text(git?.signature)]).toEqual([text(payload), armored]);
      }),
    );
  });

  test('does not count as signed under the hash function of another repository', () => {
    const content = embedCommitSignature(renderCommit(commit), armor, 'sha256');
    expect(signedCommit(content, 'sha1')).toMatchObject({
      kind: 'malformed',
      malformation: { rule: 'signature-look-alike' },
    });
  });

  test('signed by a tool that nobody knows is signed in an unknown format', () => {
    const content = embedCommitSignature(renderCommit(commit), armor.replaceAll('PGP', 'MOON'), 'sha1');
    expect(signedCommit(content, 'sha1')).toMatchObject({ kind: 'signed', format: 'unknown' });
  });

  test.each([
    ['openpgp', armor],
    ['ssh', armor.replaceAll('PGP', 'SSH')],
    ['x509', armor.replaceAll('PGP SIGNATURE', 'SIGNED MESSAGE')],
  ])('signed with %s says so', (format, armored) => {
    expect(signedCommit(embedCommitSignature(renderCommit(commit), armored, 'sha1'), 'sha1')).toMatchObject({
      kind: 'signed',
      format,
    });
  });

  test('whose signature is larger than any is malformed', () => {
    const endless = armor.replace('abcd', '\n'.repeat(2 ** 20));
    expect(signedCommit(embedCommitSignature(renderCommit(commit), endless, 'sha1'), 'sha1')).toMatchObject({
      kind: 'malformed',
      malformation: { rule: 'signature-armor' },
    });
  });

  test('whose structure is broken says so with another kind of rule than one whose signature is', () => {
    const content = text(embedCommitSignature(renderCommit(commit), armor, 'sha1'));
    const broken = signedCommit(
      Buffer.from(content.replace('\ncommitter', '\nauthor x <y> 1 +0000\ncommitter')),
      'sha1',
    );
    const smuggled = signedCommit(Buffer.from(content.replace('\n\n', '\ngpgsigx y\n\n')), 'sha1');
    expect([broken, smuggled].map((one) => one.kind === 'malformed' && one.malformation.rule)).toEqual([
      'duplicate-header',
      'signature-look-alike',
    ]);
  });

  test('of a few changed bytes is unsigned, signed or malformed, and what is signed is what git takes', () => {
    const contents = inAnyFormat(anyCommit).chain(({ object }) =>
      mutated(embedCommitSignature(renderCommit(object), armor, 'sha1')),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const signed = signedCommit(content, 'sha1');
        const git = gitPayload('commit', content, 'sha1');
        if (signed.kind === 'unsigned') expect(git).toBeUndefined();
        if (signed.kind !== 'signed') return;
        expect([text(signed.payload), text(signed.signature)]).toEqual([
          text(git?.payload),
          text(git?.signature),
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a tag', () => {
  test('gives back the payload and the signature that were put together, whatever its message', () => {
    fc.assert(
      fc.property(inAnyFormat(anyTag), anyArmor, fc.uint8Array(), ({ format, object }, armored, tail) => {
        fc.pre(!/^-----BEGIN PGP/m.test(object.message));
        const middle = tail.filter((byte) => byte !== 0 && byte !== 0x2d);
        const payload = Buffer.concat([renderTag(object), middle, Buffer.from('\n')]);
        const content = appendTagSignature(payload, armored);
        const signed = signedTag(content, format);
        expect(signed).toMatchObject({ kind: 'signed', format: 'openpgp' });
        expect(signed.kind === 'signed' && [text(signed.payload), text(signed.signature)]).toEqual([
          text(payload),
          armored,
        ]);
        const git = gitPayload('tag', content, format);
        expect([text(git?.payload), text(git?.signature)]).toEqual([text(payload), armored]);
      }),
    );
  });

  test('whose message holds a signature of its own is malformed, with the second place named', () => {
    const content = appendTagSignature(renderTag({ ...tag, message: `Quoted:\n${armor}` }), armor);
    expect(signedTag(content, 'sha1')).toMatchObject({
      kind: 'malformed',
      malformation: { rule: 'signature-doubled', offset: content.length - armor.length },
    });
  });

  test('of a few changed bytes is unsigned, signed or malformed, and what is signed is what git takes', () => {
    const contents = inAnyFormat(anyTag).chain(({ object }) =>
      mutated(appendTagSignature(renderTag(object), armor)),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const signed = signedTag(content, 'sha1');
        const git = gitPayload('tag', content, 'sha1');
        if (signed.kind === 'unsigned') expect(git).toBeUndefined();
        if (signed.kind !== 'signed') return;
        expect([text(signed.payload), text(signed.signature)]).toEqual([
          text(git?.payload),
          text(git?.signature),
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a merge commit', () => {
  test('gives back the tags that were put into it, to the byte', () => {
    fc.assert(
      fc.property(
        inAnyFormat(anyCommit),
        fc.array(anyTag('sha1'), { maxLength: 3 }),
        ({ format, object }, tags) => {
          const embedded = tags.map((one) => appendTagSignature(renderTag(one), armor));
          const content = embedded.reduce(embedMergetag, renderCommit(object));
          const parsed = parseCommit(content, format);
          const found = parsed.ok ? mergetags(parsed.value) : [];
          expect(found.map(text)).toEqual(embedded.map(text));
        },
      ),
    );
  });

  test('may be signed over the tag in it, and each is judged by itself', () => {
    const inner = appendTagSignature(renderTag(tag), armor);
    const payload = embedMergetag(renderCommit(commit), inner);
    const content = embedCommitSignature(payload, armor.replace('abcd', 'wxyz'), 'sha1');
    const signed = signedCommit(content, 'sha1');
    expect(signed.kind === 'signed' && [text(signed.payload), text(signed.signature)]).toEqual([
      text(payload),
      armor.replace('abcd', 'wxyz'),
    ]);
    const parsed = parseCommit(content, 'sha1');
    const [found] = parsed.ok ? mergetags(parsed.value) : [];
    expect(parseTag(found ?? new Uint8Array(0), 'sha1')).toMatchObject({
      ok: true,
      value: { oid: oidOf('tag', inner, 'sha1') },
    });
  });
});
