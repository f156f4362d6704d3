import type { Seconds } from '../../src/core/ports.ts';
import { makeKey, type TestKey } from './keys.ts';
import { day, type KeyringPlan } from './keyring.ts';

export const repositoryId = 'https://example.org/opam-repository';

/** When the story begins: the commit that brings the first keyring file. */
export const start: Seconds = Date.UTC(2026, 0, 5) / 1000;

/** Everybody who appears in the attacks. Mallory is in no keyring. */
export interface Cast {
  /** Admin and maintainer. */
  readonly ada: TestKey;
  /** Admin only. */
  readonly ben: TestKey;
  /** Maintainer only. */
  readonly mia: TestKey;
  /** Contributor, was granted foo and foo-*. */
  readonly alice: TestKey;
  /** Contributor, was granted bar. */
  readonly bob: TestKey;
  readonly mallory: TestKey;
}

export type Person = keyof Cast;

let cast: Promise<Cast> | undefined;

/** The keys of the cast, made once for a test file. */
export function theCast(): Promise<Cast> {
  cast ??= (async () => {
    const key = (name: string): Promise<TestKey> =>
      makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: start - 100 * day });
    const [ada, ben, mia, alice, bob, mallory] = await Promise.all(
      (['Ada', 'Ben', 'Mia', 'Alice', 'Bob', 'Mallory'] as const).map(key),
    );
    if (!ada || !ben || !mia || !alice || !bob || !mallory) throw new Error('a key is missing');
    return { ada, ben, mia, alice, bob, mallory };
  })();
  return cast;
}

/** The first keyring: two admins, a maintainer, two contributors with granted packages. */
export function firstKeyring(people: Cast, plan: Partial<KeyringPlan> = {}): KeyringPlan {
  return {
    repository: repositoryId,
    threshold: 2,
    contributors: {
      ada: { keys: [people.ada], roles: ['admin', 'maintainer'] },
      ben: { keys: [people.ben], roles: ['admin'] },
      mia: { keys: [people.mia], roles: ['maintainer'] },
      alice: { keys: [people.alice], packages: ['foo', 'foo-*'] },
      bob: { keys: [people.bob], packages: ['bar'] },
    },
    ...plan,
  };
}

/** As a commit names somebody; Mallory where nobody is named. */
export const nameOf = (person: Person = 'mallory'): string =>
  `${person.charAt(0).toUpperCase()}${person.slice(1)} <${person}@example.org>`;
