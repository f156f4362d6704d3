import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { writeArchive } from '../../src/adapters/archive.ts';
import type { SourceFile } from '../../src/core/chain/archive-files.ts';
import { Fault } from '../../src/core/fault.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { type ContributorPlan, day } from '../support/keyring.ts';
import { ScriptedPrompter } from '../support/prompter.ts';
import {
  archiveUrl,
  now,
  opamSource,
  PublishWorld,
  repositoryId,
  type WorldPlan,
} from '../support/publish-world.ts';

let world: PublishWorld;
afterEach(() => world.close());

const create = async (plan: WorldPlan = {}): Promise<PublishWorld> =>
  (world = await PublishWorld.create(plan));

const stranger = (): Promise<TestKey> =>
  makeKey({ name: 'Bob', email: 'bob@example.org', created: now - 50 * day });

/** Codes of what keeps a release from being published. */
async function errors(
  options: Parameters<PublishWorld['problems']>[0] = {},
  ports: Parameters<PublishWorld['problems']>[1] = {},
) {
  return (await world.problems(options, ports))
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
}

async function warnings(options: Parameters<PublishWorld['problems']>[0] = {}) {
  return (await world.problems(options))
    .filter(({ severity }) => severity === 'warning')
    .map(({ code }) => code);
}

const bySource = (changes: Readonly<Record<string, string>>) => ({
  'foo.opam': opamSource('foo'),
  'src/foo.ml': 'let answer = 42\n',
  ...changes,
});

describe('the release tag', () => {
  test('that nobody signed is refused, unless the author accepts it', async () => {
    await create({ tag: null });
    await world.tagRelease('v1.0', 'nobody');
    const [problem] = await world.problems();
    expect(problem).toMatchObject({ code: 'tag.not-signed-by-you', override: '--accept-tag' });
    expect(problem?.what).toContain('v1.0');
    expect(await errors({ overrides: new Set(['--accept-tag']) })).toEqual([]);
  });

  test('that somebody else signed is refused, and says whose key it is not', async () => {
    await create({ tag: null });
    await world.tagRelease('v1.0', await stranger());
    expect(await errors()).toEqual(['tag.not-signed-by-you']);
  });

  test('without a tag object is refused', async () => {
    await create({ tag: null });
    await world.source.git('tag', 'v1.0');
    expect(await errors()).toEqual(['tag.lightweight']);
    const { plan } = await world.prepared({ overrides: new Set(['--accept-tag']) });
    expect(plan.source).toMatchObject({ tagId: undefined, commit: world.head });
  });

  test('that the remote has as another object is refused: nothing is moved', async () => {
    await create();
    await world.origin.ref('refs/tags/v1.0', world.head);
    expect(await errors()).toEqual(['tag.remote-differs']);
  });

  test('on something that is no commit is refused', async () => {
    await create({ tag: null });
    const tree = (await world.source.git('rev-parse', 'HEAD^{tree}')) as typeof world.head;
    await world.source.tag({ name: 'v1.0', object: tree, objectType: 'tree', date: now });
    expect(await errors({ tag: 'v1.0' })).toEqual(['tag.unreadable']);
  });

  test('need not be pushed anew if the remote has it', async () => {
    await create();
    const { plan } = await world.prepared();
    expect(plan.releaseTag.pushTo).toBeUndefined();
    expect(plan.acts.map((act) => act.split(' ')[0])).toEqual(['write', 'push']);
  });

  test('is looked for in the tree of the tag, not in the work tree', async () => {
    await create();
    await writeFile(join(world.source.folder, 'bar.opam'), opamSource('bar'));
    await writeFile(join(world.source.folder, 'foo.opam'), 'not opam');
    const { plan } = await world.prepared();
    expect(plan.packages.map(({ nameVersion }) => nameVersion)).toEqual(['foo.1.0']);
  });
});

