import { describe, test } from 'vitest';
import type { Person } from '../support/cast.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const sources = `url { src: "https://example.org/foo-1.1.tbz" checksum: "sha256=${'0'.repeat(64)}" }\n`;
const path = opamPath('foo.1.1');

async function story(policy: 'report' | 'require', by: Person, content = `${opamFile('foo')}${sources}`) {
  const scenario = await Scenario.create({ keyring: () => ({ policy: { 'source-tag': policy } }) });
  const head = await scenario.commit(scenario.anchor, { by, files: { [path]: content } });
  return { scenario, head, after: scenario.digest(content) };
}

describe('unsubmitted-release: releases must come from signed tags, and no submission names one', () => {
  test('verify-pr rejects it although the owner signed the commit', async () => {
    const { scenario, head } = await story('require', 'alice');
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'release.source-required', path);
  });

  test('verify-pr rejects it where the submission on the head states another version', async () => {
    const { scenario, head } = await story('require', 'alice');
    const old = { before: scenario.digest(opamFile('foo')), after: scenario.digest('another') };
    await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.0', ...old });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'release.source-required', path);
  });

  test('verify-pr rejects it where the submission is not fit', async () => {
    const { scenario, head, after } = await story('require', 'alice');
    await scenario.submissionTag(head, { by: 'mallory', nameVersion: 'foo.1.1', after });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'release.source-required', path);
  });

  test("verify-pr rejects it where another contributor's submission stands in for the owner's", async () => {
    const { scenario, head, after } = await story('require', 'alice');
    await scenario.submissionTag(head, { by: 'bob', nameVersion: 'foo.1.1', after });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'release.source-required', path);
  });

  test("verify-pr judges the owner's submission, whatever else is on the head", async () => {
    const { scenario, head, after } = await story('require', 'alice');
    await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after });
    await scenario.submissionTag(head, { by: 'bob', nameVersion: 'bar.9', after });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('verify-pr verifies it with the submission, as far as can be told offline', async () => {
    const { scenario, head, after } = await story('require', 'alice');
    await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test.each([
    ['what a maintainer answers for', 'require', 'mia', undefined],
    ['a package without sources', 'require', 'alice', opamFile('foo')],
    ['the same where the keyring file asks for no signed tag', 'report', 'alice', undefined],
  ] as const)('verify-pr verifies %s', async (_what, policy, by, content) => {
    const { scenario, head } = await story(policy, by, content);
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('verify-pr verifies a change of a release that stands', async () => {
    const { scenario, head } = await story('require', 'mia');
    const files = { [path]: `${opamFile('foo, better')}${sources}` };
    const next = await scenario.commit(head, { by: 'alice', files });
    expectVerified(await scenario.verifyPr(head, next));
  });
});
