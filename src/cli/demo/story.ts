import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { makeThrowawayKey, type ThrowawayKey } from '../../adapters/throwaway-key.ts';
import type { Seconds } from '../../core/ports.ts';
import type { Stage } from './stage.ts';

/** The id that the demo's package repository bears. */
const repositoryId = 'https://example.org/opam-repository';

interface Cast {
  /** Admin and maintainer. */
  readonly ada: ThrowawayKey;
  /** Admin. */
  readonly ben: ThrowawayKey;
  /** Author of foo. */
  readonly alice: ThrowawayKey;
  /** A contributor too, but not an owner of foo. */
  readonly bob: ThrowawayKey;
}

/** Plays the whole story (docs/cli, demo). Every judgement on the way is noted as a proof. */
export async function play(stage: Stage, now: Seconds): Promise<void> {
  const cast = await prepare(stage, now);
  const trust = [
    '--quorum',
    '2',
    '--fingerprint',
    cast.ada.fingerprint,
    '--fingerprint',
    cast.ben.fingerprint,
  ];
  await makeKeyring(stage, cast);
  const server = await stage.serve('downloads');
  await publishFoo(stage, server);
  await verifySubmission(stage, trust);
  await foreignPackage(stage, trust, server);
  await mergeFoo(stage, trust);
  await evilMerge(stage, trust);
}

async function prepare(stage: Stage, now: Seconds): Promise<Cast> {
  stage.act('Ada and Ben administer a package repository; Alice has written foo; Bob has another package');
  const made = async (name: string): Promise<ThrowawayKey> => {
    const id = name.toLowerCase();
    const key = await makeThrowawayKey(name, `${id}@example.org`, now);
    await stage.write(`keys/${id}.secret.asc`, key.secretKey, 0o600);
    await stage.write(`keys/${id}.asc`, key.certificate);
    return key;
  };
  const [ada, ben, alice, bob] = await Promise.all([made('Ada'), made('Ben'), made('Alice'), made('Bob')]);
  await stage.write(
    'gitconfig',
    '[init]\n\tdefaultBranch = main\n[user]\n\tname = Ada\n\temail = ada@example.org\n',
  );
  await stage.git('.', 'init', '--quiet', '--bare', 'opam-repository.git');
  await stage.git('.', 'clone', '--quiet', 'opam-repository.git', 'ada');
  await stage.write('ada/repo', 'opam-version: "2.0"\n');
  await stage.write('ada/packages/bar/bar.1.0/opam', opamFile('bar', 'Another package'));
  return { ada, ben, alice, bob };
}

const opamFile = (name: string, synopsis: string, source = `https://example.org/${name}.git`): string =>
  `opam-version: "2.0"
synopsis: "${synopsis}"
maintainer: "alice@example.org"
authors: "Alice"
license: "ISC"
homepage: "https://example.org/${name}"
bug-reports: "https://example.org/${name}/issues"
dev-repo: "git+${source}"
`;

async function makeKeyring(stage: Stage, { alice, bob }: Cast): Promise<void> {
  stage.act('The admins make the first keyring file: two of them must sign every change');
  const ada = 'ada';
  await stage.signet(
    ada,
    'keyring',
    'init',
    '--repository',
    repositoryId,
    '--threshold',
    '2',
    '--admin',
    'ada=../keys/ada.asc',
    '--admin',
    'ben=../keys/ben.asc',
    '--yes',
  );
  await stage.signet(ada, 'keyring', 'add', 'ada', '--role', 'admin', '--role', 'maintainer', '--yes');
  await stage.signet(ada, 'keyring', 'add', 'alice', `../keys/alice.asc`, '--name', 'Alice', '--yes');
  await stage.signet(
    ada,
    'keyring',
    'add',
    'bob',
    `../keys/bob.asc`,
    '--name',
    'Bob',
    '--package',
    'bar',
    '--yes',
  );
  for (const admin of ['ada', 'ben']) {
    await stage.signet(ada, 'keyring', 'sign', '--key-file', `../keys/${admin}.secret.asc`, '--yes');
  }
  await stage.prove(
    {
      what: `Ada and Ben vouch for ${alice.fingerprint.slice(0, 8)}… and ${bob.fingerprint.slice(0, 8)}…`,
      conclusion: 'verified',
    },
    ada,
    'keyring',
    'check',
  );
  await stage.git(ada, 'add', '.');
  await stage.git(ada, 'commit', '--quiet', '--message', 'Begin signed history');
  await stage.git(ada, 'push', '--quiet', 'origin', 'HEAD:main');
}

async function publishFoo(stage: Stage, server: string): Promise<void> {
  stage.act('Alice publishes foo 1.0: release tag, archive, commit and submission tag, all signed');
  await stage.write('foo/src/foo.ml', 'let answer = 42\n');
  await stage.write('foo/CHANGES.md', '# 1.0\n\nThe answer.\n');
  await stage.git('.', 'init', '--quiet', '--bare', 'foo.git');
  const address = pathToFileURL(stage.path('foo.git')).href;
  await stage.write('foo/foo.opam', opamFile('foo', 'The foo of this story', address));
  await stage.git('foo', 'init', '--quiet');
  await stage.git('foo', 'config', 'user.name', 'Alice');
  await stage.git('foo', 'config', 'user.email', 'alice@example.org');
  await stage.git('foo', 'remote', 'add', 'origin', address);
  await stage.git('foo', 'add', '.');
  await stage.git('foo', 'commit', '--quiet', '--message', 'The answer');
  await stage.git('foo', 'push', '--quiet', '--set-upstream', 'origin', 'main');
  const archive = stage.path('downloads', 'foo-1.0.tar.gz');
  await stage.write('downloads/README', 'What users download.\n');
  const repository = pathToFileURL(stage.path('opam-repository.git')).href;
  await stage.signet(
    'foo',
    'publish',
    '--tag',
    '1.0',
    '--to',
    repository,
    '--key-file',
    '../keys/alice.secret.asc',
    '--archive-file',
    archive,
    '--archive-url',
    `${server}/foo-1.0.tar.gz`,
    '--yes',
  );
  await stage.git('ada', 'fetch', '--quiet', '--tags', 'origin');
}