describe('the work tree', () => {
  test('must be clean where a tag is to be made, unless the author says otherwise', async () => {
    await create({ tag: null });
    await writeFile(join(world.source.folder, 'new.ml'), '');
    const [problem] = await world.problems({ tag: 'v1.0' });
    expect(problem).toMatchObject({ code: 'source.dirty', override: '--allow-dirty' });
    expect(problem?.what).toContain('new.ml');
    expect(await errors({ tag: 'v1.0', overrides: new Set(['--allow-dirty']) })).toEqual([]);
    await writeFile(join(world.source.folder, 'other.ml'), '');
    const [both] = await world.problems({ tag: 'v1.0' });
    expect(both?.what).toBe('new.ml and 1 more differ from HEAD and would not be in the release.');
  });

  test('is clean beside the archive of the release before, unless that is a file of the source', async () => {
    await create({ tag: null });
    await writeFile(join(world.source.folder, 'foo-0.9.tar.gz'), 'an archive that was made');
    expect(await errors({ tag: 'v1.0' })).toEqual([]);
    await create({ tag: null, files: bySource({ 'foo.opam': opamSource('foo'), 'foo-0.9.tar.gz': 'kept' }) });
    await writeFile(join(world.source.folder, 'foo-0.9.tar.gz'), 'changed');
    expect(await errors({ tag: 'v1.0' })).toEqual(['source.dirty']);
  });
});

describe('the version', () => {
  test('comes from the tag, and what the source states otherwise is told with the file', async () => {
    await create({
      files: bySource({
        'foo.opam': opamSource('foo', 'version: "1.1"'),
        'dune-project': '(lang dune 3.0)\n(version 0.9)\n',
      }),
    });
    const found = await world.problems();
    expect(
      found.filter(({ severity }) => severity === 'error').map(({ code, what }) => [code, what]),
    ).toEqual([
      ['version.disagrees', 'dune-project says version 0.9, but tag v1.0 says 1.0.'],
      ['version.disagrees', 'foo.opam says version 1.1, but tag v1.0 says 1.0.'],
    ]);
    expect(await errors({ packageVersion: '1.0' })).toEqual([]);
  });

  test('may have the name of a package in front', async () => {
    await create({ tag: 'foo.1.0' });
    expect((await world.prepared()).plan.version).toBe('1.0');
  });

  test('must be one', async () => {
    await create({ tag: 'final' });
    expect(await errors({ tag: 'final' })).toEqual(['version.unclear']);
    expect(await errors({ tag: 'final', packageVersion: '1.0' })).toEqual([]);
  });

  test('that is published already is refused, and a new one proposed', async () => {
    await create({ published: { 'packages/foo/foo.1.0/opam': 'opam-version: "2.0"\n' } });
    const [problem] = await world.problems();
    expect(problem).toMatchObject({ code: 'version.published', override: undefined });
    expect(problem?.mend).toContain('1.0-1');
  });

  test('is compared with the change log, which only warns', async () => {
    await create({ files: bySource({ 'CHANGES.md': '# 2.0\n\n- Later\n' }) });
    expect(await warnings()).toContain('version.change-log');
  });
});

describe('packages', () => {
  test('that the tag does not have are named with those that it has', async () => {
    await create();
    const [problem] = await world.problems({ packages: ['bar'] });
    expect(problem).toMatchObject({ code: 'package.unknown', mend: 'It has: foo.' });
  });

  test('must be there at all', async () => {
    await create({ files: { README: 'x' } });
    expect(await errors()).toEqual(['package.none']);
  });

  test('that are not in the opam format are refused with line and column', async () => {
    await create({ files: bySource({ 'foo.opam': 'opam-version: "2.0"\nbuild: [' }) });
    const [problem] = await world.problems();
    expect(problem?.code).toBe('package.unreadable');
    expect(problem?.what).toMatch(/foo\.opam.*[Ll]ine \d+, column \d+/);
  });

  test('whose file says another name are refused', async () => {
    await create({ files: bySource({ 'foo.opam': opamSource('food') }) });
    expect(await errors()).toEqual(['package.renamed']);
  });

  test('in a file that is just called opam get their name from the command line', async () => {
    const anonymous = opamSource('foo').replace('name: "foo"\n', '');
    await create({ files: { opam: anonymous } });
    expect((await world.prepared({ packages: ['foo'] })).plan.packages[0].nameVersion).toBe('foo.1.0');
  });

  test('are found in NAME.opam, NAME.opam/opam and opam/NAME.opam', async () => {
    await create({
      files: {
        'foo.opam': opamSource('foo'),
        'bar.opam/opam': opamSource('bar'),
        'opam/baz.opam': opamSource('baz'),
      },
    });
    const { plan } = await world.prepared();
    expect(plan.packages.map(({ name }) => name)).toEqual(['bar', 'baz', 'foo']);
  });

  test('that look like standing ones are warned of', async () => {
    await create({ published: { 'packages/f0o/f0o.1/opam': '', 'packages/foo/foo.0.9/opam': null } });
    expect(await warnings()).toContain('package.look-alike');
  });
});

