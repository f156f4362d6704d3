import { describe, expect, it } from 'vitest';
import {
  keyringGrantCommand,
  keyringOwnCommand,
  keyringRemoveCommand,
} from '../../src/cli/commands/keyring-people.ts';
import {
  keyringAddCommand,
  keyringInitCommand,
  keyringPolicyCommand,
} from '../../src/cli/commands/keyring-propose.ts';
import { keyringExportCommand } from '../../src/cli/commands/keyring-export.ts';
import { keyringCompromiseCommand } from '../../src/cli/commands/keyring-compromise.ts';
import { keyringImportCommand } from '../../src/cli/commands/keyring-import.ts';
import { keyringMergeCommand } from '../../src/cli/commands/keyring-merge.ts';
import { keyringRefreshCommand } from '../../src/cli/commands/keyring-refresh.ts';
import type { Context } from '../../src/cli/context.ts';
import { day } from '../support/keyring.ts';
import { alice, Desk, now, place } from '../support/keyring-desk.ts';
import { ScriptedPrompter } from '../support/prompter.ts';
import { temporaryFolder } from '../support/scratch.ts';

const change = { ...place, dryRun: false };

function asked(desk: Desk, answers: Readonly<Record<string, string | boolean>>): [Context, ScriptedPrompter] {
  const prompter = new ScriptedPrompter({ '--yes': true, ...answers });
  return [{ ...desk.context({ yes: false }, now + day), prompter }, prompter];
}

