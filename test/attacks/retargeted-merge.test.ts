import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mergePrCommand } from '../../src/cli/commands/merge-pr.ts';
import type { MergeMethod } from '../../src/core/review-ports.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

let forge: ReviewedForge;

beforeAll(async () => {
  forge = await ReviewedForge.create();
});

afterAll(() => forge.close());

beforeEach(async () => {
  forge.server.disturb = () => undefined;
  await forge.rewind();
  await forge.upstream.git.ref('refs/heads/release', forge.scenario.anchor);
});

/** A good pull request for main, which a maintainer is about to merge by the button. */
async function story(version: string, method: MergeMethod) {
  const { scenario } = forge;
  const files = { [opamPath(version)]: opamFile(version) };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const pull = await forge.open(head);
  const tag = await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: version,
    after: scenario.digest(opamFile(version)),
  });
  await forge.keepTag(`signet/${version}`, tag, forge.fork);
  const clone = await ForgeClone.of(forge);
  const options = { ...clone.options(`${pull.number}`), button: true, method, dryRun: false };
  return { pull, clone, options };
}

const tipOf = (branch: string): Promise<string> =>
  forge.upstream.git.git('rev-parse', `refs/heads/${branch}`);

/** What happens at the moment when the button is pressed. */
function whenPressed(act: () => { readonly status: number } | undefined): void {
  forge.server.disturb = ({ method, path }) =>
    method === 'PUT' && path.endsWith('/merge') ? act() : undefined;
}

describe('retargeted-merge: the button merges into another branch than the one that was verified', () => {
  test('merge-pr presses nothing where the pull request is for another branch by now', async () => {
    const { pull, clone, options } = await story('foo.5.1', 'merge');
    const looking = {
      ...clone.context(),
      tell: () => {
        pull.baseBranch = 'release';
      },
    };
    await expect(mergePrCommand(looking, options)).rejects.toMatchObject({
      code: 'merge.refused',
      message: expect.stringContaining('for release') as string,
    });
    expect(pull.merged).toBeUndefined();
  });

  test.each(['merge', 'squash', 'rebase'] as const)(
    'merge-pr says yes to no %s that went elsewhere at the very moment',
    async (method) => {
      const { pull, clone, options } = await story(`foo.5.${method}`, method);
      whenPressed(() => {
        pull.baseBranch = 'release';
        return undefined;
      });
      await expect(mergePrCommand(clone.context(), options)).rejects.toMatchObject({
        code: 'merge.unconfirmed',
      });
      expect(await tipOf('main')).toBe(forge.scenario.anchor);
    },
  );

  test('merge-pr says yes to no merge that the forge only claims', async () => {
    const { clone, options } = await story('foo.5.3', 'squash');
    whenPressed(() => ({ status: 200 }));
    await expect(mergePrCommand(clone.context(), options)).rejects.toMatchObject({
      code: 'merge.unconfirmed',
    });
  });

  test.each(['merge', 'squash', 'rebase'] as const)('an honest %s goes through', async (method) => {
    const { clone, options } = await story(`foo.6.${method}`, method);
    expect(await mergePrCommand(clone.context(), options), clone.told).toBe(0);
    expect(await tipOf('main')).not.toBe(forge.scenario.anchor);
    expect(await tipOf('release')).toBe(forge.scenario.anchor);
  });
});
