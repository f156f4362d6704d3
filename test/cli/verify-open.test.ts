import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyPrCommand } from '../../src/cli/commands/verify-pr.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { fitsSchema } from '../support/report-schema.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

const filesOf = (nameVersion: string) => ({ [opamPath(nameVersion)]: opamFile(nameVersion) });

describe('verify-pr --all-open', () => {
  let forge: ReviewedForge;
  let clone: ForgeClone;

  beforeAll(async () => {
    forge = await ReviewedForge.create();
    clone = await ForgeClone.of(forge);
  });

  afterAll(async () => {
    await forge.close();
  });

  const run = (format: 'text' | 'json' = 'text') => {
    const options = { ...clone.options(''), pr: undefined, allOpen: true };
    return verifyPrCommand(clone.context({ format }), options);
  };

  test('says so where there is none, and that nothing was shown by it', async () => {
    expect(await run()).toBe(3);
    expect(clone.printed).toBe('verify-pr: undetermined: there is no open pull request.\n');
  });

  test('is verified if all are', async () => {
    const { scenario } = forge;
    for (const nameVersion of ['foo.5.1', 'foo.5.2']) {
      await forge.open(
        await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf(nameVersion) }),
        `Package ${nameVersion}`,
      );
    }
    expect(await run(), clone.told).toBe(0);
    expect(clone.printed).toMatch(/^✓ #\d+ verified {5}Package foo\.5\.1 \(alice\)$/m);
    expect(clone.printed).toContain('of 2 open pull requests 2 verified, 0 rejected, 0 undetermined.');
  });

  test('tells of each why not, and is rejected if one is; a head that is gone does not stop the others', async () => {
    const { scenario, upstream } = forge;
    const foreign = await scenario.commit(scenario.anchor, { by: 'bob', files: filesOf('foo.5.3') });
    await forge.open(foreign, 'Bob\u202e takes over');
    const gone = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.5.4') });
    const { number } = await forge.open(gone, 'Gone');
    await upstream.git.git('update-ref', '-d', `refs/pull/${number}/head`);
    expect(await run()).toBe(1);
    expect(clone.printed).toContain(String.raw`rejected     Bob\u{202e} takes over (alice)`);
    expect(clone.printed).toContain('    attribution.no-authority: ');
    expect(clone.printed).toContain(`? #${number} undetermined Gone (alice)\n    `);
    expect(await run('json')).toBe(1);
    const report = JSON.parse(clone.printed) as { conclusion: string; pulls: { conclusion: string }[] };
    expect(fitsSchema(report) ? [] : fitsSchema.errors).toEqual([]);
    expect(report.conclusion).toBe('rejected');
    expect(report.pulls.map(({ conclusion }) => conclusion)).toEqual([
      'verified',
      'verified',
      'rejected',
      'undetermined',
    ]);
  });

  test('tells of each what was not looked up now', async () => {
    const { scenario, upstream } = forge;
    const main = await scenario.commit(scenario.anchor, { by: 'alice', files: filesOf('foo.6.1') });
    await upstream.git.ref('refs/heads/main', main);
    await run();
    expect(clone.printed).not.toContain('from the cache');
    await run();
    expect(clone.printed).toMatch(/^✓ #\d+ verified {5}Package foo\.5\.1 \(alice, partly from the cache\)$/m);
    await run('json');
    const report = JSON.parse(clone.printed) as { pulls: unknown[] };
    expect(fitsSchema(report) ? [] : fitsSchema.errors).toEqual([]);
    expect(report.pulls[0]).toMatchObject({
      remembered: { base: { commit: main, steps: 1 }, release: null },
    });
  });
});
