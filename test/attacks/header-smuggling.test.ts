import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** Alice's signed commit, and the same with its stored bytes altered by somebody else. */
async function story(alter: (content: string, other: Oid) => string) {
  const scenario = await Scenario.create();
  const files = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
  const honest = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const evil = await scenario.repository.writeTree({ [opamPath('foo.1.1')]: opamFile('foo, not hers') });
  const content = Buffer.from(await scenario.repository.read(honest)).toString('latin1');
  const altered = Buffer.from(alter(content, evil), 'latin1');
  return { scenario, honest, head: await scenario.repository.writeObject('commit', altered) };
}

const afterCommitter = (headers: string) => (content: string) =>
  content.replace(/^committer .*\n/m, (line) => `${line}${headers}`);
const afterSignature = (headers: string) => (content: string) =>
  content.replace(' -----END PGP SIGNATURE-----\n', (line) => `${line}${headers}`);
const doubled = (content: string) =>
  content.replace(/^gpgsig (?:.*\n )*.*END.*\n/m, (header) => header + header);

const hidden = [
  [
    'gpgsig-evil: a header that git leaves out of the payload',
    afterCommitter('gpgsig-evil text for other readers\n'),
  ],
  [
    'gpgsigx, with a second tree folded into it',
    (content: string, tree: Oid) => afterSignature(`gpgsigx x\n tree ${tree}\n`)(content),
  ],
] as const;

describe('header-smuggling: headers added to a signed commit', () => {
  test.each(verbs.flatMap((verb) => hidden.map(([what, alter]) => [verb, what, alter] as const)))(
    '%s rejects %s',
    async (verb, _what, alter) => {
      const { scenario, head } = await story(alter);
      const found = expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
      expect(found.message).toContain('gpgsig');
    },
  );

  test.each(verbs)('%s rejects a signature header that stands twice', async (verb) => {
    const { scenario, head } = await story(doubled);
    expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
  });

  test.each(verbs)(
    '%s rejects an unknown header beside the signature, which git would verify',
    async (verb) => {
      const scenario = await Scenario.create();
      const files = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
      const head = await scenario.commit(scenario.anchor, {
        by: 'alice',
        files,
        headers: ['tree-of-the-forge 0123'],
      });
      expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
    },
  );

  test.each(verbs)('%s rejects a second tree header, signed or not', async (verb) => {
    const { scenario, head } = await story((content, tree) => afterCommitter(`tree ${tree}\n`)(content));
    expectRejected(await scenario.judge(verb, head), 'object.malformed', head);
  });

  test.each(verbs)('%s rejects a second author after the signature', async (verb) => {
    const { scenario, head } = await story(
      afterSignature('author Alice <alice@example.org> 1790000000 +0000\n'),
    );
    expectRejected(await scenario.judge(verb, head), 'object.malformed', head);
  });

  test('both verbs reject a signature before the parents, which makes git see a root commit', async () => {
    const { scenario, head } = await story((content) => {
      const [header = ''] = /^gpgsig (?:.*\n )*.*END.*\n/m.exec(content) ?? [];
      return content.replace(header, '').replace(/^tree .*\n/, (line) => `${line}${header}`);
    });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'step.shape', head);
    const merge = await scenario.merge(scenario.anchor, head, { tree: await scenario.treeOf(head) });
    expectRejected(await scenario.verifyRepo(merge), 'step.shape', head);
  });

  test.each(verbs)('%s verifies the commit as Alice signed it', async (verb) => {
    const { scenario, honest } = await story((content) => content);
    expectVerified(await scenario.judge(verb, honest));
  });

  test.skipIf(!installed('gpg')).each(hidden)(
    'git verify-commit accepts %s (needs gpg)',
    async (_what, alter) => {
      const { scenario, head } = await story(alter);
      expect((await askGit(scenario.repository, head, [scenario.people.alice], scenario.now)).accepted).toBe(
        true,
      );
    },
  );

  test.skipIf(!installed('gpg'))(
    'git verify-commit refuses the doubled signature too (needs gpg)',
    async () => {
      const { scenario, head } = await story(doubled);
      expect((await askGit(scenario.repository, head, [scenario.people.alice], scenario.now)).accepted).toBe(
        false,
      );
    },
  );
});
