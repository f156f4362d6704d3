import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountDirectory } from '../../src/cli/account-directory.ts';
import { findCertificates } from '../../src/workflows/find-certificates.ts';
import { commandContext } from '../support/command-context.ts';
import { ForgeServer } from '../support/forge-server/forge-server.ts';
import { makeKey } from '../support/keys.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const day = 24 * 60 * 60;
const make = (more = {}) => makeKey({ name: 'Alice', email: 'alice@example.org', created: start, ...more });
const [laptop, card, old] = await Promise.all([make(), make(), make({ expires: start + day })]);

let server: ForgeServer;
beforeAll(async () => {
  server = await ForgeServer.start(() => start);
  server.addUser('alice');
  server.addUser('bob');
  server.state.user('alice').keys.push(...[laptop, card, old].map((key) => key.armoredCertificate));
});
afterAll(() => server.close());

describe('the GPG keys of an account', () => {
  it('are taken as far as they can sign, and those of nobody are not found', async () => {
    const folder = await temporaryFolder();
    const environment = { ...scrubbedEnvironment(folder), OPAM_SIGNET_GITHUB_API: server.api };
    const context = commandContext({
      directory: folder,
      environment,
      now: start + 9 * day,
      symbols: true,
      print: () => undefined,
      tell: () => undefined,
    });
    const directories = [accountDirectory(context)];
    const find = (query: string) =>
      findCertificates(directories, [{ directory: 'github', query }], start + 9 * day);
    const found = await find('alice');
    expect(found).toMatchObject({ ok: true });
    expect(found.ok && found.value.map(({ source }) => source)).toEqual([
      `GitHub: ${laptop.fingerprint}`,
      `GitHub: ${card.fingerprint}`,
    ]);
    for (const account of ['bob', 'nobody-of-this-name']) {
      expect(await find(account)).toMatchObject({
        ok: false,
        findings: [{ code: 'keyring.certificate-not-found' }],
      });
    }
  });
});
