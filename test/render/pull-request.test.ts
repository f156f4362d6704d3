import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { withBlock } from '../../src/core/publish/marked-block.ts';
import type { PublishPlan } from '../../src/core/publish/plan.ts';
import { pullRequestText } from '../../src/render/pull-request.ts';

const template = await readFile(new URL('../../templates/pull-request.md', import.meta.url), 'utf8');
const oid = '1'.repeat(40) as Oid;

const plan = (changes: string): PublishPlan => ({
  ...{ version: '1.0', changes, source: undefined, acts: [], key: undefined },
  packages: [
    { name: 'foo', nameVersion: 'foo.1.0', path: 'x', digest: 'h1:', comparedWith: undefined, diff: [] },
  ],
  releaseTag: { name: 'v1.0', oid, commit: oid, message: undefined, pushTo: undefined },
  archive: { url: 'https://a', sha256: '', sha512: '', bytes: 1, file: undefined, asset: undefined },
  author: { name: 'Alice', email: 'a@b', zone: '+0000' },
  target: { forge: 'git', address: 'https://t', branch: 'main', base: oid, repository: 'r', received: 0 },
  submission: { branch: 'b', tag: 't', title: 'Package foo.1.0', expires: 0, overwritten: undefined },
});

const textWith = (changes: string): string => pullRequestText(template, plan(changes), new Map());

describe('the change log in a pull request', () => {
  test('stands in a block of code, folded, and not at all where there is none', () => {
    expect(textWith('- Fix #12, thanks to @mia')).toContain(
      '<details><summary>What has changed</summary>\n\n```text\n- Fix #12, thanks to @mia\n```\n\n</details>\n\nWhat was',
    );
    expect(textWith('')).not.toMatch(/details|changes\}|\n\n\n/);
  });

  test('can neither end its block nor ours, nor move the cursor', () => {
    const hostile = '````\n</details>\n@mia <!-- opam-signet: end -->\n\u001b[2J\u202E';
    const text = textWith(hostile);
    expect(text).toContain('`````text\n````\n</details>\n@mia <! -- opam-signet: end');
    expect(text).toContain('\\u{1b}[2J\\u{202e}');
    const body = withBlock('Words of people.', text);
    expect(withBlock(body, 'Anew')).toMatch(
      /^Words of people\.\n\n<!-- [^\n]*\nAnew\n<!-- opam-signet: end -->$/,
    );
  });

  test('is cut where nobody would read on', () => {
    const text = textWith(Array.from({ length: 500 }, (_, index) => `- change ${index}`).join('\n'));
    expect(text).toContain('- change 59\n```\n\nThe change log has more.');
    expect(textWith('x'.repeat(100_000)).length).toBeLessThan(6000);
  });
});