describe('the keyring file', () => {
  const keyring =
    (packages: readonly string[]) =>
    (alice: TestKey): Readonly<Record<string, ContributorPlan>> => ({
      alice: { keys: [alice], roles: ['admin', 'contributor'], packages },
    });

  test('that does not know the key is told of plainly, and the own signatures are still good', async () => {
    const bob = await stranger();
    await create({ contributors: (alice) => ({ ...keyring(['foo'])(alice) }) });
    const prepared = await world.prepared(
      { overrides: new Set(['--accept-tag']) },
      { openSigner: () => Promise.resolve(world.signer(bob)) },
    );
    expect(prepared.plan.key?.holder).toBeUndefined();
    const found = await world.problems(
      { overrides: new Set(['--accept-tag']) },
      { openSigner: () => Promise.resolve(world.signer(bob)) },
    );
    expect(found.map(({ code }) => code)).toContain('keyring.unknown-key');
  });

  test('that gives the package to somebody else is told of, with the owners', async () => {
    const bob = await stranger();
    await create({
      contributors: (alice) => ({ ...keyring([])(alice), bob: { keys: [bob], packages: ['foo'] } }),
    });
    const problem = (await world.problems()).find(({ code }) => code === 'keyring.no-authority');
    expect(problem?.what).toContain('to bob, not to alice');
  });

  test('that is missing or broken only warns', async () => {
    await create();
    expect(await warnings()).toContain('keyring.none');
    await world.close();
    await create({ published: { 'keyring/keyring.toml': 'format = 9\n' } });
    expect(await warnings()).toContain('keyring.unreadable');
  });
});

describe('the keyring file that entitles the key', () => {
  const entitled = (alice: TestKey): Readonly<Record<string, ContributorPlan>> => ({
    alice: { keys: [alice], roles: ['admin', 'contributor'], packages: ['foo'] },
  });

  test('is named in the plan, and verification by it must then succeed', async () => {
    await create({ contributors: entitled });
    const prepared = await world.prepared();
    expect(prepared).toMatchObject({
      entitled: true,
      plan: { key: { holder: 'alice' }, target: { repository: repositoryId } },
    });
    expect(await warnings()).toEqual([]);
  });

  test('that has expired is told of', async () => {
    await create({ contributors: entitled });
    const later = now + 400 * day;
    const ports = {
      clock: () => later,
      openSigner: () =>
        Promise.resolve({
          ...world.signer(),
          sign: (payload: Uint8Array) => world.alice.sign(payload, later),
        }),
    };
    expect((await world.problems({}, ports)).map(({ code }) => code)).toContain('keyring.expired');
  });

  test('for another repository than the author named stops: the statement could be replayed there', async () => {
    await create({ contributors: entitled });
    expect(await errors({ repositoryId: 'https://example.org/elsewhere' })).toEqual(['target.other-id']);
  });
});

