import { Fault } from '../fault.ts';
import type { Oid } from './oid.ts';

/** The judgement needs an object that the repository does not have. */
export const missingObject = (oid: Oid): Fault =>
  new Fault(
    'object.missing',
    `The repository does not have the object ${oid}.`,
    `Fetch it: git fetch origin ${oid}; in a shallow clone: git fetch --unshallow.`,
  );

/** A partial clone does not have the object, and nothing is fetched here. */
export const withheldObject = (oid: string): Fault =>
  new Fault(
    'object.missing',
    `The object ${oid} was left out when the repository was cloned with a filter.`,
    'Clone the repository anew, without --filter.',
  );

/** The repository's storage is damaged, or someone changed it. `why` is a sentence. */
export const damagedObject = (oid: string, why: string, cause?: unknown): Fault =>
  new Fault(
    'object.corrupt',
    `The object ${oid} can't be read. ${why}`,
    'Run git fsck --full, move what is damaged aside and fetch again.',
    cause,
  );

/** The object is stored well but breaks the form of its type. `why` is a sentence. */
export const malformedObject = (oid: Oid, why: string): Fault =>
  new Fault(
    'object.malformed',
    `The object ${oid} is malformed. ${why}`,
    'Git never writes such an object: refuse the change that brings it.',
  );

export const oversizedObject = (oid: string, maximumBytes: number): Fault =>
  new Fault(
    'limit.object-size',
    `The object ${oid} is larger than ${maximumBytes} bytes.`,
    'Remove the large file from the change that brings it.',
  );

export const tooManyChanges = (limit: number): Fault =>
  new Fault(
    'limit.changes',
    `More than ${limit} files and folders would have to be looked at.`,
    'Split the change into several smaller ones.',
  );