/** What the maintainer looks at: the submission tag, and the release that it speaks of. */
const submission = ['signet/foo.1.0', '--base', 'main', '--local-sources'];

async function verifySubmission(stage: Stage, trust: readonly string[]): Promise<void> {
  stage.act('Ada verifies the submission: who signed, and whether the archive is what the tag holds');
  await stage.prove(
    { what: "Alice's release, from source tag to submission", conclusion: 'verified' },
    'ada',
    'verify-pr',
    ...submission,
    ...trust,
  );

  stage.act('Attack: somebody swaps the archive on the download server');
  const archive = 'downloads/foo-1.0.tar.gz';
  const genuine = await readFile(stage.path(archive));
  await stage.git(
    'foo',
    'archive',
    '--format=tar.gz',
    '--prefix=foo-1.0/',
    '--output',
    stage.path(archive),
    await swappedTree(stage),
  );
  await stage.prove(
    { what: 'An archive with another foo.ml in it', conclusion: 'rejected', code: 'release.archive-differs' },
    'ada',
    'verify-pr',
    '--no-cache',
    ...submission,
    ...trust,
  );
  await stage.write(archive, genuine);
}

/** The release with one file changed, as a tree that no branch or tag names. */
async function swappedTree(stage: Stage): Promise<string> {
  await stage.write('foo/src/foo.ml', 'let answer = 41\n');
  await stage.git('foo', 'add', '.');
  const tree = await stage.git('foo', 'write-tree');
  await stage.git('foo', 'reset', '--quiet', '--hard');
  return tree;
}

async function foreignPackage(stage: Stage, trust: readonly string[], server: string): Promise<void> {
  stage.act('Attack: Bob, who is known but does not own foo, submits a foo 1.1 of his own');
  await stage.git('ada', 'checkout', '--quiet', '-b', 'main-with-foo', 'main');
  await stage.git(
    'ada',
    'merge',
    '--quiet',
    '--no-ff',
    '--message',
    'Merge foo 1.0',
    'signet/foo.1.0^{commit}',
  );
  await stage.git('ada', 'push', '--quiet', 'origin', 'main-with-foo:main');
  await stage.git('foo', 'config', 'user.name', 'Bob');
  await stage.git('foo', 'config', 'user.email', 'bob@example.org');
  await stage.write('foo/src/foo.ml', 'let answer = 43\n');
  await stage.write('foo/CHANGES.md', '# 1.1\n\nAnother answer.\n');
  await stage.git('foo', 'commit', '--quiet', '--all', '--message', 'Another answer');
  const archive = stage.path('downloads', 'foo-1.1.tar.gz');
  const repository = pathToFileURL(stage.path('opam-repository.git')).href;
  await stage.signet(
    'foo',
    'publish',
    '--tag',
    '1.1',
    '--to',
    repository,
    '--key-file',
    '../keys/bob.secret.asc',
    '--archive-file',
    archive,
    '--archive-url',
    `${server}/foo-1.1.tar.gz`,
    '--yes',
  );
  await stage.git('ada', 'fetch', '--quiet', '--tags', 'origin');
  await stage.prove(
    {
      what: "Bob's release of a package that Alice owns",
      conclusion: 'rejected',
      code: 'attribution.no-authority',
    },
    'ada',
    'verify-pr',
    'signet/foo.1.1',
    '--base',
    'main-with-foo',
    '--offline',
    ...trust,
  );
}

async function mergeFoo(stage: Stage, trust: readonly string[]): Promise<void> {
  stage.act("Alice's submission was merged by a button, unsigned; the merged history still proves itself");
  await stage.prove(
    { what: 'The mainline, from the first keyring on', conclusion: 'verified' },
    'ada',
    'verify-repo',
    '--to',
    'main-with-foo',
    '--explain',
    'foo',
    ...trust,
  );
}

async function evilMerge(stage: Stage, trust: readonly string[]): Promise<void> {
  stage.act('Attack: a merge that slips in a change of its own');
  await stage.git('ada', 'checkout', '--quiet', '-b', 'topic', 'main-with-foo');
  await stage.write('ada/packages/baz/baz.1.0/opam', opamFile('baz', 'A pretext'));
  await stage.git('ada', 'add', '.');
  await stage.git('ada', 'commit', '--quiet', '--message', 'Add baz');
  await stage.git('ada', 'checkout', '--quiet', '-b', 'evil', 'main-with-foo');
  await stage.git('ada', 'merge', '--quiet', '--no-ff', '--no-commit', 'topic');
  await stage.write('ada/packages/foo/foo.1.0/opam', opamFile('foo', 'Not the foo that Alice wrote'));
  await stage.git('ada', 'add', '.');
  await stage.git('ada', 'commit', '--quiet', '--message', 'Merge topic');
  await stage.prove(
    {
      what: "A merge that changes Alice's foo on the way",
      conclusion: 'rejected',
      code: 'attribution.evil-merge',
    },
    'ada',
    'verify-repo',
    '--to',
    'evil',
    ...trust,
  );
}
