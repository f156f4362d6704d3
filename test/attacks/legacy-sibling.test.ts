import { describe, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const source = 'http: "https://example.com/evil-1.0.tar.gz"\nchecksum: "d41d8cd98f00b204e9800998ecf8427e"\n';

describe('legacy-sibling: files of opam 1 beside the opam file, which opam still reads', () => {
  test.each([
    ['url', source],
    ['descr', 'foo, but better\n'],
    ['url.in', source],
  ])('both verbs reject %s, although an owner signed it', async (name, content) => {
    const scenario = await Scenario.create();
    const path = `packages/foo/foo.1.0/${name}`;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: content } });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'path.layout', path);
  });

  test('both verbs reject it where it changes a sibling that stood before', async () => {
    const path = 'packages/foo/foo.1.0/url';
    const scenario = await Scenario.create({ files: { [path]: source } });
    const head = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [path]: source.replace('1.0.tar', '1.1.tar') },
    });
    for (const verb of verbs) expectRejected(await scenario.judge(verb, head), 'path.layout', path);
  });

  test('both verbs verify a description and a source in the opam file itself', async () => {
    const scenario = await Scenario.create();
    const url = `url {\n  src: "https://example.org/foo-1.0.tar.gz"\n  checksum: "sha256=${'0'.repeat(64)}"\n}\n`;
    const files = { [opamPath('foo.1.0')]: `${opamFile('foo')}description: "A foo."\n${url}` };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
  });
});
