import { expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { Released } from '../support/released.ts';

test('what could not be fetched of a release is told with what mends that', async () => {
  const released = await Released.create();
  const refused = () =>
    Promise.reject(new Fault('network.failed', 'It is not fetched.', 'Allow others with --local-sources.'));
  const { conclusion, findings } = await released.verifyPr({
    sources: { fetchTag: refused, fetchArchive: refused },
  });
  await released.close();
  expect(conclusion).toBe('undetermined');
  const told = findings.filter(({ message }) => message === 'It is not fetched.');
  expect(told.map(({ code, mend }) => [code, mend]).sort()).toEqual([
    ['release.archive-absent', 'Allow others with --local-sources.'],
    ['release.source-absent', 'Allow others with --local-sources.'],
  ]);
});
