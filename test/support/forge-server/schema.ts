/** A value of a JSON document. */
export type Json = unknown;

/** As much of an OpenAPI schema as filling in takes. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

type Resolve = (schema: Schema) => Schema;

/** A value that may be read by keys; anything else has none. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/**
 * A value with everything that its schema requires. What nobody gave is null, zero or empty where the schema lets it, so
 * that no reader takes it for an answer.
 */
export function completed(described: Schema, value: unknown, resolve: Resolve): Json {
  const schema = resolve(described);
  if (value === undefined) return nothing(schema, resolve);
  if (isList(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((one): Json => completed(items, one, resolve));
  }
  const { properties, required = [] } = shapeOf(schema, resolve);
  if (typeof value !== 'object' || value === null || properties === undefined) return value;
  const given = Object.entries(record(value))
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => [
      key,
      properties[key] === undefined ? one : completed(properties[key], one, resolve),
    ]);
  const missing = required
    .filter((key) => record(value)[key] === undefined)
    .map((key) => [key, nothing(resolve(properties[key] ?? {}), resolve)]);
  return Object.fromEntries([...given, ...missing]);
}

/** Of several shapes the first that is an object's. */
function shapeOf(schema: Schema, resolve: Resolve): Schema {
  if (schema.properties !== undefined) return schema;
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(resolve);
  return choices.find((choice) => choice.properties !== undefined) ?? schema;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function nothing(schema: Schema, resolve: Resolve): Json {
  if (schema.nullable === true) return null;
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  if (choice !== undefined) return nothing(resolve(choice), resolve);
  const { type = 'object' } = schema;
  if (type === 'object') return completed(schema, {}, resolve);
  return type === 'string' ? emptyText(schema.format) : zeros.get(type);
}

const zeros = new Map<string, unknown>([
  ['array', []],
  ['integer', 0],
  ['number', 0],
  ['boolean', false],
]);

const emptyTexts = new Map([
  ['date-time', '1970-01-01T00:00:00Z'],
  ['uri', 'https://unused.invalid/'],
  ['email', 'unused@unused.invalid'],
]);

const emptyText = (format = ''): string => emptyTexts.get(format) ?? '';
