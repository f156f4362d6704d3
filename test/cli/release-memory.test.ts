import { beforeAll, describe, expect, test } from 'vitest';
import { openPullRequest, type PullRequestOptions } from '../../src/cli/pull-request.ts';
import type { ComparedRelease } from '../../src/core/chain/compared-release.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { settle } from '../../src/core/report/report.ts';
import type { VerifyPrRequest } from '../../src/workflows/verify-pr.ts';
import { commandContext } from '../support/command-context.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

describe('what was fetched of releases is remembered', () => {
  let scenario: Scenario;
  let head: Oid;
  let environment: Record<string, string>;

  beforeAll(async () => {
    scenario = await Scenario.create();
    head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.1')]: opamFile('foo') },
    });
    environment = scrubbedEnvironment(await temporaryFolder());
  });

  /** The memory that the request of a verb has. */
  async function memoryWith(more: Partial<PullRequestOptions>): Promise<VerifyPrRequest['releases']> {
    const { ada, ben } = scenario.people;
    const context = commandContext({
      directory: scenario.repository.folder,
      environment,
      now: scenario.now,
      symbols: true,
      print: () => undefined,
      tell: () => undefined,
    });
    const opened = await openPullRequest(context, {
      pr: `${scenario.anchor}..${head}`,
      base: 'HEAD',
      offline: false,
      localSources: false,
      cache: true,
      store: 'auto',
      quorum: '2',
      fingerprint: [ada.fingerprint, ben.fingerprint],
      ...more,
    });
    await opened.close();
    return opened.request.releases;
  }

  test('for verbs that only look, and not with --no-cache', async () => {
    expect(await memoryWith({})).toBeUndefined();
    expect(await memoryWith({ recentReleases: true, cache: false })).toBeUndefined();
    expect(await memoryWith({ recentReleases: true })).toBeDefined();
  });

  test('apart for --local-sources: what was fetched with it counts for nothing without', async () => {
    const source = settle('release.source', 'The source has the tag', true, []);
    const release: ComparedRelease = { at: 1, source, tag: { name: 'v1', oid: head }, compared: [source] };
    const local = await memoryWith({ recentReleases: true, localSources: true });
    await local?.keep('conditions', release);
    expect(await local?.recall('conditions')).toEqual(release);
    expect(await (await memoryWith({ recentReleases: true }))?.recall('conditions')).toBeUndefined();
  });
});
