import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Conclusion } from '../../src/core/report/report.ts';
import type { MergeMethod } from '../../src/core/review-ports.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

/** What stands under refs/tags/signet/ when the button is pressed. */
type Tags = 'no tag' | "the author's submission tag" | "a maintainer's endorsement";

interface Story {
  readonly method: MergeMethod;
  readonly tags: Tags;
  /** Whether somebody changed the file in the web interface after the author had signed. */
  readonly edited: boolean;
  readonly expected: Conclusion;
}

const methods: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];
const tagged: readonly Tags[] = ['no tag', "the author's submission tag", "a maintainer's endorsement"];

/**
 * The author's commits survive a merge only, and her tag speaks of what she signed, which is no longer the content once
 * it was edited. An endorsement is made last, and answers for whatever stands there then; but a rebase makes each commit
 * a step of its own, and what the first of them brings in, before the edit, is stated by nobody.
 */
function expectation({ method, tags, edited }: Omit<Story, 'expected'>): Conclusion {
  switch (tags) {
    case 'no tag':
      return method === 'merge' && !edited ? 'verified' : 'rejected';
    case "the author's submission tag":
      return edited ? 'rejected' : 'verified';
    case "a maintainer's endorsement":
      return method === 'rebase' && edited ? 'rejected' : 'verified';
    default:
      return tags satisfies never;
  }
}

const stories: readonly Story[] = methods.flatMap((method) =>
  tagged.flatMap((tags) =>
    [false, true].map((edited) => ({
      method,
      tags,
      edited,
      expected: expectation({ method, tags, edited }),
    })),
  ),
);

describe("what verify-repo says after a forge's button", () => {
  let forge: ReviewedForge;

  beforeAll(async () => {
    forge = await ReviewedForge.create();
  });

  afterAll(async () => {
    await forge.close();
  });

  test.each(stories)(
    '$method with $tags, edited in the browser: $edited, is $expected',
    async ({ method, tags, edited, expected }) => {
      const { scenario, server, upstream } = forge;
      const nameVersion = `foo.2.${stories.findIndex((one) => one.method === method && one.tags === tags && one.edited === edited)}`;
      const content = opamFile(`foo, ${method}`);
      const files = { [opamPath(nameVersion)]: content };
      const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
      const pull = await forge.open(head, nameVersion);
      const after = scenario.digest(content);
      if (tags === "the author's submission tag") {
        const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion, after });
        await forge.keepTag(`signet/${nameVersion}`, tag);
      }
      const suggested = opamFile(`foo, ${method}, as suggested`);
      if (edited) await server.suggest(pull, 'mia', opamPath(nameVersion), suggested);
      if (tags === "a maintainer's endorsement") {
        await scenario.repository.git(
          'fetch',
          '--quiet',
          upstream.git.folder,
          `refs/pull/${pull.number}/head`,
        );
        const packages = [`${nameVersion} none ${edited ? scenario.digest(suggested) : after}`];
        const tag = await scenario.endorsementTag(pull.headOid, { by: 'mia', packages });
        await forge.keepTag(`signet/endorse/${pull.headOid}`, tag);
      }
      const merged = await server.merge(pull, 'mia', method);
      const report = await scenario.verifyRepo(merged, { folder: upstream.git.folder });
      await forge.rewind();
      expect(report.conclusion, report.findings.map(({ message }) => message).join('\n')).toBe(expected);
      if (expected === 'rejected') {
        expect(report.findings.map(({ at }) => at.path ?? '').join()).toContain(nameVersion);
      }
    },
  );
});
