import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import { parseOid, type Oid } from '../../core/git/oid.ts';
import type { CompromiseConsequences } from '../../core/chain/voided-step.ts';
import { type Fingerprint, parseFingerprint } from '../../core/openpgp/certificate.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { consequencesObject, consequencesText } from '../../render/compromise.ts';
import { differenceText } from '../../render/keyring.ts';
import { resultJson } from '../../render/json.ts';
import type { KeyringWork, Proposal } from '../../workflows/change-keyring-draft.ts';
import { writeProposal } from '../../workflows/change-keyring.ts';
import { consequencesOf, currentKeyring, proposeCompromise } from '../../workflows/compromise-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { makeProgress } from '../progress.ts';
import { requireCommit, requireRevision } from '../revision.ts';
import { type TrustOptions, trustSource } from '../trust.ts';
import { keepOnBranch, requireBranch, standingText } from './keyring-branch.ts';
import { fingerprintOf } from './keyring-people.ts';
import { momentOf, type ProposalOptions } from './keyring-propose.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { openWork, prompterOf, readCertificateFiles, refuse } from './keyring-work.ts';

interface Options extends ProposalOptions, TrustOptions {
  readonly key?: string | undefined;
  readonly since?: string | undefined;
  readonly reason?: string | undefined;
  readonly replacement?: readonly string[] | undefined;
  /** State tags, by id or name. */
  readonly reattest?: readonly string[] | undefined;
  /** The fingerprint once more. */
  readonly confirm?: string | undefined;
}

const verb = 'keyring compromise';

/** `keyring compromise FPR`: shows what rested on the key, then proposes a version that lists it as compromised. */
export async function keyringCompromiseCommand(context: Context, options: Options): Promise<ExitCode> {
  requireBranch(options);
  const ask = new KeyringQuestions(prompterOf(context));
  const key = await ask.text(options.key, 'FPR', 'Which key? (the whole fingerprint)', {
    parse: fingerprintOf,
  });
  const since = await ask.text(
    options.since,
    '--since',
    'Since when has somebody else had it? (such as 2026-03-01)',
    { parse: momentOf },
  );
  const reason = await ask.text(options.reason, '--reason', 'What happened? (for people)');
  ask.requireAll();
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const before = await currentKeyring(work.value);
  if (!before.ok) return refuse(context, verb, before.findings);
  const store = await openStore(context.options.directory, {
    kind: 'auto',
    environment: context.environment,
  });
  try {
    const fingerprint = fingerprintOf(key);
    const request = {
      fingerprint,
      since: momentOf(since),
      reason,
      replacement: await readCertificateFiles(context, options.replacement ?? []),
      reattest: await Promise.all((options.reattest ?? []).map((one) => stateTag(store, one))),
    };
    const proposal = await proposeCompromise(work.value, request);
    if (!proposal.ok) return await refuse(context, verb, proposal.findings);
    const head = await requireCommit(store, options.base ?? 'HEAD');
    const pinned = options.anchor ?? options.quorum ?? options.fingerprint ?? options.keyring;
    const trust =
      pinned === undefined
        ? {
            kind: 'fixed' as const,
            keyring: before.value,
            from: options.from === undefined ? undefined : await requireCommit(store, options.from),
          }
        : await trustSource(options, store, context.environment);
    const consequences = await consequencesOf(request, proposal.value, before.value, {
      store,
      head,
      trust,
      now: context.now,
      progress: await makeProgress(context),
    });
    return await decide(context, options, work.value, fingerprint, proposal.value, consequences);
  } finally {
    await store.close();
  }
}

async function stateTag(store: ObjectStore, text: string): Promise<Oid> {
  return (
    parseOid(text, store.format) ?? requireRevision(store, `refs/tags/${text.replace(/^refs\/tags\//, '')}`)
  );
}

async function decide(
  context: Context,
  options: Options,
  { folder }: KeyringWork,
  fingerprint: Fingerprint,
  proposal: Proposal,
  consequences: CompromiseConsequences,
): Promise<ExitCode> {
  const { state, difference = [], unsigned } = proposal;
  const { version, digest } = state.keyring;
  context.tell(consequencesText(consequences, fingerprint, context.errorStyle));
  context.tell(differenceText(difference, context.errorStyle));
  if (!options.dryRun) {
    if (!(await confirmed(context, options, fingerprint))) return exitCodes.interrupted;
    await keepOnBranch(context, options, state, `Propose keyring version ${version}`, () =>
      writeProposal(folder, proposal),
    );
  }
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, {
          version,
          digest,
          dryRun: options.dryRun,
          difference,
          unsigned,
          ...consequencesObject(consequences),
        })
      : `version ${version}, ${options.dryRun ? 'not written' : standingText(options)}\n`,
  );
  return exitCodes.done;
}

/** Nobody gives up a key by a slip of the finger: its fingerprint is typed, or given a second time by a flag. */
async function confirmed(context: Context, { confirm }: Options, fingerprint: Fingerprint): Promise<boolean> {
  const message = 'Type the whole fingerprint of the key that is compromised:';
  const prompter = prompterOf(context);
  if (confirm === undefined && prompter === undefined) {
    throw new Fault(
      'usage.missing-answers',
      'Nobody can be asked for the fingerprint once more.',
      `Read what would be void, then add --confirm ${fingerprint}.`,
    );
  }
  const typed = confirm ?? (await prompter?.text({ flag: '--confirm', message })) ?? '';
  if (parseFingerprint(typed) === fingerprint) return true;
  context.tell('That is another fingerprint. Nothing was written.\n');
  return false;
}
