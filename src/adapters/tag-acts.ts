import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct, Undone } from '../core/outward-act.ts';

/** A tag and how it is looked up, made and taken away in one place, with git or without. */
interface TagPlace {
  readonly tag: string;
  readonly oid: Oid;
  /** What stands under the tag's name. */
  readonly standing: () => Promise<Oid | undefined>;
  /** Makes it where nothing or, `there`, something else stands; the latter it refuses. */
  readonly make: (there: Oid | undefined) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** The act that gives a release tag its name in the author's own repository. */
export function makeTagAct({ tag, oid, standing, make, remove }: TagPlace): OutwardAct {
  return {
    id: 'make-release-tag',
    title: `make tag ${tag}`,
    details: { reference: `refs/tags/${tag}`, oid },
    async perform(begun = false) {
      const there = await standing();
      if (there === oid) return { outcome: `${oid} stands already`, made: begun };
      await make(there);
      return { outcome: oid, made: true };
    },
    undo: () => takeBack(`tag ${tag}`, { oid, standing, remove }),
  };
}

/** The act that pushes a release tag. Nothing is ever moved. */
export function pushTagAct(
  { remote, address, mend }: { readonly remote: string; readonly address: string; readonly mend: string },
  { tag, oid, standing, make, remove }: TagPlace,
): OutwardAct {
  return {
    id: 'push-source-tag',
    title: `push tag ${tag} to ${remote} (${address})`,
    details: { remote, address, reference: `refs/tags/${tag}`, oid },
    async perform(begun = false) {
      const before = await standing();
      if (before === oid) return { outcome: `${oid} is there already`, made: begun };
      await make(before);
      const there = await standing();
      if (there === oid) return { outcome: oid, made: true };
      throw new Fault(
        'push.refused',
        `After the push ${address} has ${there ?? 'nothing'} under tag ${tag}, not ${oid}.`,
        mend,
      );
    },
    undo: () => takeBack(`tag ${tag} at ${address}`, { oid, standing, remove }),
  };
}

/** Takes a tag away, unless it is gone or no longer what we made it. */
async function takeBack(
  what: string,
  { oid, standing, remove }: Pick<TagPlace, 'oid' | 'standing' | 'remove'>,
): Promise<Undone> {
  const there = await standing();
  if (there === undefined) return { undone: false, outcome: `${what} is gone already` };
  if (there !== oid) return { undone: false, outcome: `${what} is ${there} now and stays` };
  await remove();
  return { undone: true, outcome: `deleted ${what}` };
}
