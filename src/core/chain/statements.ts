import { NO_DIRECTORY, packageDigest, UNDIGESTIBLE } from '../digest.ts';
import type { ObjectStore, PathChange } from '../ports.ts';
import { type Finding, finding, type Place } from '../report/report.ts';
import type { ContentStatement } from './attribution.ts';
import type { Evidence, Position } from './evidence.ts';
import type { Ownership } from './ownership.ts';
import { contentsOf, type FileEntries, filesOf, changedFolders } from './package-folders.ts';
import type { Step } from './step.ts';
import { judgeTag, signedIdOf, type SignetTag, type TagsAtHand } from './tags.ts';

interface Statements {
  readonly statements: readonly ContentStatement[];
  readonly unfit: readonly Finding[];
  /** The verdicts on all tags that were looked at. */
  readonly evidence: readonly Evidence[];
}

/**
 * The content statements that bind a package directory of this step from P's digest to M's (trust model,
 * section 5.4), and those that name other digests: a replay, or content that was edited after it was signed.
 */
export async function findStatements(
  step: Step,
  changes: readonly PathChange[],
  context: {
    readonly store: ObjectStore;
    readonly at: Position;
    readonly tags: TagsAtHand;
    readonly ownership: Pick<Ownership, 'spentStatements'>;
  },
): Promise<Statements> {
  const statements: ContentStatement[] = [];
  const unfit: Finding[] = [];
  const evidence: Evidence[] = [];
  for (const { nameVersion, folder, changes: inside } of changedFolders(changes)) {
    const tags = context.tags.about(nameVersion);
    if (tags.length === 0) continue;
    const digests = await packageDigests({ ...step, changes: inside }, folder, context.store);
    for (const signet of tags) {
      const judged = await judgeTag(signet, context.store.format, context.at);
      evidence.push(judged.evidence);
      const bound = signet.statement.packages.find((one) => one.nameVersion === nameVersion);
      const place = { object: signet.tag.oid, path: folder };
      const key = `${signedIdOf(signet.tag)} ${nameVersion}`;
      if (judged.unfit !== undefined) unfit.push(judged.unfit);
      else if (bound?.before === digests.before && bound.after === digests.after) {
        if (context.ownership.spentStatements.has(key)) unfit.push(spent(signet, nameVersion, place));
        else
          statements.push({
            key,
            evidence: judged.evidence,
            covers: (path) => path.startsWith(`${folder}/`),
          });
      } else {
        unfit.push(
          finding(
            'statement.digest',
            place,
            `Tag ${signet.tag.name} takes ${nameVersion} from ${bound?.before ?? NO_DIRECTORY} to ${bound?.after ?? NO_DIRECTORY}; this step takes it from ${digests.before} to ${digests.after}.`,
          ),
        );
      }
    }
  }
  return { statements, unfit, evidence };
}

const spent = ({ tag }: SignetTag, nameVersion: string, place: Place): Finding =>
  finding(
    'statement.spent',
    place,
    `Tag ${tag.name} has brought ${nameVersion} in before; it does not bring it back.`,
  );

/** The digests of a package's folder before and after a step (trust model, section 6). */
export async function packageDigests(
  step: Step,
  folder: string,
  store: ObjectStore,
): Promise<{ readonly before: string; readonly after: string }> {
  const files = await filesOf(step, folder, store);
  return {
    before: await digestOf(files.before, folder, store),
    after: await digestOf(files.after, folder, store),
  };
}

/** No statement stands for a folder with a submodule in it, whose files are not here. */
async function digestOf(files: FileEntries, folder: string, store: ObjectStore): Promise<string> {
  if ([...files.values()].some(({ mode }) => mode === '160000')) return UNDIGESTIBLE;
  return packageDigest(await contentsOf(files, folder, store));
}
