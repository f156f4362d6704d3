import * as v from 'valibot';

/** Whether a value of a TOML document is a table. */
export const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/**
 * A table with names of the writer's choosing, as a Map: valibot's own `record` passes over entries named
 * `constructor` or `prototype` without a word.
 */
export function named<Output>(
  key: v.GenericSchema<string, string>,
  value: v.GenericSchema<unknown, Output>,
  most = Infinity,
) {
  return v.pipe(
    v.custom<Record<string, unknown>>(isTable, 'Must be a table.'),
    v.transform((table) => new Map(Object.entries(table))),
    v.maxSize(most, `Must have at most ${most} entries.`),
    v.map(key, value),
  );
}
