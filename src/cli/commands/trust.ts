import { anchorsPath, readAnchors, writeAnchors } from '../../adapters/anchor-store.ts';
import { Fault } from '../../core/fault.ts';
import { type AnchorText, parseAnchor, type TrustAnchor } from '../../core/trust/anchor.ts';
import { type Anchors, isAnchorName } from '../../core/trust/anchor-file.ts';
import { forTerminal } from '../../render/escape.ts';
import { resultJson } from '../../render/json.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { unfitAnchor } from '../trust.ts';

interface AddOptions {
  readonly name: string;
  readonly quorum: string;
  readonly fingerprint: readonly string[];
  readonly repository?: string | undefined;
  readonly from?: string | undefined;
}

/** `trust add NAME`: pins a repository's admins. A pin that stands is never replaced silently. */
export async function trustAddCommand(context: Context, options: AddOptions): Promise<ExitCode> {
  const { name, quorum, fingerprint, repository, from } = options;
  const path = anchorsPath(context.environment);
  const anchors = await readAnchors(path);
  if (!isAnchorName(name))
    throw new Fault(
      'usage.argument',
      `"${name}" cannot be the name of an anchor.`,
      'Use letters, digits, dots and dashes.',
    );
  if (anchors.has(name))
    throw new Fault(
      'usage.argument',
      `There is an anchor ${name} already.`,
      `Remove it first: opam-signet trust remove ${name}.`,
    );
  const text: AnchorText = {
    quorum,
    fingerprints: fingerprint,
    ...(repository === undefined ? {} : { repository }),
    ...(from === undefined ? {} : { from }),
  };
  const parsed = parseAnchor(text);
  if (!parsed.ok) throw unfitAnchor(parsed.problems);
  await writeAnchors(path, new Map([...anchors, [name, parsed.anchor]]));
  return show(context, 'trust add', new Map([[name, parsed.anchor]]));
}

/** `trust remove NAME`. */
export async function trustRemoveCommand(context: Context, name: string): Promise<ExitCode> {
  const path = anchorsPath(context.environment);
  const anchors = new Map(await readAnchors(path));
  const removed = requireAnchor(anchors, name);
  anchors.delete(name);
  await writeAnchors(path, anchors);
  return show(context, 'trust remove', new Map([[name, removed]]));
}

/** `trust show NAME`. */
export async function trustShowCommand(context: Context, name: string): Promise<ExitCode> {
  const anchor = requireAnchor(await readAnchors(anchorsPath(context.environment)), name);
  return show(context, 'trust show', new Map([[name, anchor]]));
}

/** `trust list`. */
export async function trustListCommand(context: Context): Promise<ExitCode> {
  return show(context, 'trust list', await readAnchors(anchorsPath(context.environment)));
}

/** The anchor of that name, or the Fault that says which there are. */
export function requireAnchor(anchors: Anchors, name: string): TrustAnchor {
  const anchor = anchors.get(name);
  if (anchor !== undefined) return anchor;
  const known =
    anchors.size === 0 ? 'none is stored yet' : `stored are ${[...anchors.keys()].sort().join(', ')}`;
  throw new Fault(
    'anchor.not-found',
    `There is no trust anchor ${name}; ${known}.`,
    `Pin it: opam-signet trust add ${name} --quorum N --fingerprint FPR.`,
  );
}

async function show(context: Context, verb: string, anchors: Anchors): Promise<ExitCode> {
  const text = [...anchors].map(([name, anchor]) => anchorText(name, anchor)).join('\n');
  const json = { anchors: Object.fromEntries(anchors) };
  await context.print(context.options.format === 'json' ? resultJson(verb, json) : text);
  return exitCodes.done;
}

function anchorText(name: string, { repository, quorum, fingerprints, from }: TrustAnchor): string {
  return [
    name,
    ...(repository === undefined ? [] : [`  repository ${forTerminal(repository)}`]),
    `  ${quorum} of`,
    ...fingerprints.map((fingerprint) => `    ${fingerprint}`),
    ...(from === undefined ? [] : [`  from ${from}`]),
    '',
  ].join('\n');
}
