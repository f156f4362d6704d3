import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Chalk } from 'chalk';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  keyringAddCommand,
  keyringInitCommand,
  keyringPolicyCommand,
} from '../../src/cli/commands/keyring-propose.ts';
import { keyringExportCommand } from '../../src/cli/commands/keyring-export.ts';
import {
  keyringGrantCommand,
  keyringOwnCommand,
  keyringRemoveCommand,
} from '../../src/cli/commands/keyring-people.ts';
import {
  keyringCheckCommand,
  keyringDiffCommand,
  keyringShowCommand,
} from '../../src/cli/commands/keyring-show.ts';
import { keyringSignCommand } from '../../src/cli/commands/keyring-sign.ts';
import type { CommonOptions, Context } from '../../src/cli/context.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Seconds } from '../../src/core/ports.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { day } from '../support/keyring.ts';
import { TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const now: Seconds = Date.UTC(2026, 0, 5) / 1000;
const place = { folder: 'keyring' };
const init = { ...place, repository: 'https://example.org/packages', dryRun: false };
const style = { paint: new Chalk({ level: 0 }), symbols: true };

let alice: TestKey, bob: TestKey, carol: TestKey;

beforeAll(async () => {
  const key = (name: string) =>
    makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: now - day });
  [alice, bob, carol] = await Promise.all([key('Alice'), key('Bob'), key('Carol')]);
});

/** A folder with certificates and secret keys of the three, and what verbs have said there. */
class Desk {
  readonly folder: string;
  printed = '';
  told = '';

  constructor(folder: string) {
    this.folder = folder;
  }

  static async in(folder: string): Promise<Desk> {
    for (const [name, key] of Object.entries({ alice, bob, carol })) {
      await writeFile(join(folder, `${name}.asc`), key.armoredCertificate);
      await writeFile(join(folder, `${name}.key`), key.armoredSecretKey);
    }
    return new Desk(folder);
  }

  context(options: Partial<CommonOptions> = {}, at = now): Context {
    this.printed = '';
    this.told = '';
    return {
      options: {
        directory: this.folder,
        format: 'text',
        output: undefined,
        color: false,
        input: false,
        yes: true,
        debug: false,
        ...options,
      },
      environment: scrubbedEnvironment(this.folder),
      now: at,
      style,
      errorStyle: style,
      interactive: false,
      print: (result) => {
        this.printed += Buffer.from(result).toString();
        return Promise.resolve();
      },
      tell: (text) => {
        this.told += text;
      },
    };
  }

  init(threshold = '2', options: Partial<CommonOptions> = {}) {
    const admin = ['alice=alice.asc', 'bob=bob.asc'];
    return keyringInitCommand(this.context(options), { ...init, threshold, admin });
  }

  sign(name: string, at = now) {
    return keyringSignCommand(this.context({}, at), { ...place, keyFile: `${name}.key` });
  }

  toml(): Promise<string> {
    return readFile(join(this.folder, 'keyring', 'keyring.toml'), 'utf8');
  }
}