describe('the archive', () => {
  const packed = async (change: (files: Map<string, SourceFile>) => void): Promise<string> => {
    const file = (text: string): SourceFile => ({ kind: 'file', bytes: Buffer.from(text) });
    const files = new Map<string, SourceFile>([
      ['foo.opam', file(opamSource('foo'))],
      ['src/foo.ml', file('let answer = 42\n')],
    ]);
    change(files);
    const writing = await writeArchive(files, 'foo-1.0', now);
    if (!writing.ok) throw new Error(writing.finding.message);
    const path = join(world.home, 'given.tar.gz');
    await writeFile(path, writing.bytes);
    return path;
  };

  test('that equals the tree is taken as it is, and not written anywhere', async () => {
    await create({ files: bySource({}) });
    const archive = await packed(() => undefined);
    const { plan } = await world.prepared({ archive });
    expect(plan.archive).toMatchObject({ file: undefined, url: archiveUrl });
    expect(plan.acts.join()).not.toContain('write');
  });

  test('that differs is refused, and every differing file named', async () => {
    await create({ files: bySource({ 'src/bar.ml': '' }) });
    const archive = await packed((files) => {
      files.set('src/foo.ml', { kind: 'file', bytes: Buffer.from('let answer = 43\n') });
      files.set('src/evil.ml', { kind: 'file', bytes: Buffer.from('') });
    });
    const found = (await world.problems({ archive })).filter(({ severity }) => severity === 'error');
    expect(found.map(({ code, what }) => [code, /src\/\w+\.ml/.exec(what)?.[0]])).toEqual([
      ['archive.differs', 'src/bar.ml'],
      ['archive.differs', 'src/evil.ml'],
      ['archive.differs', 'src/foo.ml'],
    ]);
  });

  test('that git made as the tree asks for is taken, and what git left out or filled in is named', async () => {
    const attributes = '/secret.txt export-ignore\n/version.ml export-subst\n.gitattributes export-ignore\n';
    await create({
      files: {
        'foo.opam': opamSource('foo'),
        '.gitattributes': attributes,
        'secret.txt': 'not for users\n',
        'version.ml': 'let commit = "$Format:%H$"\n',
      },
    });
    const archive = join(world.home, 'given.tar.gz');
    await world.source.git('archive', '--prefix=foo-1.0/', '--output', archive, 'v1.0');
    const found = await world.problems({ archive });
    const named = found.filter(({ code }) => code.startsWith('archive.'));
    expect(
      named.map(({ severity, what }) => [
        severity,
        /[\w.]*(?:secret\.txt|version\.ml|attributes)/.exec(what)?.[0],
      ]),
    ).toEqual([
      ['warning', '.gitattributes'],
      ['warning', 'secret.txt'],
      ['warning', 'version.ml'],
    ]);
    expect((await world.prepared({ archive })).plan.archive.url).toBe(archiveUrl);
  });

  test('that is no archive is refused', async () => {
    await create();
    const archive = join(world.home, 'given.tar.gz');
    await writeFile(archive, 'no archive');
    expect(await errors({ archive })).toEqual(['archive.unreadable']);
  });

  test('does not overwrite a file that stands where it would be written', async () => {
    await create();
    await writeFile(join(world.home, 'foo-1.0.tar.gz'), 'mine');
    expect(await errors()).toEqual(['archive.file-stands']);
  });

  test.each(['ftp://', 'git+https://example.org/foo.git', 'foo.tgz'])(
    'must be downloadable: %s is refused',
    async (url) => {
      await create();
      expect(await errors({ archiveUrl: url })).toEqual(['archive.address']);
    },
  );

  test('at an address with a password is refused, and the password not repeated', async () => {
    await create();
    const secret = 'https://me:hunter2@example.org/foo.tgz';
    for (const options of [{ archiveUrl: secret }, { archive: secret }, { archive: secret, archiveUrl }]) {
      const found = await world.problems({ archiveUrl: undefined, ...options });
      expect(found.map(({ code }) => code)).toContain('archive.address');
      expect(JSON.stringify(found)).not.toContain('hunter2');
    }
  });
});

describe('the package repository', () => {
  test('must be one', async () => {
    await create();
    expect(await errors({ to: world.origin.folder })).toEqual(['target.layout']);
  });

  test('that has the branch or the tag already gets nothing', async () => {
    await create();
    await world.target.ref('refs/heads/publish-foo.1.0', world.base);
    await world.target.ref('refs/tags/signet/foo.1.0', world.base);
    expect(await errors()).toEqual(['target.branch-stands', 'target.tag-stands']);
    expect(await errors({ branch: 'another' })).toEqual(['target.tag-stands']);
    expect(await errors({ branch: 'no..branch' })).toEqual(['target.branch-name']);
  });

  test('shows whose commits stand there, and has them overwritten only where that was asked for', async () => {
    await create();
    const theirs = await world.target.commitFiles({
      parents: [world.base],
      files: { 'packages/foo/foo.1.0/opam': 'x' },
      date: now - 60,
      author: 'Mia Example <mia@example.org>',
      message: 'Fix the bounds\n',
    });
    await world.target.ref('refs/heads/publish-foo.1.0', theirs);
    const [problem] = await world.problems();
    expect(problem).toMatchObject({
      code: 'target.branch-stands',
      severity: 'error',
      override: '--force-with-lease',
      what: expect.stringMatching(
        new RegExp(
          `at ${theirs}, with 1 commit, 1 of them by others: ${theirs.slice(0, 12)} "Fix the bounds" by Mia Example <mia@example.org>, 2026-05-04`,
        ),
      ) as string,
    });
    const overrides = new Set(['--force-with-lease'] as const);
    expect(await errors({ overrides })).toEqual([]);
    const { plan } = await world.prepared({ overrides });
    expect(plan.submission).toMatchObject({
      replaced: { branch: theirs },
      overwritten: { commits: [{ oid: theirs }], more: false, tag: undefined },
    });
    expect(plan.acts.at(-1)).toContain(
      `push branch publish-foo.1.0 over ${theirs} and tag signet/foo.1.0 to`,
    );
  });
});

