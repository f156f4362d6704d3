import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const schema: unknown = JSON.parse(
  await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);

/** Whether a document is one that docs/report.schema.json describes; `errors` says why the last one was not. */
export const fitsSchema = ajv.compile(schema as object);
