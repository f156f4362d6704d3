import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateSet } from '../../src/core/openpgp/certificate-set.ts';
import { certificatesOf, judge, payload } from '../core/openpgp/judging.ts';
import { GpgHome, installed, type GpgVerdict } from '../support/gpg-home.ts';
import { Sequoia } from '../support/sequoia.ts';
import { now } from './openpgp-case.ts';
import { cases } from './openpgp-cases.ts';

const gpg = installed('gpg');
const sq = installed('sq') && installed('sqv') && installed('faketime');

describe('what we say of each case', () => {
  it.each(cases)('%s', async (_, make, { ours }) => {
    const { certificate, armored, made, used = made } = await make();
    const certificates = certificatesOf({ certificate });
    expect(judge(armored, certificates, made, { now, position: used }).reason).toBe(ours);
  });

  it.each(cases)('without any certificate nothing is good: %s', async (_, make) => {
    const { armored, made } = await make();
    expect(judge(armored, new CertificateSet([]), made, { now }).verdict).not.toBe('good');
  });
});

describe.skipIf(!gpg)(`what gpg says of each case${gpg ? '' : ' (gpg is not installed)'}`, () => {
  it.each(cases)('%s', async (_, make, expected) => {
    const { certificate, armored } = await make();
    const home = new GpgHome();
    try {
      home.import(certificate);
      expect(inWords(home.verify(armored, payload, now))).toBe(expected.gpg);
    } finally {
      home.close();
    }
  });
});

describe.skipIf(!sq)(
  `what sq and sqv say of each case${sq ? '' : ' (sq, sqv or faketime is not installed)'}`,
  () => {
    let sequoia: Sequoia;
    beforeAll(() => {
      sequoia = new Sequoia();
    });
    afterAll(() => {
      sequoia.close();
    });

    it.each(cases)('%s', async (_, make, expected) => {
      const { certificate, armored } = await make();
      const bySqv = sequoia.sqv(certificate, armored, payload, now);
      const bySq = sequoia.sq(certificate, armored, payload, now);
      expect(bySqv && !bySq ? 'sqv good' : bySq ? 'good' : 'bad').toBe(expected.sq);
    });
  },
);

const words: ReadonlyMap<string, string> = new Map([
  ['GOODSIG', 'good'],
  ['BADSIG', 'bad'],
  ['EXPKEYSIG', 'key expired'],
  ['REVKEYSIG', 'key revoked'],
  ['EXPSIG', 'signature expired'],
  ['NODATA', 'no data'],
]);

/** gpg's status lines (GnuPG doc/DETAILS), one word for each signature; an exit status that contradicts them is said too. */
function inWords({ lines, status }: GpgVerdict): string {
  const said = lines.flatMap((line) => {
    const [, keyword = '', ...rest] = line.split(' ');
    const word = keyword === 'ERRSIG' ? `error ${rest[5] ?? ''}` : words.get(keyword);
    return word === undefined ? [] : [word];
  });
  const verdict = [...said].join(', ') || 'nothing';
  return verdict === 'good' && status !== 0 ? `good, but status ${status ?? 'none'}` : verdict;
}
