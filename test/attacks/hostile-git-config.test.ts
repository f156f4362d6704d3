import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { TestRepository } from '../support/repository.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectUndetermined, expectVerified } from '../support/verdicts.ts';

const kinds = ['git', 'embedded'] as const;
const files = { [opamPath('foo.1.1')]: opamFile('foo, the next') };

async function story() {
  const scenario = await Scenario.create();
  const good = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const evil = await scenario.commit(scenario.anchor, { by: 'mallory', files });
  return { scenario, good, evil, folder: scenario.repository.gitFolder };
}

/** Names a program wherever git's configuration can name one. The program leaves a mark and says that all is good. */
async function infect(folder: string): Promise<string> {
  const mark = join(folder, 'the-program-ran');
  const program = join(folder, 'program');
  const words = '[GNUPG:] NEWSIG\\n[GNUPG:] GOODSIG 0 x\\n[GNUPG:] TRUST_ULTIMATE 0 pgp\\n';
  await writeFile(program, `#!/bin/sh\ntouch ${mark}\nprintf '${words}'\ncat\n`);
  await chmod(program, 0o755);
  const settings = [
    `[core]\n fsmonitor = ${program}\n hooksPath = ${folder}\n sshCommand = ${program}\n pager = ${program}\n editor = ${program}\n attributesFile = ${folder}/evil-attributes\n gitProxy = ${program}\n askPass = ${program}`,
    `[gpg]\n program = ${program}\n[gpg "openpgp"]\n program = ${program}\n[gpg "ssh"]\n program = ${program}`,
    `[filter "evil"]\n clean = ${program}\n smudge = ${program}\n process = ${program}\n required = true`,
    `[diff]\n external = ${program}\n[diff "evil"]\n command = ${program}\n textconv = ${program}`,
    `[alias]\n cat-file = !${program}\n rev-list = !${program}\n for-each-ref = !${program}`,
    `[uploadpack]\n packObjectsHook = ${program}\n[credential]\n helper = !${program}`,
    `[log]\n showSignature = true\n[include]\n path = ${folder}/absent`,
  ];
  await appendFile(join(folder, 'config'), `${settings.join('\n')}\n`);
  await mkdir(join(folder, 'info'), { recursive: true });
  for (const file of ['evil-attributes', 'info/attributes']) {
    await writeFile(join(folder, file), '* filter=evil diff=evil\n');
  }
  for (const hook of ['reference-transaction', 'post-index-change', 'pre-auto-gc']) {
    await writeFile(join(folder, hook), await readFile(program), { mode: 0o755 });
  }
  return mark;
}

describe.each(kinds)(
  'hostile-git-config, read by the %s store: what a repository says about itself is ignored',
  (kind) => {
    test('no program of its configuration runs, and no verdict changes', async () => {
      const { scenario, good, evil, folder } = await story();
      const mark = await infect(folder);
      expectVerified(await scenario.verifyPr(scenario.anchor, good, { kind }));
      expectRejected(await scenario.verifyPr(scenario.anchor, evil, { kind }), 'signature.unknown-key', evil);
      expectVerified(await scenario.verifyRepo(good, { kind }));
      expect(existsSync(mark)).toBe(false);
    });

    test('refs/replace shows neither a good commit for an evil one nor the other way round', async () => {
      const { scenario, good, evil } = await story();
      await scenario.repository.git('replace', evil, good);
      expectRejected(await scenario.verifyPr(scenario.anchor, evil, { kind }), 'signature.unknown-key', evil);
      await scenario.repository.git('replace', '-d', evil);
      await scenario.repository.git('replace', good, evil);
      expectVerified(await scenario.verifyPr(scenario.anchor, good, { kind }));
    });

    test('a graft does not cut an evil commit out of history', async () => {
      const { scenario, evil, folder } = await story();
      const head = await scenario.commit(evil, {
        by: 'alice',
        files: { [opamPath('foo.1.2')]: opamFile('foo') },
      });
      await mkdir(join(folder, 'info'), { recursive: true });
      await writeFile(join(folder, 'info', 'grafts'), `${head} ${scenario.anchor}\n`);
      expectRejected(await scenario.verifyRepo(head, { kind }), 'signature.unknown-key', evil);
      expectRejected(await scenario.verifyPr(scenario.anchor, head, { kind }), 'signature.unknown-key', evil);
    });

    test('an index and a work tree beside the history say nothing', async () => {
      const { scenario, good, folder } = await story();
      await writeFile(join(folder, 'index'), 'no index at all');
      await writeFile(join(folder, '.gitattributes'), '* filter=evil\n');
      expectVerified(await scenario.verifyPr(scenario.anchor, good, { kind }));
    });
  },
);