describe('the keyring verbs', () => {
  it('make a first version and its signatures, which others then find in order', async () => {
    const desk = await Desk.in(await temporaryFolder());
    expect(await desk.init()).toBe(0);
    expect(desk.told).toContain('+ contributors.alice.roles admin  gives power');
    expect(desk.printed).toBe('version 1, to be signed: opam-signet keyring sign\n');
    expect(await desk.sign('alice')).toBe(0);
    expect(desk.printed).toContain('keyring.threshold');
    expect(await keyringCheckCommand(desk.context(), { ...place, within: '30' })).toBe(1);
    expect(await desk.sign('bob')).toBe(0);
    expect(desk.told).toContain('signed already by alice');
    expect(desk.printed).toBe(
      'signed by alice, bob: version 1 of the keyring file, which has all the signatures that it needs\n',
    );
    expect(await keyringCheckCommand(desk.context(), { ...place, within: '30' })).toBe(0);
    expect(await keyringShowCommand(desk.context(), place)).toBe(0);
    expect(desk.printed).toContain(`key ${alice.fingerprint} Ed25519: usable`);
    expect(desk.printed).toContain(`signed by bob with certificate ${bob.fingerprint}`);
  });

  it('take the version in force from the repository around the folder', async () => {
    const repository = await TestRepository.create();
    const desk = await Desk.in(repository.folder);
    await desk.init();
    await desk.sign('alice');
    await desk.sign('bob');
    await repository.git('add', 'keyring');
    await repository.git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'First keyring');
    const add = {
      ...place,
      dryRun: false,
      id: 'carol',
      files: ['carol.asc'],
      role: ['maintainer'],
      package: ['foo-*'],
    };
    expect(await keyringAddCommand(desk.context({}, now + day), add)).toBe(0);
    expect(await desk.toml()).toContain('version    = 2');
    const more = { ...place, dryRun: false, id: 'carol', files: [], github: 'carol' };
    expect(await keyringAddCommand(desk.context({}, now + day), more)).toBe(0);
    expect(await desk.toml()).toContain('version    = 2');
    expect(await desk.sign('alice', now + day)).toBe(0);
    expect(desk.told).toContain('+ contributors.carol.packages foo-*  gives power');
    expect(desk.told).toContain('- version 1\n+ version 2\n');
    expect(await desk.sign('carol', now + day)).toBe(1);
    expect(desk.told).toContain('keyring.not-admin');
  });

  it('change people and rules of a version before anybody has signed it, and show what is new', async () => {
    const repository = await TestRepository.create();
    const desk = await Desk.in(repository.folder);
    await desk.init();
    await desk.sign('alice');
    await desk.sign('bob');
    await repository.git('add', 'keyring');
    await repository.git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'First keyring');
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
    expect(() => keyringGrantCommand(desk.context(), { ...change, id: 'bob', packages: [] })).toThrow(Fault);
    expect(() =>
      keyringRemoveCommand(desk.context(), { ...change, id: 'bob', certificate: ['ABCD'] }),
    ).toThrow('whole fingerprint');
    expect(await desk.toml()).toBe(before);
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
    await expect(keyringExportCommand(desk.context(), { ...exporting, as: 'binary' })).rejects.toMatchObject({
      mend: 'Name a file: -o FILE.',
    });
    const empty = await Desk.in(await temporaryFolder());
    await expect(keyringExportCommand(empty.context(), { ...exporting, as: 'armor' })).rejects.toThrow(Fault);
  });

  it('answer in JSON', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init('1', { format: 'json' });
    expect(JSON.parse(desk.printed)).toMatchObject({
      verb: 'keyring init',
      version: 1,
      dryRun: false,
      unsigned: [],
    });
    await keyringShowCommand(desk.context({ format: 'json' }), place);
    expect(JSON.parse(desk.printed)).toMatchObject({
      verb: 'keyring show',
      threshold: 1,
      contributors: [{ id: 'alice', roles: ['admin'] }, { id: 'bob' }],
      signatures: [],
    });
    await keyringCheckCommand(desk.context({ format: 'json' }), { ...place, within: '30' });
    expect(JSON.parse(desk.printed)).toMatchObject({ verb: 'keyring check', conclusion: 'rejected' });
    await desk.init('1', { format: 'json' });
    expect(JSON.parse(desk.printed)).toMatchObject({
      conclusion: 'rejected',
      findings: [{ code: 'keyring.exists' }],
    });
  });

  it('write nothing in a dry run, and nothing without a yes', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const dry = { ...init, dryRun: true, threshold: '1', admin: ['alice=alice.asc'] };
    expect(await keyringInitCommand(desk.context({ yes: false }), dry)).toBe(0);
    expect(desk.printed).toBe('version 1, not written\n');
    await expect(desk.init('2', { yes: false })).rejects.toMatchObject({ code: 'usage.missing-answers' });
    expect(await readdir(desk.folder)).not.toContain('keyring');
  });

  it('take the certificate of the signing key where no file is named', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const own = { ...init, threshold: '1', admin: ['alice'], keyFile: 'alice.key' };
    expect(await keyringInitCommand(desk.context(), own)).toBe(0);
    expect(await desk.toml()).toContain(alice.fingerprint);
  });

  it('refuse a secret key in the place of a certificate', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const secret = { ...init, threshold: '1', admin: ['alice=alice.key'] };
    expect(await keyringInitCommand(desk.context(), secret)).toBe(1);
    expect(desk.told).toContain('keyring.secret-key');
    expect(await readdir(desk.folder)).not.toContain('keyring');
  });

  it.each([
    ['a threshold that is no number', { threshold: 'two' }, 'usage.argument'],
    ['an unknown policy', { policy: ['unsigned=perhaps'] }, 'usage.argument'],
    ['a date that is none', { expires: '2027-02-30' }, 'usage.argument'],
    ['a certificate file that is not there', { admin: ['alice=nowhere.asc'] }, 'file.not-found'],
  ])('refuse %s', async (_, change, code) => {
    const desk = await Desk.in(await temporaryFolder());
    const options = { ...init, threshold: '1', admin: ['alice=alice.asc'], ...change };
    const attempt = keyringInitCommand(desk.context(), options);
    await expect(attempt).rejects.toThrow(Fault);
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it('take dates and policies as flags', async () => {
    const desk = await Desk.in(await temporaryFolder());
    const options = {
      ...init,
      threshold: '1',
      admin: ['alice=alice.asc'],
      expires: '2027-11-01',
      policy: ['unsigned=warn', 'merges=maintainer'],
    };
    expect(await keyringInitCommand(desk.context(), options)).toBe(0);
    expect(await desk.toml()).toMatch(
      /expires {4}= 2027-11-01T00:00:00Z[^]*unsigned {6}= "warn"\nmerges {8}= "maintainer"/,
    );
  });

  it('change rules and dates', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await desk.init('1');
    const options = {
      ...place,
      dryRun: false,
      settings: ['source-tag=require'],
      threshold: '2',
      expires: '2026-06-01',
    };
    expect(await keyringPolicyCommand(desk.context(), options)).toBe(0);
    expect(await desk.toml()).toMatch(
      /expires {4}= 2026-06-01T00:00:00Z\nthreshold {2}= 2[^]*source-tag {4}= "require"/,
    );
    expect(await keyringPolicyCommand(desk.context(), options)).toBe(1);
    expect(desk.told).toContain('keyring.nothing-changed');
  });

  it('say that there is no keyring, and no such base', async () => {
    const desk = await Desk.in(await temporaryFolder());
    await expect(keyringShowCommand(desk.context(), place)).rejects.toMatchObject({
      code: 'keyring.unreadable',
    });
    await expect(keyringShowCommand(desk.context(), { ...place, base: 'main' })).rejects.toMatchObject({
      code: 'repository.not-found',
    });
    await expect(keyringCheckCommand(desk.context(), { ...place, within: 'soon' })).rejects.toMatchObject({
      code: 'usage.argument',
    });
    await expect(
      keyringAddCommand(desk.context(), { ...place, dryRun: false, id: 'x', files: [], role: ['owner'] }),
    ).rejects.toMatchObject({ code: 'usage.argument' });
  });
});
