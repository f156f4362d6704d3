import { resolve } from 'node:path';
import { readIdentity } from '../../adapters/git-config.ts';
import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { stateDigestAt } from '../../core/chain/state.ts';
import { Fault } from '../../core/fault.ts';
import type { ObjectStore, Seconds } from '../../core/ports.ts';
import { loadKeyring } from '../../core/trust/load-keyring.ts';
import { instant, resultJson } from '../../render/json.ts';
import { stateText, type ShownState } from '../../render/state.ts';
import { ledgerReference } from '../../workflows/hand-over.ts';
import {
  type JudgedState,
  planState,
  readStates,
  signState,
  type StatePlan,
} from '../../workflows/sign-state.ts';
import { clock, requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { handOverAt } from '../history-range.ts';
import { type MemoryOptions, openMemory } from '../memory.ts';
import { makeProgress } from '../progress.ts';
import { printReport } from '../report-output.ts';
import { repoView } from '../repo-view.ts';
import { requireCommit } from '../revision.ts';
import { environmentOfPrograms, openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { type TrustOptions, trustSource } from '../trust.ts';
import { agreed } from './keyring-work.ts';

interface Place {
  readonly to: string;
  readonly store: 'auto' | 'git' | 'embedded';
}

interface SignOptions extends Place, TrustOptions, MemoryOptions, SigningKeyOptions {
  readonly expiresIn: string;
  readonly dryRun: boolean;
}

/** `state sign`: verifies history, then signs that this is the repository, number n, good until a date. */
export async function stateSignCommand(context: Context, options: SignOptions): Promise<ExitCode> {
  const store = await open(context, options);
  try {
    const start = await handOverAt(store, options.from);
    const pinned = start === undefined ? options : { ...options, from: undefined };
    const request = {
      store,
      head: await requireCommit(store, options.to),
      trust: await trustSource(pinned, store, context.environment),
      start,
      now: context.now,
      progress: await makeProgress(context),
      memory: await openMemory(context, options, context.options.directory, store),
    };
    const { report, plan } = await planState(request, requireDays(options.expiresIn));
    if (plan === undefined) return await printReport(context, repoView(report));
    context.tell(`${announcement(plan)}\n`);
    if (options.dryRun) return await printSigned(context, plan, undefined);
    if (!(await agreed(context, `Sign ${plan.name}?`))) return exitCodes.interrupted;
    const signer = await openSigningKey(context, options);
    const tag = await signState(store, plan, signer, await tagger(context), clock);
    return await printSigned(context, plan, tag);
  } finally {
    await store.close();
  }
}

const open = (context: Context, { store }: Place): Promise<ObjectStore> =>
  openStore(context.options.directory, { kind: store, environment: context.environment });

async function tagger(context: Context) {
  const git = new UserGit(resolve(context.options.directory), environmentOfPrograms(context));
  const identity = await readIdentity(git);
  if (identity !== undefined) return { ...identity, time: clock() };
  throw new Fault(
    'config.invalid',
    'git does not know your name and address, which stand in a tag.',
    'Set them: git config --global user.name NAME; git config --global user.email ADDRESS.',
  );
}

const announcement = ({ name, commit, statement }: StatePlan): string =>
  `The history up to ${commit} is verified. ${name} says that this is state ${statement.sequence} of ${statement.repository}, good until ${instant(statement.expires)}.`;

async function printSigned(context: Context, plan: StatePlan, tag: string | undefined): Promise<ExitCode> {
  const { commit, name, statement } = plan;
  const { sequence, expires, state, ledger = null } = statement;
  const push = `git push REMOTE refs/tags/${name} ${ledgerReference(sequence)}`;
  await context.print(
    context.options.format === 'json'
      ? resultJson('state sign', {
          dryRun: tag === undefined,
          tag: tag ?? null,
          name,
          commit,
          sequence,
          state,
          ledger,
          expires: instant(expires),
        })
      : tag === undefined
        ? `${name} would be signed on ${commit}\n`
        : `${name} is signed: ${tag} on ${commit}\nPublish it: ${push}\n`,
  );
  return exitCodes.done;
}

/** `state show [NUMBER]`: the newest state tag, or that of a number, and whether it is true. */
export async function stateShowCommand(
  context: Context,
  options: Place & { readonly sequence?: string | undefined },
): Promise<ExitCode> {
  const store = await open(context, options);
  try {
    const states = await statesOf(store, context, options);
    const { sequence } = options;
    const found = states.find(
      ({ state }) => sequence === undefined || String(state.statement.sequence) === sequence,
    );
    if (found === undefined) throw none(sequence);
    const digest = await stateDigestAt(store, found.state.tag.object);
    const shown = shownState(found, whyNotNow(found, digest, context.now));
    return await printStates(context, 'state show', [shown]);
  } finally {
    await store.close();
  }
}

/** `state list`: all state tags, the newest first. */
export async function stateListCommand(context: Context, options: Place): Promise<ExitCode> {
  const store = await open(context, options);
  try {
    const states = await statesOf(store, context, options);
    return await printStates(
      context,
      'state list',
      states.map((one) => shownState(one, undefined)),
    );
  } finally {
    await store.close();
  }
}

async function statesOf(
  store: ObjectStore,
  context: Context,
  { to }: Place,
): Promise<readonly JudgedState[]> {
  const keyring = await loadKeyring(store, await requireCommit(store, to));
  if (keyring.ok) return readStates(store, keyring.state, context.now);
  const [first] = keyring.findings;
  throw new Fault(
    'keyring.unreadable',
    first?.message ?? 'There is no keyring.',
    first?.mend ?? 'Check --to.',
  );
}

const none = (sequence: string | undefined): Fault =>
  new Fault(
    'state.not-found',
    sequence === undefined ? 'There is no state tag here.' : `There is no state tag number ${sequence} here.`,
    'Fetch them: git fetch origin --tags "+refs/signet/*:refs/signet/*"; or make one: opam-signet state sign.',
  );

/** What a signature that counts does not make good: a tag of something else, and one that is kept up after its time. */
function whyNotNow(
  { state: { statement } }: JudgedState,
  digest: string | undefined,
  now: Seconds,
): string | undefined {
  if (digest !== statement.state) return 'its commit has another state digest';
  return statement.expires <= now ? `it was good until ${instant(statement.expires)}` : undefined;
}

function shownState(
  { state: { tag, statement }, judgement }: JudgedState,
  whyNot: string | undefined,
): ShownState {
  const { sequence, previous, expires, state, ledger } = statement;
  return {
    sequence,
    tag: tag.oid,
    commit: tag.object,
    previous,
    made: tag.tagger?.time,
    expires,
    state,
    ledger,
    signer: judgement.ok ? judgement.signer.id : undefined,
    obstacle: judgement.ok ? whyNot : judgement.why,
  };
}

async function printStates(context: Context, verb: string, states: readonly ShownState[]): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { states: states.map(stateObject) })
      : stateText(states, context.now, context.style),
  );
  return states.every(({ obstacle }) => obstacle === undefined) ? exitCodes.done : exitCodes.rejected;
}

const stateObject = ({ made, expires, ledger, signer, obstacle, ...others }: ShownState) => ({
  ...others,
  made: made === undefined ? null : instant(made),
  expires: instant(expires),
  ledger: ledger ?? null,
  signer: signer ?? null,
  obstacle: obstacle ?? null,
});
