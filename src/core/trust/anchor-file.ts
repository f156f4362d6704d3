import { parse, stringify, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { type AnchorText, parseAnchor, type TrustAnchor } from './anchor.ts';
import { named } from './named-tables.ts';

/** The user's own pins, by the name that they gave each (trust model, section 1, trust anchor). */
export type Anchors = ReadonlyMap<string, TrustAnchor>;

export type AnchorsParsing =
  { readonly ok: true; readonly anchors: Anchors } | { readonly ok: false; readonly problem: string };

const anchorTable = v.strictObject({
  repository: v.optional(v.string()),
  quorum: v.pipe(v.number(), v.integer()),
  fingerprints: v.array(v.string()),
  from: v.optional(v.string()),
});

const fileSchema = v.strictObject({ anchors: v.optional(named(v.string(), anchorTable), {}) });

/** Whether a name can stand for an anchor: a word that no shell and no file system takes apart. */
export const isAnchorName = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text);

/** Reads the anchors file; one anchor that is wrong makes the whole file wrong, so that no pin is lost silently. */
export function parseAnchors(toml: string): AnchorsParsing {
  const tables = readToml(toml);
  if (!tables.ok) return tables;
  const reading = v.safeParse(fileSchema, tables.value);
  if (!reading.success) {
    const [issue] = reading.issues;
    return { ok: false, problem: `${v.getDotPath(issue) ?? 'The file'}: ${issue.message}` };
  }
  const anchors = new Map<string, TrustAnchor>();
  for (const [name, { repository, quorum, fingerprints, from }] of reading.output.anchors) {
    const text: AnchorText = {
      quorum: String(quorum),
      fingerprints,
      ...(repository === undefined ? {} : { repository }),
      ...(from === undefined ? {} : { from }),
    };
    const parsed = parseAnchor(text);
    if (!parsed.ok || !isAnchorName(name)) {
      return {
        ok: false,
        problem: `Anchor ${name}: ${parsed.ok ? 'that is no name.' : parsed.problems.join(' ')}`,
      };
    }
    anchors.set(name, parsed.anchor);
  }
  return { ok: true, anchors };
}

/** Prints the anchors file, sorted by name. */
export function printAnchors(anchors: Anchors): string {
  const sorted = [...anchors].sort(([one], [other]) => (one < other ? -1 : 1));
  return stringify({ anchors: Object.fromEntries(sorted) });
}

function readToml(
  toml: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: parse(toml) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { ok: false, problem: `Line ${error.line} is not TOML.` };
  }
}