describe('the author', () => {
  test('whom git does not know is told the command that mends it', async () => {
    await create();
    const [problem] = await world.problems({}, { author: undefined });
    expect(problem).toMatchObject({
      code: 'identity.missing',
      mend: expect.stringContaining('git config') as string,
    });
  });

  test('whose key does not open hears why, together with everything else', async () => {
    await create({ tag: null });
    await writeFile(join(world.source.folder, 'new.ml'), '');
    const openSigner = () =>
      Promise.reject(new Fault('signer.locked', 'gpg could not open key 0123.', 'Insert the card.'));
    expect(await errors({ tag: 'v1.0' }, { openSigner, author: undefined })).toEqual([
      'identity.missing',
      'source.dirty',
      'key.unusable',
    ]);
  });

  test('whose key makes signatures that nobody would count is told before anything is signed', async () => {
    await create();
    const expired = await makeKey({
      name: 'Old',
      email: 'old@example.org',
      created: now - 50 * day,
      expires: now - day,
    });
    const openSigner = () => Promise.resolve(world.signer(expired));
    expect(await errors({ overrides: new Set(['--accept-tag']) }, { openSigner })).toEqual(['key.unusable']);
  });
});

describe('lint', () => {
  test('errors stop, unless the author insists; warnings are told', async () => {
    await create();
    const lint = () => Promise.resolve({ errors: ['error 23: Missing'], warnings: ['warning 25: Missing'] });
    expect(await errors({}, { lint })).toEqual(['opam.lint']);
    const found = await world.problems({ overrides: new Set(['--force-lint']) }, { lint });
    expect(found.map(({ severity, what }) => [severity, what])).toEqual(
      expect.arrayContaining([
        ['warning', 'opam lint of foo.1.0: error 23: Missing'],
        ['warning', 'opam lint of foo.1.0: warning 25: Missing'],
      ]),
    );
  });

  test("finds what the package repository's own checks would refuse, before they do", async () => {
    const files = bySource({
      'foo.opam': opamSource('foo', 'tags: ["topics"]\ndepexts: [["libfoo"] {os = "linux"}]'),
    });
    await create({ files });
    expect(await errors()).toEqual(['opam.lint']);
    const found = await world.problems({ overrides: new Set(['--force-lint']) });
    expect(found.map(({ code, severity }) => [code, severity])).toEqual(
      expect.arrayContaining([
        ['opam.lint', 'warning'],
        ['opam.lint-warning', 'warning'],
      ]),
    );
  });

  test('a field that opam would not see is refused: verification does the same', async () => {
    await create({ files: bySource({ 'foo.opam': opamSource('foo', 'synopsis: "Another"') }) });
    expect(await errors()).toEqual(['opam.refused']);
  });
});

