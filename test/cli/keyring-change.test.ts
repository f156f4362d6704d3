import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyringApplyCommand } from '../../src/cli/commands/keyring-apply.ts';
import { keyringExportCommand } from '../../src/cli/commands/keyring-export.ts';
import {
  keyringGrantCommand,
  keyringOwnCommand,
  keyringRemoveCommand,
} from '../../src/cli/commands/keyring-people.ts';
import { keyringAddCommand, keyringPolicyCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringSignCommand } from '../../src/cli/commands/keyring-sign.ts';
import { keyringDiffCommand } from '../../src/cli/commands/keyring-show.ts';
import type { Context } from '../../src/cli/context.ts';
import { Fault } from '../../src/core/fault.ts';
import { day } from '../support/keyring.ts';
import { alice, bob, carol, Desk, now, place } from '../support/keyring-desk.ts';
import { ScriptedPrompter } from '../support/prompter.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

describe('the verbs that change the keyring file or hand it on', () => {
  it('change people and rules of a version before anybody has signed it, and show what is new', async () => {
    const desk = await Desk.withVersion1();
    const at = (): Context => desk.context({}, now + day);
    const change = { ...place, dryRun: false };
    expect(await keyringDiffCommand(at(), place)).toBe(0);
    expect(desk.printed).toBe('version 1 says what is in force\n');
    expect(
      await keyringGrantCommand(at(), { ...change, id: 'bob', packages: ['foo'], role: ['contributor'] }),
    ).toBe(0);
    expect(await keyringOwnCommand(at(), { ...change, name: 'bar', owners: ['bob'] })).toBe(0);
    expect(await keyringPolicyCommand(at(), { ...change, settings: ['unsigned=warn'], threshold: '1' })).toBe(
      0,
    );
    expect(await keyringDiffCommand(at(), place)).toBe(0);
    expect(desk.printed.split('\n')).toEqual([
      '- version 1',
      '+ version 2',
      '- threshold 2  gives power',
      '+ threshold 1  gives power',
      '- policy.unsigned allow',
      '+ policy.unsigned warn',
      '+ contributors.bob.roles contributor  gives power',
      '+ contributors.bob.packages foo  gives power',
      '+ packages.bar.owners bob  gives power',
      '',
    ]);
    expect(await keyringRemoveCommand(at(), { ...change, id: 'bob', package: ['foo'] })).toBe(0);
    expect(await desk.toml()).not.toContain('"foo"');
    expect(await keyringRemoveCommand(at(), { ...change, id: 'bob' })).toBe(0);
    expect(await readdir(join(desk.folder, 'keyring'))).not.toContain(`${bob.fingerprint}.asc`);
    expect(await desk.toml()).not.toContain('bar');
    await keyringDiffCommand(desk.context({ format: 'json' }, now + day), place);
    expect(JSON.parse(desk.printed)).toMatchObject({ verb: 'keyring diff', version: 2, against: 1 });
  });

  it('show an admin what gives power, with whole fingerprints, before anything is signed', async () => {
    const desk = await Desk.withVersion1();
    const later = now + day;
    const adding = { ...place, dryRun: false, id: 'carol', files: ['carol.asc'], role: ['admin'] };
    expect(await keyringAddCommand(desk.context({}, later), adding)).toBe(0);
    const context = desk.context({ yes: false }, later);
    const prompter = new ScriptedPrompter({ '--yes': false });
    const signing = { ...place, keyFile: 'bob.key' };
    expect(await keyringSignCommand({ ...context, prompter }, signing)).toBe(130);
    expect(desk.told).toContain('+ contributors.carol.roles admin  gives power');
    expect(desk.told).toContain(`+ contributors.carol.fingerprints ${carol.fingerprint}  gives power`);
    expect(prompter.messages).toEqual(['Sign version 2 of the keyring file as bob?']);
    expect(await readdir(join(desk.folder, 'keyring'))).not.toContain('keyring.toml.asc');
  });

  it('say what is wrong with a change of people, and write nothing', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init();
    const before = await desk.toml();
    const change = { ...place, dryRun: false };
    const refused = async (attempt: (context: Context) => Promise<number>): Promise<string> => {
      expect(await attempt(desk.context())).toBe(1);
      return desk.told;
    };
    expect(
      await refused((context) => keyringGrantCommand(context, { ...change, id: 'bobby', packages: ['foo'] })),
    ).toContain('has no contributor bobby. There is bob.');
    expect(
      await refused((context) => keyringOwnCommand(context, { ...change, name: 'foo', owners: ['zoe'] })),
    ).toContain('keyring.no-contributor');
    expect(
      await refused((context) =>
        keyringOwnCommand(context, { ...change, name: 'Not a name', owners: ['bob'] }),
      ),
    ).toContain('keyring.unreadable');
    expect(
      await refused((context) => keyringGrantCommand(context, { ...change, id: 'bob', packages: ['*'] })),
    ).toContain('Matches every package');
    expect(
      await refused((context) =>
        keyringRemoveCommand(context, {
          ...change,
          id: 'bob',
          package: ['foo'],
          certificate: [alice.fingerprint],
        }),
      ),
    ).toContain(`bob does not have a grant of foo, nor the certificate ${alice.fingerprint}.`);
    // Two admins must sign, and one would be left.
    expect(await refused((context) => keyringRemoveCommand(context, { ...change, id: 'bob' }))).toContain(
      'threshold',
    );
    expect(
      await refused((context) =>
        keyringRemoveCommand(context, { ...change, id: 'bob', certificate: [bob.fingerprint] }),
      ),
    ).toContain('fingerprints');
    const nothing = keyringGrantCommand(desk.context(), { ...change, id: 'bob', packages: [] });
    await expect(nothing).rejects.toThrow(Fault);
    const short = keyringRemoveCommand(desk.context(), { ...change, id: 'bob', certificate: ['ABCD'] });
    await expect(short).rejects.toThrow('whole fingerprint');
    expect(await desk.toml()).toBe(before);
  });

  it('commit and push a version only with all its signatures, and nothing else with it', async () => {
    const repository = await TestRepository.create();
    const remote = await TestRepository.create({ bare: true });
    const desk = await Desk.in(repository.folder);
    const identity = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    const apply = (push?: string, dryRun = false, at = now): Promise<number> => {
      const context = desk.context({}, at);
      return keyringApplyCommand(
        { ...context, environment: { ...context.environment, ...identity } },
        { folder: 'keyring', push, dryRun },
      );
    };
    await repository.git('checkout', '-q', '-b', 'main');
    await repository.git('remote', 'add', 'origin', remote.folder);
    await writeFile(join(repository.folder, 'other'), 'staged');
    await repository.git('add', 'other');
    await desk.init();
    await desk.sign('alice');
    expect(await apply()).toBe(1);
    expect(desk.told).toContain('keyring.threshold');
    await desk.sign('bob');
    expect(await apply(undefined, true)).toBe(0);
    expect(desk.printed).toContain('would be committed');
    expect(await apply('origin')).toBe(0);
    const names = await repository.git('diff-tree', '--root', '-r', '--name-only', '--no-commit-id', 'HEAD');
    expect(names.split('\n').every((name) => name.startsWith('keyring/'))).toBe(true);
    expect(await remote.git('rev-parse', 'refs/heads/main')).toBe(await repository.git('rev-parse', 'HEAD'));
    expect(await apply()).toBe(1);
    expect(desk.told).toContain('keyring.nothing-changed');

    // Somebody else was faster.
    await remote
      .commitFiles({ files: { x: 'y' }, date: now })
      .then((commit) => remote.ref('refs/heads/main', commit));
    const later = now + day;
    const change = { ...place, dryRun: false, id: 'bob', packages: [], role: ['maintainer'] };
    await keyringGrantCommand(desk.context({}, later), change);
    await desk.sign('alice', later);
    await desk.sign('bob', later);
    await expect(apply('origin:main', false, later)).rejects.toMatchObject({ code: 'git.failed' });
    expect(await remote.git('ls-tree', '--name-only', 'main')).toBe('x');
  });

  it('write certificates and the anchor for other programs', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init();
    const exporting = { ...place, ids: [] };
    expect(await keyringExportCommand(desk.context(), { ...exporting, as: 'armor' })).toBe(0);
    expect(desk.printed).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/);
    expect(await keyringExportCommand(desk.context(), { ...exporting, as: 'anchor' })).toBe(0);
    expect(desk.printed).toContain(alice.fingerprint);
    expect(await keyringExportCommand(desk.context(), { ...exporting, as: 'armor', ids: ['zoe'] })).toBe(1);
    expect(desk.told).toContain('keyring.no-contributor');
    const onScreen = { ...desk.context(), onScreen: true };
    await expect(keyringExportCommand(onScreen, { ...exporting, as: 'binary' })).rejects.toMatchObject({
      mend: 'Name a file: -o FILE.',
    });
    expect(await keyringExportCommand(desk.context(), { ...exporting, as: 'binary' })).toBe(0);
    const empty = await Desk.in(await temporaryFolder());
    await expect(keyringExportCommand(empty.context(), { ...exporting, as: 'armor' })).rejects.toThrow(Fault);
  });
});