describe('the questions of the keyring verbs', () => {
  it('make a first version from nothing', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const [context, prompter] = asked(desk, {
      '--repository': 'https://example.org/packages',
      '--admin': 'alice=alice.asc, bob=bob.asc',
      '--threshold': '2',
    });
    expect(await keyringInitCommand(context, change)).toBe(0);
    expect(prompter.asked).toEqual(['--repository', '--admin', '--threshold', '--yes']);
    expect(await desk.toml()).toMatch(/threshold {2}= 2[^]*\[contributors.alice\][^]*\[contributors.bob\]/);
  });

  it('ask who is added and where the certificate is, and nothing that a flag has said', async () => {
    const desk = await Desk.withVersion1();
    const [context, prompter] = asked(desk, { ID: 'carol', 'FILE or --from': 'file' });
    // Both questions about the certificate have one flag; the file is called like the first answer.
    await expect(keyringAddCommand(context, { ...change, files: [] })).rejects.toMatchObject({
      code: 'file.not-found',
    });
    expect(prompter.asked).toEqual(['ID', 'FILE or --from', 'FILE or --from']);
    const [second, silent] = asked(desk, { ID: 'carol' });
    expect(await keyringAddCommand(second, { ...change, files: ['carol.asc'] })).toBe(0);
    expect(silent.asked).toEqual(['ID', '--yes']);
  });

  it('let people be chosen out of the keyring, and rules out of those that there are', async () => {
    const desk = await Desk.withVersion1();
    const [granting, prompter] = asked(desk, { ID: 'bob', 'PACKAGE or --role': 'foo foo-*' });
    await expect(keyringGrantCommand(granting, { ...change, packages: [] })).resolves.toBe(1);
    expect(prompter.choices.get('ID')).toEqual(['alice', 'bob']);
    expect(desk.told).toContain('lacks the role contributor');
    const [role] = asked(desk, { ID: 'bob' });
    expect(await keyringGrantCommand(role, { ...change, packages: [], role: ['maintainer'] })).toBe(0);
    const [owning] = asked(desk, { PACKAGE: 'foo', ID: 'bob' });
    expect(await keyringOwnCommand(owning, { ...change, owners: [] })).toBe(0);
    const [removing] = asked(desk, { ID: 'bob' });
    expect(await keyringRemoveCommand(removing, { ...change, role: ['maintainer'] })).toBe(1);
    expect(await desk.toml()).toContain('[packages.foo]\nowners = ["bob"]');
    const [ruling] = asked(desk, { 'FIELD=SETTING': 'unsigned' });
    await expect(keyringPolicyCommand(ruling, { ...change, settings: [] })).rejects.toMatchObject({
      code: 'usage.argument',
    });
  });

  it('ask for whom the keyring is written, where somebody reads the screen', async () => {
    const desk = await Desk.withVersion1();
    const written: (readonly [file: string | undefined, text: string])[] = [];
    const onScreen = (
      answers: Readonly<Record<string, string>>,
      screen = true,
    ): [Context, ScriptedPrompter] => {
      const [context, prompter] = asked(desk, answers);
      const print: Context['print'] = (result, file) => {
        written.push([file, Buffer.from(result).toString('latin1')]);
        return Promise.resolve();
      };
      return [{ ...context, onScreen: screen, print }, prompter];
    };
    const exporting = { ...place, ids: [] };
    const [binary, first] = onScreen({ '--as': 'binary', 'ID or --role': 'one', ID: 'bob', '-o': 'bob.gpg' });
    expect(await keyringExportCommand(binary, exporting)).toBe(0);
    expect(first.asked).toEqual(['--as', 'ID or --role', 'ID', '-o']);
    expect(written.at(-1)?.[0]).toBe('bob.gpg');
    const [admins, second] = onScreen({ '--as': 'armor', 'ID or --role': 'admin' });
    expect(await keyringExportCommand(admins, exporting)).toBe(0);
    expect(second.choices.get('ID or --role')).toContain('maintainer');
    const [anchor, third] = onScreen({ '--as': 'anchor' });
    expect(await keyringExportCommand(anchor, exporting)).toBe(0);
    expect(third.asked).toEqual(['--as']);
    expect(written.at(-1)?.[1]).toContain(alice.fingerprint);
    const [given, fourth] = onScreen({});
    expect(await keyringExportCommand(given, { ...exporting, as: 'armor' })).toBe(0);
    const [piped, fifth] = onScreen({}, false);
    expect(await keyringExportCommand(piped, exporting)).toBe(0);
    expect([...fourth.asked, ...fifth.asked]).toEqual([]);
    expect(written.at(-1)?.[1]).toContain('BEGIN PGP PUBLIC KEY BLOCK');
  });

  it('ask where people, newer copies and the other change are', async () => {
    const desk = await Desk.withVersion1();
    const importing = { ...change, keepRights: false, keyringRef: 'keyring' };
    const [context, prompter] = asked(desk, { SOURCE: 'carol.asc' });
    expect(await keyringImportCommand(context, importing)).toBe(0);
    expect(prompter.asked).toEqual(['SOURCE', '--yes']);
    expect(await desk.toml()).toContain('[contributors.carol]');
    const [refreshing, second] = asked(desk, { 'FILE or --from': 'gpg' });
    await keyringRefreshCommand(refreshing, { ...change, files: [] });
    expect(second.choices.get('FILE or --from')).toContain('server');
    const [merging] = asked(desk, { REF: 'nowhere' });
    await expect(keyringMergeCommand(merging, change)).rejects.toMatchObject({ code: 'revision.not-found' });
  });

  it('ask which key is compromised, since when and why, before its fingerprint once more', async () => {
    const desk = await Desk.withVersion1();
    const [context, prompter] = asked(desk, {
      FPR: alice.fingerprint,
      '--since': '2026-01-05',
      '--reason': 'laptop stolen',
      '--confirm': 'no',
    });
    const replacement = ['carol.asc'];
    expect(await keyringCompromiseCommand(context, { ...change, replacement })).toBe(130);
    expect(prompter.asked).toEqual(['FPR', '--since', '--reason', '--confirm']);
  });

  it('are told all at once where nobody can be asked', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const attempt = keyringInitCommand(desk.context({ yes: false }), change);
    await expect(attempt).rejects.toMatchObject({
      code: 'usage.missing-answers',
      mend: 'Add --repository, --admin, --threshold, or run it in a terminal.',
    });
    await expect(keyringAddCommand(desk.context(), { ...change, files: [] })).rejects.toMatchObject({
      mend: 'Add ID, FILE or --from, or run it in a terminal.',
    });
    await expect(keyringGrantCommand(desk.context(), { ...change, packages: [] })).rejects.toMatchObject({
      mend: 'Add ID, PACKAGE or --role, or run it in a terminal.',
    });
    await expect(keyringCompromiseCommand(desk.context(), change)).rejects.toMatchObject({
      mend: 'Add FPR, --since, --reason, or run it in a terminal.',
    });
    await expect(keyringRefreshCommand(desk.context(), { ...change, files: [] })).rejects.toMatchObject({
      mend: 'Add FILE or --from, or run it in a terminal.',
    });
    await expect(keyringMergeCommand(desk.context(), change)).rejects.toMatchObject({
      mend: 'Add REF, or run it in a terminal.',
    });
  });
});