test('git verify-commit itself runs the program that the repository names, and believes it', async () => {
  const { scenario, evil, folder } = await story();
  const mark = await infect(folder);
  expect((await scenario.repository.tryGit(['verify-commit', evil])).status).toBe(0);
  expect(existsSync(mark)).toBe(true);
});

describe('hostile-git-config: where objects come from', () => {
  const stored = (folder: string, oid: Oid): string => join(folder, 'objects', oid.slice(0, 2), oid.slice(2));

  /** Another repository that has other bytes under the id of the good commit, and is named as an alternate. */
  async function forgedAlternate() {
    const { scenario, good, evil, folder } = await story();
    const other = await TestRepository.create({ bare: true });
    await mkdir(dirname(stored(other.folder, good)), { recursive: true });
    await writeFile(stored(other.folder, good), await readFile(stored(folder, evil)));
    await mkdir(join(folder, 'objects', 'info'), { recursive: true });
    await writeFile(join(folder, 'objects', 'info', 'alternates'), `${other.folder}/objects\n`);
    return { scenario, good, folder };
  }

  test("an alternate that has other bytes under an id does not come before the repository's own", async () => {
    const { scenario, good } = await forgedAlternate();
    expectVerified(await scenario.verifyPr(scenario.anchor, good, { kind: 'git' }));
  });

  test('other bytes under an id are found out where nothing else stands there', async () => {
    const { scenario, good, folder } = await forgedAlternate();
    await rm(stored(folder, good));
    const report = await scenario.verifyPr(scenario.anchor, good, { kind: 'git' });
    expectUndetermined(report, 'object.corrupt');
  });

  test('a promisor remote is not asked for a missing object, and no program of it runs', async () => {
    const { scenario, good, folder } = await story();
    const mark = await infect(folder);
    const program = join(folder, 'program');
    const remote = `[remote "evil"]\n url = ext::${program}\n promisor = true\n uploadpack = ${program}\n`;
    await appendFile(join(folder, 'config'), `${remote}[protocol]\n allow = always\n`);
    const blob = (await scenario.repository.git('rev-parse', `${good}:${opamPath('foo.1.1')}`)) as Oid;
    await rm(stored(folder, blob));
    expectUndetermined(await scenario.verifyPr(scenario.anchor, good, { kind: 'git' }), 'object.missing');
    expect(existsSync(mark)).toBe(false);
  });
});

describe('hostile-git-config: the environment', () => {
  beforeEach(() => {
    vi.stubEnv('GIT_DIR', '/nowhere');
    vi.stubEnv('GIT_OBJECT_DIRECTORY', '/nowhere/objects');
    vi.stubEnv('GIT_NAMESPACE', 'elsewhere');
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'extensions.objectFormat');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'sha256');
    vi.stubEnv('GIT_REPLACE_REF_BASE', 'refs/heads/');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each(kinds)('variables of git do not lead the %s store elsewhere', async (kind) => {
    const { scenario, good, evil } = await story();
    expectVerified(await scenario.verifyPr(scenario.anchor, good, { kind }));
    expectRejected(await scenario.verifyPr(scenario.anchor, evil, { kind }), 'signature.unknown-key', evil);
  });
});
