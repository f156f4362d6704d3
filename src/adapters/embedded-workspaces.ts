import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { Fault } from '../core/fault.ts';
import { parseOid, type Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Reference, Submission } from '../core/ports.ts';
import { EmbeddedRemote } from './embedded-remote.ts';
import { noSuchBranch, requireWorkspace } from './workspace-faults.ts';
import type { PushTarget, RemoteHead, Workspace, WorkspaceOptions, Workspaces } from './workspace.ts';

/**
 * Workspaces without git, over HTTP: isomorphic-git fetches one commit of one branch with all of its files, as it knows
 * no partial clones, and pushes branch and tag one after the other.
 */
export const embeddedWorkspaces = (options: WorkspaceOptions): Workspaces => {
  const upstream = new EmbeddedRemote(options.address);
  return {
    findHead: (branch) => findHead(upstream, branch),
    fetch: async (head, { older, below } = {}) => {
      const folder = below === undefined ? options.folder : join(options.folder, below);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await git.init({ fs, gitdir: folder, bare: true });
      const oid = older ?? head.oid;
      const came = await upstream.fetch(folder, head.branch, oid);
      return new EmbeddedWorkspace(await options.openStore(folder), folder, came);
    },
    reopen: async () => {
      const { folder } = options;
      await requireWorkspace(folder);
      return new EmbeddedWorkspace(await options.openStore(folder), folder, 0);
    },
  };
};

async function findHead(upstream: EmbeddedRemote, wanted: string | undefined): Promise<RemoteHead> {
  const prefix = wanted === undefined ? 'HEAD' : `refs/heads/${wanted}`;
  const found = (await upstream.references(prefix)).find(({ name }) => name === prefix);
  const branch = wanted ?? found?.target?.replace(/^refs\/heads\//, '');
  if (found !== undefined && branch !== undefined) return { branch, oid: found.oid, format: 'sha1' };
  throw noSuchBranch(upstream.address, wanted);
}

class EmbeddedWorkspace implements Workspace {
  readonly store: ObjectStore;
  readonly #folder: string;
  readonly #received: number;

  constructor(store: ObjectStore, folder: string, received: number) {
    this.store = store;
    this.#folder = folder;
    this.#received = received;
  }

  /** Everything came with the commit. */
  bring(): Promise<void> {
    return Promise.resolve();
  }

  received(): Promise<number> {
    return Promise.resolve(this.#received);
  }

  standing(address: string, names: readonly string[]): Promise<readonly Reference[]> {
    return standingAt(new EmbeddedRemote(address), names);
  }

  work({ references }: { readonly references: readonly Reference[] }): Promise<never> {
    const [first] = references;
    throw new Fault(
      'repository.unsupported',
      `${first?.name ?? 'A name'} stands there already, at ${first?.oid ?? 'nothing'}; without git it can't be told whose work that is.`,
      'Choose another name, --branch NAME, or install git.',
    );
  }

  push(
    act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
    { branch, head, tag, tagOid }: Submission,
    target: () => Promise<PushTarget>,
  ): OutwardAct {
    const references = [
      { name: `refs/heads/${branch}`, oid: head },
      { name: `refs/tags/${tag}`, oid: tagOid },
    ];
    const names = references.map(({ name }) => name);
    const outcome = references.map(({ name, oid }) => `${name} at ${oid}`).join(', ');
    return {
      ...act,
      perform: async (begun = false) => {
        const remote = remoteOf(await target());
        const there = await standingAt(remote, names);
        for (const { name, oid } of there) requireOurs(remote, name, oid, references);
        const missing = references.filter(({ name }) => !there.some((one) => one.name === name));
        for (const reference of missing) await remote.push(this.#folder, reference);
        const after = await standingAt(remote, names);
        for (const { name, oid } of after) requireOurs(remote, name, oid, references);
        return { outcome, made: missing.length > 0 || begun };
      },
      undo: async () => {
        const remote = remoteOf(await target());
        const there = await standingAt(remote, names);
        const ours = there.filter(({ name, oid }) =>
          references.some((one) => one.name === name && one.oid === oid),
        );
        for (const { name } of ours) await remote.remove(this.#folder, name);
        const deleted = ours.map(({ name }) => `deleted ${name} at ${remote.address}`).join(', ');
        return {
          undone: ours.length > 0,
          outcome: deleted === '' ? `nothing of it is left at ${remote.address}` : deleted,
        };
      },
    };
  }
}

const remoteOf = ({ address, login }: PushTarget): EmbeddedRemote =>
  new EmbeddedRemote(address, login?.token);

async function standingAt(remote: EmbeddedRemote, names: readonly string[]): Promise<readonly Reference[]> {
  const found: Reference[] = [];
  for (const name of names) found.push(...(await remote.references(name)).filter((one) => one.name === name));
  return found;
}

function requireOurs(
  { address }: EmbeddedRemote,
  name: string,
  oid: Oid,
  references: readonly Reference[],
): void {
  if (references.some((one) => one.name === name && parseOid(one.oid, 'sha1') === oid)) return;
  throw new Fault(
    'push.refused',
    `${name} at ${address} is left as it is: it stands there already, at ${oid}.`,
    'Choose another name with --branch, or look at what stands there.',
  );
}
