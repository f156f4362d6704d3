import { describe, expect, test } from 'vitest';
import { opamFile, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const story = () => Scenario.create({ files: { 'packages/lwt/lwt.5.0/opam': opamFile('lwt') } });
const release = (name: string) => ({ [`packages/${name}/${name}.1.0/opam`]: opamFile('not lwt') });

describe('look-alike-name: a new package that is taken for one that stands', () => {
  test.each(verbs)('%s rejects lwt with a Cyrillic letter, whoever signs it', async (verb) => {
    const scenario = await story();
    const name = Buffer.from('lw\u0442').toString('latin1');
    const head = await scenario.commit(scenario.anchor, { by: 'mia', files: release(name) });
    expectRejected(await scenario.judge(verb, head), 'path.unportable', 'lw\\xd1\\x82');
  });

  test.each(['l-wt', 'l_wt', 'Iwt', '1wt', 'lvvt'])('both verbs reject %s by a contributor', async (name) => {
    const scenario = await story();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: release(name) });
    for (const verb of verbs) {
      const found = expectRejected(await scenario.judge(verb, head), 'name.look-alike', name);
      expect(found.message).toContain('looks like the package lwt');
    }
  });

  test.each(verbs)(
    '%s rejects Lwt even by a maintainer: where case is ignored, it is the same folder',
    async (verb) => {
      const scenario = await story();
      const head = await scenario.commit(scenario.anchor, { by: 'mia', files: release('Lwt') });
      expectRejected(await scenario.judge(verb, head), 'path.collision', 'packages/Lwt');
    },
  );

  test.each(verbs)(
    '%s rejects a look-alike that nobody signed, although new names are not enrolled',
    async (verb) => {
      const scenario = await story();
      const head = await scenario.commit(scenario.anchor, { files: release('l-wt') });
      expectRejected(await scenario.judge(verb, head), 'name.look-alike', 'l-wt');
    },
  );

  test.each(verbs)('%s rejects two new names that look alike, in one change', async (verb) => {
    const scenario = await Scenario.create();
    const files = { ...release('cohttp-lwt'), ...release('cohttp_lwt') };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectRejected(await scenario.judge(verb, head), 'name.look-alike', 'cohttp');
  });

  test.each(verbs)('%s verifies l-wt by a maintainer, and lwt-unix by a contributor', async (verb) => {
    const scenario = await story();
    const taken = await scenario.commit(scenario.anchor, { by: 'mia', files: release('l-wt') });
    expectVerified(await scenario.judge(verb, taken));
    const other = await scenario.commit(scenario.anchor, { by: 'alice', files: release('lwt-unix') });
    expectVerified(await scenario.judge(verb, other));
  });

  test('both verbs verify l-wt by a contributor where a maintainer endorses it', async () => {
    const scenario = await story();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: release('l-wt') });
    await scenario.endorsementTag(head, { by: 'mia' });
    for (const verb of verbs) expectVerified(await scenario.judge(verb, head));
  });
});
