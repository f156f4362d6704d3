import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/core/report/catalogue.ts';
import { type Claim, finding, type Finding, settle } from '../../../src/core/report/report.ts';

const refuting = finding('attribution.unsigned', {}, 'Nobody signed.');
const open = finding('history.incomplete', {}, 'History ends.');
const remark = finding('attribution.borrowed-name', {}, 'Another name.');
const settled = (proven: boolean, ...findings: readonly Finding[]): Claim =>
  settle('paths', 'Every path', proven, findings);

describe('settle', () => {
  test('a claim that was shown and has nothing against it is upheld, with its evidence', () => {
    expect(settle('paths', 'Every path', true, [], ['7 paths'])).toEqual({
      id: 'paths',
      title: 'Every path',
      status: 'upheld',
      evidence: ['7 paths'],
      findings: [],
    });
    expect(settled(true).evidence).toEqual([]);
  });

  test('a claim that was not shown is unproven, although nothing was found', () => {
    expect(settled(false).status).toBe('unproven');
  });

  test('a finding that refutes beats every proof and every doubt', () => {
    expect(settled(true, open, refuting).status).toBe('refuted');
    expect(settled(false, refuting).status).toBe('refuted');
  });

  test('a finding that leaves open keeps a shown claim unproven', () => {
    expect(settled(true, open).status).toBe('unproven');
  });

  test('a warning does nothing to its claim, not even of a code that refutes as an error', () => {
    expect(remark.severity).not.toBe('error');
    expect(settled(true, remark, { ...refuting, severity: 'warning' }).status).toBe('upheld');
  });

  test('a finding has the severity and mend of the catalogue unless the occasion has better ones', () => {
    const { severity, mend } = catalogue['attribution.unsigned'];
    expect(refuting).toEqual({
      code: 'attribution.unsigned',
      at: {},
      message: 'Nobody signed.',
      severity,
      mend,
    });
    expect(finding('attribution.unsigned', {}, '', { severity: 'note', mend: 'Wait.' })).toMatchObject({
      severity: 'note',
      mend: 'Wait.',
    });
  });
});
