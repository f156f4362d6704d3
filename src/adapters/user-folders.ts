import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './process.ts';

/** The variables of the XDG Base Directory Specification, with what they stand for where they say nothing. */
const usual = { XDG_CACHE_HOME: '.cache', XDG_CONFIG_HOME: '.config', XDG_STATE_HOME: '.local/state' };

/**
 * Where the user keeps things of one kind. A path that is empty or not absolute counts for nothing, as the specification
 * says: it would lead into the repository at hand, and what stands there is whatever somebody put there.
 */
export function userFolder(environment: Environment, variable: keyof typeof usual): string {
  const [folder, home] = [environment[variable] ?? '', environment['HOME'] ?? ''];
  if (isAbsolute(folder)) return folder;
  return join(isAbsolute(home) ? home : userInfo().homedir, usual[variable]);
}