describe('missing answers', () => {
  const nothing = { to: undefined, archiveUrl: undefined, yes: false };

  test('are told all at once with their flags where nobody can be asked', async () => {
    await create({ tag: null });
    const attempt = world.plan(nothing);
    await expect(attempt).rejects.toMatchObject({ code: 'usage.missing-answers' });
    const fault: unknown = await attempt.catch((error: unknown) => error);
    for (const flag of ['--tag', '--to', '--archive-url', '--yes'])
      expect((fault as Fault).message).toContain(flag);
    expect((fault as Fault).mend).toContain('--tag, --to, --archive-url, --yes');
  });

  test('are asked for at a terminal, with what the source suggests', async () => {
    await create({
      tag: null,
      files: { ...bySource({ 'foo-lwt.opam': opamSource('foo-lwt') }), 'CHANGES.md': '## 1.0\n- First\n' },
    });
    const prompter = new ScriptedPrompter({
      '--to': world.target.folder,
      '--archive-url': archiveUrl,
      PACKAGE: ['foo'],
    });
    const { plan } = await world.prepared(nothing, { prompter });
    expect(prompter.asked).toEqual(['--tag', 'PACKAGE', '--to', '--archive-url']);
    expect(prompter.presets.get('--tag')).toBe('v1.0');
    expect(prompter.choices.get('PACKAGE')).toEqual(['foo', 'foo-lwt']);
    expect(plan.packages.map(({ nameVersion }) => nameVersion)).toEqual(['foo.1.0']);
  });

  test('are not asked for where a cheap check has failed already', async () => {
    await create({ tag: null });
    const prompter = new ScriptedPrompter({});
    const planning = await world.plan(nothing, { prompter, author: undefined });
    expect(planning).toMatchObject({ kind: 'refused', problems: [{ code: 'identity.missing' }] });
    expect(prompter.asked).toEqual([]);
  });

  test('of several tags at HEAD one is asked for', async () => {
    await create();
    await world.tagRelease('v1.1');
    const prompter = new ScriptedPrompter({ '--tag': 'v1.1' });
    expect((await world.prepared({}, { prompter })).plan.version).toBe('1.1');
    expect(prompter.choices.get('--tag')).toEqual(['v1.0', 'v1.1']);
  });

  test('of several keys one is asked for, once', async () => {
    await create();
    const prompter = new ScriptedPrompter({ '--key': 'the right one' });
    const opened: (string | undefined)[] = [];
    const openSigner = (key: string | undefined) => {
      opened.push(key);
      const several = new Fault('signer.not-found', 'Several secret keys fit.', 'Name one.');
      return key === undefined ? Promise.reject(several) : Promise.resolve(world.signer());
    };
    await world.prepared({}, { prompter, openSigner });
    expect(opened).toEqual([undefined, 'the right one']);
  });
});

describe('a dry run', () => {
  test('leaves every reference and object of all repositories as it was, and signs nothing', async () => {
    await create({ tag: null });
    const before = await world.everything();
    const signer = { ...world.signer(), sign: () => Promise.reject(new Error('signed in a dry run')) };
    const { plan } = await world.prepared(
      { dryRun: true, yes: false, tag: 'v1.0' },
      { openSigner: () => Promise.resolve(signer) },
    );
    expect(plan.acts).toHaveLength(4);
    expect(await world.everything()).toBe(before);
  });

  test('needs no key', async () => {
    await create();
    const openSigner = () => Promise.reject(new Fault('signer.not-found', 'There is no key.', 'Make one.'));
    const { plan } = await world.prepared({ dryRun: true, yes: false }, { openSigner });
    expect(plan.key).toBeUndefined();
  });
});

describe('the plan', () => {
  test('compares the opam file with the newest older version, by the order of opam', async () => {
    const old = (synopsis: string) => `opam-version: "2.0"\nsynopsis: "${synopsis}"\n`;
    await create({
      published: {
        'packages/foo/foo.0.10/opam': old('ten'),
        'packages/foo/foo.1.0~rc1/opam': old('candidate'),
        'packages/foo/foo.2.0/opam': old('two'),
      },
    });
    const [planned] = (await world.prepared()).plan.packages;
    expect(planned.comparedWith).toBe('foo.1.0~rc1');
    expect(planned.diff.flat().filter(({ sign }) => sign === '-')).toEqual([
      { sign: '-', text: 'synopsis: "candidate"' },
    ]);
  });

  test('fetches next to nothing of a large repository that knows filters', async () => {
    const published = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `packages/p${index}/p${index}.1/opam`,
        `opam-version: "2.0"\nsynopsis: "${String(index).repeat(200)}"\n`,
      ]),
    );
    await create({ published });
    const { plan } = await world.prepared({ to: `file://${world.target.folder}` });
    expect(plan.target.received).toBeLessThan(25_000);
    await world.target.git('config', 'uploadpack.allowFilter', 'false');
    const whole = await world.prepared({ to: `file://${world.target.folder}` });
    expect(whole.plan.target.received).toBeGreaterThan(plan.target.received);
  });
});
