import { type Chronicle, signatureLetters } from '../../src/core/report/chronicle.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const hour = 60 * 60;

/** A chronicle of a made-up history: every step adds one version; each tenth is unsigned, each thousandth rejected. */
export function longChronicle(length: number): Chronicle {
  const column = <T>(of: (place: number) => T): T[] => Array.from({ length }, (_, place) => of(place));
  const kindOf = (place: number): number => (place % 1000 === 999 ? 6 : place % 10 === 9 ? 5 : 1);
  const signed = (place: number): boolean => kindOf(place) === 1;
  const letters = `${signatureLetters.absent}${signatureLetters.attributes}`;
  return {
    forgotten: 0,
    steps: {
      oid: column((place) => place.toString(16).padStart(40, '0')),
      time: column((place) => start + place * hour),
      conclusion: column((place) => (kindOf(place) === 6 ? 1 : 0)),
      title: column((place) => `Release p${place % 4000} once more`),
      pull: column((place) => place + 1),
      author: column((place) => place % 500),
      merger: column(() => 0),
      signatures: column((place) => (signed(place) ? letters : signatureLetters.absent.repeat(2))),
      side: column(() => 1),
    },
    changes: {
      step: column((place) => place),
      subject: column((place) => place),
      act: column(() => 0),
      kind: column(kindOf),
      evidence: column((place) => (signed(place) ? place : -1)),
      paths: column(() => 1),
    },
    evidence: {
      kind: column(() => 0),
      object: column((place) => (place + 2 ** 40).toString(16).padStart(40, '0')),
      contributor: column((place) => place % 500),
      key: column((place) => place % 500),
    },
    subjects: { package: column((place) => `p${place % 4000}`), label: column((place) => `1.${place}`) },
    names: Array.from({ length: 500 }, (_, place) => `person ${place}`),
    fingerprints: Array.from({ length: 500 }, (_, place) =>
      place.toString(16).toUpperCase().padStart(40, '0'),
    ),
    months: Array.from({ length: Math.ceil(length / 730) }, (_, place) => ({
      month: (2026 - 1970) * 12 + place,
      signed: 656,
      unsigned: 73,
      none: 1,
      good: 656,
      other: 0,
      absent: 804,
    })),
  };
}
