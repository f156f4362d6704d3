import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Json, record, type Schema, completed } from './schema.ts';

/** GitHub's own description of the calls that we make, taken from its published OpenAPI document. */
const slice = JSON.parse(
  readFileSync(new URL('../../fixtures/github-openapi-slice.json', import.meta.url), 'utf8'),
) as { readonly paths: Paths; readonly components: Record<string, Record<string, unknown>> };

type Paths = Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;

interface RawOperation {
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, RawResponse | Reference>>;
}

interface RawResponse {
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
  readonly 'x-multi-segment'?: boolean;
}

interface Reference {
  readonly $ref: string;
}

const component = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const answers = (status: number, schema?: Schema): RawOperation['responses'] => ({
  [status]: schema === undefined ? {} : { content: { 'application/json': { schema } } },
});
const parameters = (...names: readonly string[]): readonly Reference[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
const repository = parameters('owner', 'repo');
const listed = (key: string, item: string): Schema => ({
  type: 'object',
  required: ['total_count', key],
  properties: { total_count: { type: 'integer' }, [key]: { type: 'array', items: component(item) } },
});

const releases = slice.paths['/repos/{owner}/{repo}/releases']?.['post'];

/** What may be said when something is made may be said when it is changed, but nothing must. */
const changesOf = (made: RawOperation | undefined): Schema => ({
  ...made?.requestBody?.content['application/json']?.schema,
  required: [],
});

/** Calls that the published slice leaves out, described with its own schemas (docs.github.com/rest). */
const beyond: Paths = {
  '/repos/{owner}/{repo}/releases/{release_id}': {
    get: {
      parameters: [...repository, ...parameters('release-id')],
      responses: answers(200, component('release')),
    },
    patch: {
      parameters: [...repository, ...parameters('release-id')],
      requestBody: { content: { 'application/json': { schema: changesOf(releases) } } },
      responses: answers(200, component('release')),
    },
    delete: { parameters: [...repository, ...parameters('release-id')], responses: answers(204) },
  },
  '/repos/{owner}/{repo}/releases/assets/{asset_id}': {
    get: { parameters: repository, responses: answers(200, component('release-asset')) },
    delete: { parameters: repository, responses: answers(204) },
  },
  '/repos/{owner}/{repo}/commits/{ref}/check-runs': {
    get: {
      parameters: [...repository, ...parameters('per-page', 'page', 'commit-ref')],
      responses: answers(200, listed('check_runs', 'check-run')),
    },
  },
  '/repos/{owner}/{repo}/commits/{ref}/statuses': {
    get: {
      parameters: [...repository, ...parameters('per-page', 'page', 'commit-ref')],
      responses: answers(200, { type: 'array', items: component('status') }),
    },
  },
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
// OpenAPI's own formats say nothing that a validator could check.
for (const name of ['repo.nwo', 'binary', 'timestamp', 'int64']) ajv.addFormat(name, true);
ajv.addSchema(located(slice) as object, 'github');

function resolve<T>(value: T | Reference): T {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return value;
  const [, , kind = '', name = ''] = value.$ref.split('/');
  return resolve(slice.components[kind]?.[name] as T | Reference);
}

/** The same document in JSON Schema's words: references that ajv finds in the slice, and null as a type of its own. */
function located(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(located);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, one]: [string, unknown]) => [
      key,
      key === '$ref' ? String(one).replace(/^#/, 'github#') : located(one),
    ]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

const validators = new Map<Schema, ValidateFunction>();

/** What is wrong with a value by a schema, in words; undefined if nothing is. */
function wrong(schema: Schema, value: unknown): string | undefined {
  let validate = validators.get(schema);
  if (validate === undefined) validators.set(schema, (validate = ajv.compile(located(schema) as object)));
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
}

/** One call as GitHub describes it. */
export class Operation {
  /** `GET /repos/{owner}/{repo}` */
  readonly name: string;
  readonly #raw: RawOperation;
  readonly #pattern: RegExp;

  constructor(method: string, template: string, raw: RawOperation) {
    this.name = `${method.toUpperCase()} ${template}`;
    this.#raw = raw;
    const long = new Set(
      this.#parameters.filter((one) => one['x-multi-segment'] === true).map((one) => one.name),
    );
    const source = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      long.has(name) || name === 'path' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
    );
    this.#pattern = new RegExp(`^${source}$`);
  }

  get #parameters(): readonly Parameter[] {
    return (this.#raw.parameters ?? []).map((one) => resolve<Parameter>(one));
  }

  match(path: string): Readonly<Record<string, string>> | undefined {
    const found = this.#pattern.exec(path);
    return found === null ? undefined : (found.groups ?? {});
  }

  /** Whether the body is JSON; assets are uploaded as they are, whatever they are said to be. */
  get takesJson(): boolean {
    return this.#raw.requestBody?.content['application/json'] !== undefined;
  }

  /** What is wrong with a request: query and body, also what GitHub would silently ignore. */
  wrongRequest(query: URLSearchParams, body: unknown): string | undefined {
    const known = this.#parameters.filter((one) => one.in === 'query');
    for (const [name, text] of query) {
      const parameter = known.find((one) => one.name === name);
      if (parameter === undefined) return `there is no query parameter ${name}`;
      const value = resolve(parameter.schema).type === 'integer' ? Number(text) : text;
      const problem = wrong(parameter.schema, value);
      if (problem !== undefined) return `query parameter ${name}: ${problem}`;
    }
    return this.#wrongBody(body);
  }

  #wrongBody(body: unknown): string | undefined {
    const described = this.#raw.requestBody?.content['application/json']?.schema;
    if (described === undefined) return undefined;
    if (body === undefined) return this.#raw.requestBody?.required === true ? 'there is no body' : undefined;
    const problem = wrong(described, body);
    if (problem !== undefined) return problem;
    const properties = resolve(described).properties;
    const unknown = properties && Object.keys(record(body)).find((key) => !(key in properties));
    return unknown === undefined ? undefined : `the body has no property ${unknown}`;
  }

  /** A response as the schema wants it: what is left out of `body` gets values that mean nothing. */
  answer(status: number, body: unknown): { readonly body: Json; readonly problem: string | undefined } {
    const described = this.#raw.responses[String(status)];
    if (described === undefined) return { body: body, problem: undefined };
    const schema = resolve<RawResponse>(described).content?.['application/json']?.schema;
    if (schema === undefined) return { body: body, problem: undefined };
    const whole = completed(schema, body, resolve);
    return { body: whole, problem: wrong(schema, whole) };
  }
}

/** The longest templates first: a reference has slashes, so that shorter ones would match as well. */
export const operations: readonly Operation[] = [slice.paths, beyond]
  .flatMap((paths) => Object.entries(paths))
  .sort(([one], [other]) => other.split('/').length - one.split('/').length)
  .flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, raw]) => new Operation(method, template, raw)),
  );
