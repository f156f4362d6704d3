import { Fault } from '../fault.ts';
import type { Oid } from './oid.ts';

/** Whether git takes this for the whole name of a reference (git-check-ref-format(1)). */
export function isReferenceName(name: string): boolean {
  const parts = name.split('/');
  return (
    parts.length > 1 &&
    parts[0] === 'refs' &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock')) &&
    !name.endsWith('.') &&
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{/u.test(name)
  );
}

export function requireReferenceName(name: string): void {
  if (isReferenceName(name)) return;
  throw new Fault(
    'usage.argument',
    `${JSON.stringify(name)} can't be the name of a reference.`,
    'Give a whole name such as refs/tags/signet/foo.1.0.',
  );
}

/** Somebody else was faster. `expected` undefined: nothing should have stood there. */
export const referenceMoved = (name: string, expected: Oid | undefined): Fault =>
  new Fault(
    'reference.moved',
    expected === undefined ? `${name} exists already.` : `${name} does not stand at ${expected} any more.`,
    'Fetch, look at what changed, and start again from there.',
  );
