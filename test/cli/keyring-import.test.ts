import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyringExportCommand } from '../../src/cli/commands/keyring-export.ts';
import { keyringImportCommand } from '../../src/cli/commands/keyring-import.ts';
import { readGuixAuthorizations, readSequoiaPolicy } from '../../src/core/trust/foreign-keyring.ts';
import { day } from '../support/keyring.ts';
import { Desk, now, place } from '../support/keyring-desk.ts';
import { makeKey } from '../support/keys.ts';

const make = (name: string, more = {}) =>
  makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: now - day, ...more });
const [zoe, yann, late] = await Promise.all([
  make('Zoe'),
  make('Yann'),
  make('Late', { created: now - 10 * day, expires: now - day }),
]);
const importing = { ...place, dryRun: false, keepRights: false, keyringRef: 'keyring' };

const policy = (name: string, key: { readonly armoredCertificate: string }, rights: string): string =>
  `[authorization."${name}"]\n${rights}\nkeyring = """\n${key.armoredCertificate}"""\n`;

describe('keyring import', () => {
  it('takes every certificate of a folder, and says which can not be used', async () => {
    const desk = await Desk.withVersion1();
    await mkdir(join(desk.folder, 'certificates'));
    await writeFile(
      join(desk.folder, 'certificates', 'both.asc'),
      Buffer.concat([zoe.certificate, yann.certificate]),
    );
    await writeFile(join(desk.folder, 'certificates', 'late.asc'), late.armoredCertificate);
    await writeFile(join(desk.folder, 'certificates', 'again.asc'), zoe.armoredCertificate);
    expect(await keyringImportCommand(desk.context(), { ...importing, source: 'certificates' })).toBe(0);
    expect(desk.told).toContain(`no key of certificate ${late.fingerprint} may sign now`);
    const toml = await desk.toml();
    expect(toml).toContain('[contributors.zoe]\nname         = "Zoe"\nroles        = ["contributor"]');
    expect(toml).toContain('[contributors.yann]');
    expect(toml).not.toContain(late.fingerprint);
    expect(toml).not.toContain('zoe-2');
  });

  it('takes people and, if asked, rights from the policy of sq-git', async () => {
    const desk = await Desk.withVersion1();
    const text = `version = 0\ncommit_goodlist = []\n\n${policy('Zoe Example <zoe@example.org>', zoe, 'sign_commit = true\nadd_user = true')}\n${policy('yann', yann, 'sign_tag = true')}`;
    await writeFile(join(desk.folder, 'openpgp-policy.toml'), text);
    const source = 'openpgp-policy.toml';
    expect(await keyringImportCommand(desk.context(), { ...importing, source, keepRights: true })).toBe(0);
    const toml = await desk.toml();
    expect(toml).toContain(
      '[contributors.zoe]\nname         = "Zoe Example"\nroles        = ["admin", "maintainer", "contributor"]',
    );
    expect(toml).toContain('[contributors.yann]\nname         = "yann"\nroles        = ["contributor"]');
    expect(desk.told).toContain('+ contributors.zoe.roles admin  gives power');
  });

  it('takes the keys of .guix-authorizations from the branch that holds them', async () => {
    const desk = await Desk.withVersion1();
    const repository = desk.repository;
    await repository?.ref(
      'refs/heads/keyring',
      await repository.commitFiles({
        files: { 'zoe.key': zoe.armoredCertificate, 'yann.key': yann.armoredCertificate },
        date: now,
      }),
    );
    const spaced = zoe.fingerprint.replace(/(.{4})(?=.)/g, '$1 ');
    const scheme = `;; who may commit\n(authorizations\n (version 0)\n (("${spaced}"\n   (name "zoe"))))\n`;
    await writeFile(join(desk.folder, '.guix-authorizations'), scheme);
    expect(await keyringImportCommand(desk.context(), { ...importing, source: '.guix-authorizations' })).toBe(
      0,
    );
    expect(await desk.toml()).toContain(
      `[contributors.zoe]\nname         = "zoe"\nroles        = ["contributor"]\nfingerprints = ["${zoe.fingerprint}"]`,
    );
    expect(await desk.toml()).not.toContain('yann');
    await writeFile(join(desk.folder, '.guix-authorizations'), scheme.replace(spaced, late.fingerprint));
    expect(await keyringImportCommand(desk.context(), { ...importing, source: '.guix-authorizations' })).toBe(
      1,
    );
    expect(desk.told).toContain('keyring.certificate-not-found');
  });

  it('refuses secret keys, and files that are something else', async () => {
    const desk = await Desk.withVersion1();
    expect(await keyringImportCommand(desk.context(), { ...importing, source: 'alice.key' })).toBe(1);
    expect(desk.told).toContain('keyring.secret-key');
    await writeFile(join(desk.folder, 'note.txt'), 'hello');
    expect(await keyringImportCommand(desk.context(), { ...importing, source: 'note.txt' })).toBe(1);
    expect(desk.told).toContain('keyring.certificate-file');
    await writeFile(join(desk.folder, 'policy.toml'), 'version = 1');
    const other = keyringImportCommand(desk.context(), { ...importing, source: 'policy.toml' });
    await expect(other).rejects.toMatchObject({ code: 'config.invalid' });
  });

  it('gets back from the policy of sq-git whom export wrote there', async () => {
    const desk = await Desk.withVersion1();
    expect(await keyringExportCommand(desk.context(), { ...place, ids: [], as: 'sq-git' })).toBe(0);
    const reading = readSequoiaPolicy(desk.printed);
    expect(reading).toMatchObject({ ok: true, people: [{ name: 'alice', rights: [] }, { name: 'bob' }] });
    if (!reading.ok) return;
    expect(reading.people[0]?.keyring).toContain('BEGIN PGP PUBLIC KEY BLOCK');
  });
});

describe('the authorizations of Guix', () => {
  it.each([
    ['nothing', ''],
    ['another list', '(channel (version 0))'],
    ['another version', '(authorizations (version 1) ())'],
    ['a list that is not closed', '(authorizations (version 0) (("AB" (name "x")))'],
    ['something after the list', '(authorizations (version 0) ()) extra'],
    ['a short fingerprint', '(authorizations (version 0) (("ABCD EF01")))'],
  ])('are refused where there is %s', (_, scheme) => {
    expect(readGuixAuthorizations(scheme)).toMatchObject({ ok: false });
  });
});
