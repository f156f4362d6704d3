import type { Environment } from './process.ts';

/** An environment in which git has further settings, the last word among all, and nothing of them in its arguments. */
export function withSettings(
  environment: Environment,
  settings: readonly (readonly [key: string, value: string])[],
): Environment {
  const count = Number(environment['GIT_CONFIG_COUNT'] ?? '0');
  const added = settings.map(([key, value], index) => ({
    [`GIT_CONFIG_KEY_${count + index}`]: key,
    [`GIT_CONFIG_VALUE_${count + index}`]: value,
  }));
  const counted = { GIT_CONFIG_COUNT: String(count + settings.length) };
  return added.reduce<Environment>((all, one) => ({ ...all, ...one }), { ...environment, ...counted });
}
