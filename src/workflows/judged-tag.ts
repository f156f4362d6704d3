import { readTag } from '../core/chain/tags.ts';
import { Fault, type FaultCode } from '../core/fault.ts';
import type { Tag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { OverlayStore } from '../core/git/overlay-store.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Reference, Seconds } from '../core/ports.ts';
import type { Author } from '../core/publish/plan.ts';
import type { Report } from '../core/report/report.ts';
import { type ChangeStatement, printStatement } from '../core/statement.ts';
import { requireSigning, type SigningMeans } from './open-signing.ts';
import { writeSignedTag } from './signing.ts';
import { verifyPr, type VerifyPrRequest } from './verify-pr.ts';

/** A tag that is to be signed for the head of a pull request. */
interface TagToSign extends Pick<Tag, 'object' | 'name' | 'message'> {
  readonly tagger: Author;
}

interface SignedAndJudged {
  readonly tag: Oid;
  /** verify-pr with the tag. */
  readonly report: Report;
}

/**
 * Signs a tag where nothing points at it, judges the pull request by it as everybody will, and keeps it only if
 * `requireGood`, which throws what stands against it, lets it pass.
 */
export async function signJudgedTag(
  signing: SigningMeans | undefined,
  tag: TagToSign,
  request: VerifyPrRequest,
  { clock, requireGood }: { readonly clock: () => Seconds; readonly requireGood: (report: Report) => void },
): Promise<SignedAndJudged> {
  const { signer } = requireSigning(signing);
  // gpg may ask for a passphrase in this terminal.
  request.progress.end();
  const store = new OverlayStore(request.store);
  const oid = await writeSignedTag(store, signer, {
    ...tag,
    tagger: { ...tag.tagger, time: clock() },
  });
  const reading = await readTag(store, { name: `refs/tags/${tag.name}`, oid });
  const report = await verifyPr({ ...request, store, tag: reading, now: clock() });
  requireGood(report);
  await store.keep();
  return { tag: oid, report };
}

/** The message of a tag; a statement that it cannot hold is a Fault of this code. */
export function tagMessage(
  text: string,
  statement: ChangeStatement,
  refusal: { readonly code: FaultCode; readonly mend: string },
): string {
  const printed = printStatement(text, statement);
  if (printed.ok) return printed.message;
  throw new Fault(
    refusal.code,
    `The ${statement.kind} cannot be stated in a tag: ${printed.problems.join(' ')}`,
    refusal.mend,
  );
}

/** The act that makes a tag in the repository at hand, or moves it from where it must stand. */
export const makeTag = (
  store: ObjectStore,
  id: string,
  { name, oid, expected }: Reference & { readonly expected: Oid | 'any' },
): OutwardAct => ({
  id,
  title: `make ${name} in this repository`,
  details: { reference: name, oid },
  async perform() {
    const standing = (await store.references(name)).find((one) => one.name === name);
    if (standing?.oid === oid) return { outcome: oid, made: false };
    await store.updateReference(name, oid, expected === 'any' ? standing?.oid : expected);
    return { outcome: oid, made: true };
  },
});
