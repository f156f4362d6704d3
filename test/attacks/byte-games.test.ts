import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Messages that programs decode, trim or re-encode before they verify; git and this do not. */
const messages: readonly (readonly [string, { message: Uint8Array; headers?: readonly string[] }])[] = [
  ['no final line feed', { message: latin1('Publish foo.1.1') }],
  ['several final line feeds', { message: latin1('Publish foo.1.1\n\n\n\n') }],
  ['line feeds before the text', { message: latin1('\n\nPublish foo.1.1\n') }],
  ['no message at all', { message: latin1('') }],
  ['CR before each line feed', { message: latin1('Publish foo.1.1\r\n\r\nA line.\r\n') }],
  ['CR alone', { message: latin1('Publish\rfoo.1.1\n') }],
  ['bytes that are not UTF-8', { message: latin1('Publish foo.1.1 \xff\xfe\xc3(\n') }],
  ['UTF-8', { message: Buffer.from('Publish foo.1.1, über 日本 \u{1f42b}\n') }],
  ['an encoding header', { message: latin1('\xdcber foo.1.1\n'), headers: ['encoding ISO-8859-1'] }],
  ['spaces at the ends of lines', { message: latin1('Publish foo.1.1  \n \n\t\n') }],
  [
    'a line like a signature header',
    { message: latin1('Publish\n\ngpgsig -----BEGIN PGP SIGNATURE-----\n') },
  ],
];

async function story(plan: { message: Uint8Array; headers?: readonly string[] }) {
  const scenario = await Scenario.create();
  const files = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'alice', files, ...plan }) };
}

/** The head with its message changed after it was signed. */
async function altered(
  { scenario, head }: Awaited<ReturnType<typeof story>>,
  change: (message: string) => string,
) {
  const content = Buffer.from(await scenario.repository.read(head)).toString('latin1');
  const start = content.indexOf('\n\n') + 2;
  const bytes = latin1(content.slice(0, start) + change(content.slice(start)));
  return scenario.repository.writeObject('commit', bytes);
}

describe('byte-games: the signature is over the bytes as they are stored', () => {
  test.each(messages)('both verbs verify a message with %s, and git does too', async (_what, plan) => {
    const { scenario, head } = await story(plan);
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
    if (!installed('gpg')) return;
    expect((await askGit(scenario.repository, head, [scenario.people.alice], scenario.now)).accepted).toBe(
      true,
    );
  });

  test.each([
    ['a final line feed added', (message: string) => `${message}\n`],
    ['the final line feed taken away', (message: string) => message.slice(0, -1)],
    ['a CR added', (message: string) => message.replace('\n', '\r\n')],
    ['a letter in another encoding', (message: string) => message.replace('\xc3\xbc', '\xfc')],
  ])('both verbs reject %s after signing, and git does too', async (_what, change) => {
    const told = await story({ message: Buffer.from('Publish foo.1.1, über\n') });
    const head = await altered(told, change);
    for (const verb of verbs) expectRejected(await told.scenario.judge(verb, head), 'signature.bad', head);
    if (!installed('gpg')) return;
    const { repository, people, now } = told.scenario;
    expect((await askGit(repository, head, [people.alice], now)).keywords).toContain('BADSIG');
  });

  test.each(verbs)(
    '%s rejects a NUL in the message: git log shows only what stands before it',
    async (verb) => {
      const { scenario, head } = await story({ message: latin1('Publish foo.1.1\n\0and more\n') });
      const found = expectRejected(await scenario.judge(verb, head), 'object.malformed', head);
      expect(found.message).toContain('NUL');
    },
  );

  test.skipIf(!installed('gpg'))('git verify-commit accepts the NUL (needs gpg)', async () => {
    const { scenario, head } = await story({ message: latin1('Publish foo.1.1\n\0and more\n') });
    expect((await askGit(scenario.repository, head, [scenario.people.alice], scenario.now)).accepted).toBe(
      true,
    );
  });
});
