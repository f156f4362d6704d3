import type { Seconds } from '../../../src/core/ports.ts';
import type { KeyringFiles } from '../../../src/core/trust/keyring-state.ts';
import { start } from '../cast.ts';
import { day, makeKeyring } from '../keyring.ts';
import { makeKey, type TestKey } from '../keys.ts';

/** The repository id that simulated keyrings bear. */
export const simulatedRepository = 'https://example.org/simulated-repository';

/** Long enough ago that a hundred thousand commits can stand an hour apart before the attacks' own story begins. */
export const simulatedStart: Seconds = start - 12 * 365 * day;

export interface SimulatedPerson {
  readonly id: string;
  readonly key: TestKey;
}

/** Two admins, one of them a maintainer, and the contributors; their keys follow from the seed. */
export interface SimulatedPeople {
  readonly admins: readonly [ada: SimulatedPerson, ben: SimulatedPerson];
  readonly contributors: readonly SimulatedPerson[];
}

export async function simulatedPeople(count: number, seed: number): Promise<SimulatedPeople> {
  const person = async (id: string): Promise<SimulatedPerson> => {
    const seeded = `simulation ${seed} ${id}`;
    const email = `${id}@example.org`;
    return { id, key: await makeKey({ name: id, email, created: simulatedStart - day, seed: seeded }) };
  };
  const ids = Array.from({ length: count }, (_, index) => `contributor-${index + 1}`);
  return {
    admins: [await person('ada'), await person('ben')],
    contributors: await Promise.all(ids.map(person)),
  };
}

/** A version of the keyring file with the first so many contributors, signed by both admins. */
export function simulatedKeyring(
  { admins: [ada, ben], contributors }: SimulatedPeople,
  joined: number,
  previous: KeyringFiles | undefined,
  at: Seconds,
): KeyringFiles {
  const signers = [ada.key, ben.key];
  const people = contributors.slice(0, joined).map(({ id, key }) => [id, { keys: [key] }] as const);
  return makeKeyring(
    {
      repository: simulatedRepository,
      threshold: 2,
      ...(previous === undefined ? {} : { previous }),
      expires: simulatedStart + 40 * 365 * day,
      contributors: {
        ada: { keys: [ada.key], roles: ['admin', 'maintainer'] },
        ben: { keys: [ben.key], roles: ['admin'] },
        ...Object.fromEntries(people),
      },
    },
    signers,
    at,
  );
}
