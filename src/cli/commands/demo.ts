import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultJson } from '../../render/json.ts';
import { proofTable } from '../../render/proofs.ts';
import type { Context } from '../context.ts';
import { Stage } from '../demo/stage.ts';
import { play } from '../demo/story.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';

interface Options {
  /** Leave the temporary folder, to look around in it. */
  readonly keep: boolean;
}

/** `demo`: the whole story on this machine with throw-away keys, ending with what was proven. */
export async function demoCommand(context: Context, { keep }: Options): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), 'opam-signet-demo-'));
  const stage = new Stage(folder, context);
  try {
    await play(stage, context.now);
    const { proofs } = stage;
    const held = proofs.every((proof) => proof.held);
    const json = context.options.format === 'json';
    context.tell('\n');
    await context.print(json ? resultJson('demo', { held, proofs }) : proofTable(proofs, context.style));
    return held && proofs.length > 0 ? exitCodes.done : exitCodes.internal;
  } finally {
    stage.close();
    if (keep) context.tell(`Everything is still in ${folder}.\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}
