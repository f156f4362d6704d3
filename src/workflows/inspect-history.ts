import type { Oid } from '../core/git/oid.ts';
import { missingObject } from '../core/git/object-faults.ts';
import type { SignatureReason, SignatureVerdict, Verdict } from '../core/openpgp/signature.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import { conclude, type Finding, finding, type Report, settle } from '../core/report/report.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { commitsBelow } from './commits-below.ts';
import { judgeObject } from './inspect.ts';

/** What was found out about one commit of many. */
interface InspectedCommit extends Omit<SignatureVerdict, 'message'> {
  readonly oid: Oid;
  /** Who signs by that certificate, according to the keyring; informative. */
  readonly contributor: string | undefined;
}

export interface HistoryInspection extends Report {
  readonly verb: 'inspect';
  readonly from: Oid | undefined;
  readonly to: Oid;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Children before their parents. */
  readonly commits: readonly InspectedCommit[];
}

interface InspectionRequest {
  readonly store: ObjectStore;
  readonly head: Oid;
  /** Left out with everything that it reaches; undefined: nothing is left out. */
  readonly from: Oid | undefined;
  readonly trust: KeyringState;
  readonly now: Seconds;
  readonly progress: Progress;
}

/** Judges the signature of every commit that a commit reaches, each as `inspect` judges one. */
export async function inspectHistory(request: InspectionRequest): Promise<HistoryInspection> {
  const { store, head, from, now, progress } = request;
  const shallow = await store.shallow();
  const objections = new Objections();
  const verdicts = new Map<Verdict, number>();
  const commits: InspectedCommit[] = [];
  progress.stage('Inspecting commits');
  for await (const batch of commitsBelow(store, request, (oid) => lookAt(oid, request))) {
    for (const { inspected, objection } of batch) {
      commits.push(inspected);
      verdicts.set(inspected.verdict, (verdicts.get(inspected.verdict) ?? 0) + 1);
      for (const one of objection) objections.add(one, inspected.oid);
      if (shallow.has(inspected.oid)) objections.add(cutOff, inspected.oid);
    }
    progress.advance(batch.length);
  }
  progress.end();
  const findings = objections.findings;
  const claim = settle(
    'signatures',
    'Every commit is signed, and every signature is good.',
    commits.length > 0,
    findings,
    [`${verdicts.get('good') ?? 0} of ${commits.length} commits have a good signature`],
  );
  return {
    verb: 'inspect',
    conclusion: conclude([claim.id], [claim]),
    required: [claim.id],
    claims: [claim],
    findings,
    now,
    from,
    to: head,
    verdicts: Object.fromEntries(verdicts),
    commits,
  };
}

type ObjectionCode =
  `signature.${Exclude<SignatureReason, 'good'>}` | 'object.malformed' | 'history.incomplete';

/** Why a commit does not do. */
interface Objection {
  readonly code: ObjectionCode;
  readonly words: string;
}

const cutOff: Objection = { code: 'history.incomplete', words: 'The repository does not have its parents.' };

interface Look {
  readonly inspected: InspectedCommit;
  readonly objection: readonly Objection[];
}

async function lookAt(oid: Oid, { store, trust, now }: InspectionRequest): Promise<Look> {
  const object = await store.read(oid);
  if (object?.type !== 'commit') throw missingObject(oid);
  const { evidence, parsed } = await judgeObject(oid, 'commit', object.content, { trust, now });
  const { message, ...verdict } = evidence.verdict;
  const { reason } = verdict;
  const objection: Objection[] = [];
  if (!parsed.ok) objection.push({ code: 'object.malformed', words: parsed.malformation.message });
  if (reason !== 'good') objection.push({ code: `signature.${reason}`, words: message });
  return { inspected: { oid, ...verdict, contributor: evidence.contributor?.id }, objection };
}

/** One finding for each code, however many commits it is true of: the newest is named. */
class Objections {
  readonly #met = new Map<ObjectionCode, { readonly newest: Oid; readonly words: string; count: number }>();

  add({ code, words }: Objection, oid: Oid): void {
    const known = this.#met.get(code);
    if (known === undefined) this.#met.set(code, { newest: oid, words, count: 1 });
    else known.count += 1;
  }

  get findings(): readonly Finding[] {
    return [...this.#met].map(([code, { newest, words, count }]) => {
      const where = count === 1 ? newest : `${count} commits, of which ${newest} is the newest`;
      return finding(code, { object: newest }, `${where}: ${words}`);
    });
  }
}
