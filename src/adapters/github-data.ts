import { Fault } from '../core/fault.ts';
import { type Identity, parseCommit, parseTag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { gitPayload } from '../core/git/signed-object.ts';
import { folderMode, listFolder, treeOf } from '../core/git/tree.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Submission } from '../core/ports.ts';
import type { GitHub } from './github-client.ts';
import { type Fork, type Forks, spell } from './github-fork.ts';

export interface DataPlace {
  readonly github: GitHub;
  readonly forks: Forks;
  readonly store: ObjectStore;
  readonly base: Oid;
}

/**
 * The act that brings a submission's branch and tag to a fork object by object, through the REST interface alone: for
 * networks that let nothing else through. GitHub puts every object together by itself; one that gets another id
 * there than here is refused, so that what stands there is what was signed.
 */
export function pushByApi(
  act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
  submission: Submission,
  place: DataPlace,
): OutwardAct {
  const { branch, head, tag, tagOid, replaced = {} } = submission;
  const references: readonly Pointed[] = [
    { ref: `heads/${branch}`, oid: head, expected: replaced.branch },
    { ref: `tags/${tag}`, oid: tagOid, expected: replaced.tag },
  ];
  const outcome = references.map(({ ref, oid }) => `refs/${ref} at ${oid}`).join(', ');
  return {
    ...act,
    async perform(begun = false) {
      const sender = new Sender(place, await place.forks.require());
      const standing = await Promise.all(references.map(({ ref }) => sender.reference(ref)));
      references.forEach((one, index) => {
        requireForeseen(one, standing[index]);
      });
      if (references.every(({ oid }, index) => standing[index] === oid)) return { outcome, made: begun };
      await sender.commit(head, place.base);
      await sender.tag(tagOid);
      for (const one of references) await sender.point(one);
      return { outcome, made: true };
    },
    async undo() {
      const sender = new Sender(place, await place.forks.require());
      const undone: string[] = [];
      for (const one of references) if (await sender.takeBack(one)) undone.push(undoneWords(one));
      return undone.length === 0
        ? { undone: false, outcome: 'nothing of it is left' }
        : { undone: true, outcome: undone.join(', ') };
    },
  };
}

/** A reference as it is to be, and what it may stand at until then; undefined: nowhere. */
interface Pointed {
  readonly ref: string;
  readonly oid: Oid;
  readonly expected: Oid | undefined;
}

const undoneWords = ({ ref, expected }: Pointed): string =>
  expected === undefined ? `deleted refs/${ref}` : `put refs/${ref} back to ${expected}`;

function requireForeseen({ ref, oid, expected }: Pointed, found: string | undefined): void {
  if (found !== oid && found !== expected && found !== undefined) throw stands(ref, found);
}

const stands = (ref: string, found: string): Fault =>
  new Fault(
    'push.refused',
    `refs/${ref} was left as it is: it stands there already, at ${found}.`,
    'Choose another name with --branch, or publish again and look at what stands there.',
  );

/** Sends the objects of one store to one fork. */
class Sender {
  readonly #github: GitHub;
  readonly #store: ObjectStore;
  readonly #at: { readonly owner: string; readonly repo: string };
  readonly #where: string;

  constructor({ github, store }: DataPlace, fork: Fork) {
    this.#github = github;
    this.#store = store;
    this.#at = { owner: fork.owner, repo: fork.name };
    this.#where = spell(fork);
  }

  async reference(ref: string): Promise<string | undefined> {
    const found = await this.#github.find(`read refs/${ref} of ${this.#where}`, (rest) =>
      rest.git.getRef({ ...this.#at, ref }),
    );
    return found?.object.sha;
  }

  /**
   * Makes a reference, or moves the one that stands as expected. GitHub takes no condition for it: who moves it between
   * our look and our request is overwritten.
   */
  async point(pointed: Pointed): Promise<void> {
    const { ref, oid } = pointed;
    const found = await this.reference(ref);
    if (found === oid) return;
    requireForeseen(pointed, found);
    await (found === undefined ? this.#make(ref, oid) : this.#move(ref, oid));
  }

  #make(ref: string, oid: Oid): Promise<unknown> {
    return this.#github.write<unknown>(
      `make refs/${ref} at ${this.#where}`,
      (rest) => rest.git.createRef({ ...this.#at, ref: `refs/${ref}`, sha: oid }),
      async () => ((await this.reference(ref)) === oid ? oid : undefined),
    );
  }

  #move(ref: string, oid: Oid): Promise<unknown> {
    return this.#github.write<unknown>(
      `move refs/${ref} of ${this.#where}`,
      (rest) => rest.git.updateRef({ ...this.#at, ref, sha: oid, force: true }),
      async () => ((await this.reference(ref)) === oid ? oid : undefined),
    );
  }

  /** Deletes a reference that stands where it was put, or puts it back; whether it did. */
  async takeBack({ ref, oid, expected }: Pointed): Promise<boolean> {
    if ((await this.reference(ref)) !== oid) return false;
    await (expected === undefined ? this.#delete(ref, oid) : this.#move(ref, expected));
    return true;
  }

  #delete(ref: string, oid: Oid): Promise<unknown> {
    return this.#github.write<unknown>(
      `delete refs/${ref} of ${this.#where}`,
      (rest) => rest.git.deleteRef({ ...this.#at, ref }),
      async () => ((await this.reference(ref)) === undefined ? oid : undefined),
    );
  }

  async commit(oid: Oid, base: Oid): Promise<void> {
    const content = await this.#content(oid);
    const parsed = parseCommit(content, this.#store.format);
    const parts = gitPayload('commit', content, this.#store.format);
    if (!parsed.ok || parts === undefined) throw new TypeError(`${oid} is no signed commit`);
    const { tree, parents, author, committer } = parsed.value;
    const payload = Buffer.from(parts.payload).toString();
    await this.#tree(tree, await treeOf(this.#store, base));
    await this.#made(oid, 'commit', (rest) =>
      rest.git.createCommit({
        ...this.#at,
        ...{ tree, parents: [...parents], author: person(author), committer: person(committer) },
        message: payload.slice(payload.indexOf('\n\n') + 2),
        signature: Buffer.from(parts.signature).toString(),
      }),
    );
  }

  async tag(oid: Oid): Promise<void> {
    const content = await this.#content(oid);
    const parsed = parseTag(content, this.#store.format);
    if (!parsed.ok || parsed.value.tagger === undefined) throw new TypeError(`${oid} is no annotated tag`);
    const { name, object, tagger } = parsed.value;
    const text = Buffer.from(content).toString();
    await this.#made(oid, 'tag', (rest) =>
      rest.git.createTag({
        ...this.#at,
        ...{ tag: name, object, type: 'commit', tagger: person(tagger) },
        message: text.slice(text.indexOf('\n\n') + 2),
      }),
    );
  }

  /** What differs from a folder that is there already, the innermost first. */
  async #tree(oid: Oid, before: Oid | undefined): Promise<void> {
    if (oid === before) return;
    const standing = before === undefined ? [] : await listFolder(this.#store, before, '');
    const known = new Map(standing.map((entry) => [entry.name, entry]));
    const fresh = (await listFolder(this.#store, oid, '')).filter(
      ({ name, oid: own, mode }) => known.get(name)?.oid !== own || known.get(name)?.mode !== mode,
    );
    for (const { name, mode, oid: own } of fresh) {
      const old = known.get(name);
      if (mode === folderMode) await this.#tree(own, old?.mode === folderMode ? old.oid : undefined);
      else await this.#blob(own);
    }
    const tree = fresh.map(({ name, mode, oid: sha }) => ({
      path: Buffer.from(name, 'latin1').toString(),
      mode: mode as '100644',
      type: mode === folderMode ? ('tree' as const) : ('blob' as const),
      sha,
    }));
    const base = before === undefined ? {} : { base_tree: before };
    await this.#made(oid, 'folder', (rest) => rest.git.createTree({ ...this.#at, ...base, tree }));
  }

  async #blob(oid: Oid): Promise<void> {
    const content = Buffer.from(await this.#content(oid)).toString('base64');
    await this.#made(oid, 'file', (rest) =>
      rest.git.createBlob({ ...this.#at, content, encoding: 'base64' }),
    );
  }

  /** Objects are the same however often they are made. */
  async #made(
    oid: Oid,
    kind: string,
    request: (
      rest: Parameters<Parameters<GitHub['ask']>[1]>[0],
    ) => Promise<{ readonly data: { readonly sha: string } }>,
  ): Promise<void> {
    const doing = `store a ${kind} at ${this.#where}`;
    const made = await this.#github.write(doing, request, () => Promise.resolve(undefined));
    if (made.sha === oid) return;
    throw new Fault(
      'push.refused',
      `GitHub made ${made.sha} of the ${kind} ${oid}: it would not be what was signed. Nothing points at it.`,
      'Push with git: leave out --push-by api.',
    );
  }

  async #content(oid: Oid): Promise<Uint8Array> {
    const object = await this.#store.read(oid);
    if (object !== undefined) return object.content;
    throw new Fault('object.missing', `The workspace has no object ${oid}.`, 'Publish again.');
  }
}

/** A moment with its zone, as GitHub reads it. */
function person({ name, email, time, zone }: Identity) {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60;
  const local = new Date((time + shift) * 1000).toISOString().slice(0, 19);
  return { name, email, date: `${local}${sign}${hours}:${minutes}` };
}
