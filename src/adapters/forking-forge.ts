import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { BranchSending, Facts, OutwardAct, Undone } from '../core/outward-act.ts';
import type {
  BranchRequest,
  Forge,
  ForgeKind,
  ObjectStore,
  PackageRepository,
  Reference,
  RepositoryPlace,
  Submission,
  SubmissionNames,
} from '../core/ports.ts';
import { withBlock } from '../core/publish/marked-block.ts';
import type { StandingWork } from '../core/publish/standing-work.ts';
import type { GitHubToken } from './github-token.ts';
import { pushFrom } from './git-workspaces.ts';
import { pushDetails, pushWords } from './push-submission.ts';
import { sendBranch } from './send-branch.ts';
import type { PushTarget, Workspace, WorkspaceOptions } from './workspace.ts';
import { workspacesOf } from './workspaces.ts';

/** A request to take a branch, as it stands: a pull request or a merge request. */
export interface StandingRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly text: string;
}

/** From which branch of which fork to which branch. */
interface RequestPlace {
  readonly fork: string;
  readonly branch: string;
  readonly base: string;
}

/** What a product's interface is asked when something is submitted. Repositories go by their paths: `owner/name`. */
export interface ForkingProduct {
  readonly kind: ForgeKind;
  readonly title: string;
  readonly site: string;
  readonly token: GitHubToken | undefined;
  readonly upstream: string;
  /** `pull request`, `merge request` */
  readonly request: string;
  login(): Promise<string>;
  /** Whether a repository stands, and is the package repository or a fork of it. */
  standing(path: string): Promise<'fork' | 'other' | 'none'>;
  /** Forks the package repository for the account of the token; what stands already is given back. */
  fork(): Promise<string>;
  find(place: RequestPlace): Promise<StandingRequest | undefined>;
  read(number: number): Promise<StandingRequest>;
  open(place: RequestPlace, request: BranchRequest, text: string): Promise<StandingRequest>;
  change(number: number, text: string): Promise<StandingRequest>;
  close(number: number): Promise<StandingRequest>;
}

export interface ForkingOptions extends Omit<WorkspaceOptions, 'address'> {
  /** The fork to push to; undefined: the user's own, which is made if there is none. */
  readonly fork: string | undefined;
  readonly draft: boolean;
}

/** Package repositories at a forge where a submission is a request from the submitter's fork. */
export function forkingForge(product: ForkingProduct, options: ForkingOptions): Forge {
  const address = `${product.site}/${product.upstream}`;
  const places = { ...options, address: `${address}.git` };
  return {
    kind: product.kind,
    address,
    open: async (branch) => {
      const workspaces = await workspacesOf(places);
      const head = await workspaces.findHead(branch);
      const workspace = await workspaces.fetch(head);
      const facts = await factsOf(product, options.fork);
      return new ForkedRepository(product, options, workspace, {
        branch: head.branch,
        base: head.oid,
        facts,
      });
    },
    reopen: async (place) =>
      new ForkedRepository(product, options, await (await workspacesOf(places)).reopen(), place),
  };
}

/** `login`, and `fork` where one stands already. Where nobody is logged in, nothing is asked. */
async function factsOf(product: ForkingProduct, named: string | undefined): Promise<Facts> {
  if (product.token === undefined) return {};
  const login = await product.login();
  const path = named ?? `${login}/${product.upstream.replace(/^.*\//, '')}`;
  const found = await product.standing(path);
  if (found === 'fork') return { login, fork: path };
  if (found === 'none' && named === undefined) return { login };
  throw new Fault(
    'usage.argument',
    `${path} is no fork of ${product.upstream} at ${product.title}, or this token may not see it.`,
    'Name the fork with --fork OWNER/NAME.',
  );
}

class ForkedRepository implements PackageRepository {
  readonly branch: string;
  readonly base: Oid;
  readonly facts: Facts;
  readonly #product: ForkingProduct;
  readonly #options: ForkingOptions;
  readonly #workspace: Workspace;
  #fork: string | undefined;

  constructor(
    product: ForkingProduct,
    options: ForkingOptions,
    workspace: Workspace,
    { branch, base, facts }: RepositoryPlace,
  ) {
    this.branch = branch;
    this.base = base;
    this.facts = facts;
    this.#product = product;
    this.#options = options;
    this.#workspace = workspace;
    this.#fork = facts['fork'];
  }

  get tip(): Oid {
    return this.base;
  }

  get store(): ObjectStore {
    return this.#workspace.store;
  }

  bring(oids: readonly Oid[]): Promise<void> {
    return this.#workspace.bring(oids);
  }

  async standing(names: readonly string[]): Promise<readonly Reference[]> {
    if (this.#fork === undefined) return [];
    const address = `${this.#product.site}/${this.#fork}.git`;
    return this.#workspace.standing(address, names);
  }

  work(standing: readonly Reference[]): Promise<StandingWork> {
    const from = `${this.#product.site}/${this.#fork ?? ''}.git`;
    return this.#workspace.work({ branch: this.branch, from, references: standing });
  }

  announce(names: SubmissionNames): readonly string[] {
    const forking = this.facts['fork'] === undefined ? [this.#forkTitle] : [];
    return [...forking, this.#pushTitle(names), this.#requestTitle(names.branch)];
  }

  acts(submission: Submission): readonly OutwardAct[] {
    const details = { upstream: this.#product.upstream, ...pushDetails(submission), base: this.base };
    const act = { id: 'push-submission', title: this.#pushTitle(submission), details };
    const push = this.#workspace.push(act, submission, () => this.#target());
    return this.facts['fork'] === undefined ? [this.#forking(), push] : [push];
  }

  sending(branch: string): BranchSending {
    return sendBranch(branch, {
      to: this.#pushedTo,
      forking: this.facts['fork'] === undefined ? this.#forking() : undefined,
      destination: async (folder) => pushFrom({ folder }, this.#options.environment, await this.#target()),
    });
  }

  requests(wish: BranchRequest): readonly OutwardAct[] {
    const { branch, title } = wish;
    return [
      {
        id: 'open-pull-request',
        title: this.#requestTitle(branch),
        details: { upstream: this.#product.upstream, base: this.branch, branch, title },
        perform: async (begun = false) => {
          const place = await this.#place(branch);
          const standing = await this.#product.find(place);
          const request = await this.#put(place, wish, standing);
          const facts = { number: String(request.number), url: request.url };
          return { outcome: request.url, made: standing === undefined || begun, facts };
        },
        undo: (facts) => this.#close(branch, facts?.['number']),
      },
    ];
  }

  async #target(): Promise<PushTarget> {
    const { site, token } = this.#product;
    return { address: `${site}/${await this.#requireFork()}.git`, login: { site, token } };
  }

  received(): Promise<number> {
    return this.#workspace.received();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  get #forkTitle(): string {
    return `fork ${this.#product.upstream} for ${this.facts['login'] ?? 'your account'}`;
  }

  #pushTitle(names: SubmissionNames): string {
    return pushWords(names, this.#pushedTo);
  }

  get #pushedTo(): string {
    const { fork, login } = this.facts;
    return fork ?? `the fork of ${login ?? 'your account'}`;
  }

  #requestTitle(branch: string): string {
    const { request, upstream } = this.#product;
    return `open a ${this.#options.draft ? 'draft ' : ''}${request} for branch ${branch} at ${upstream}`;
  }

  /** The act that forks. What was forked is never deleted again: it may hold other people's work by then. */
  #forking(): OutwardAct {
    return {
      id: 'fork',
      title: this.#forkTitle,
      details: { upstream: this.#product.upstream },
      perform: async () => {
        const fork = await this.#requireFork();
        for (let attempt = 0; (await this.#product.standing(fork)) !== 'fork'; attempt++) {
          if (attempt === attempts) throw unfinished(this.#product, fork);
          await pause(milliseconds);
        }
        return { outcome: fork, made: true, facts: { fork } };
      },
    };
  }

  async #requireFork(): Promise<string> {
    this.#fork ??= await this.#product.fork();
    return this.#fork;
  }

  async #place(branch: string): Promise<RequestPlace> {
    return { fork: await this.#requireFork(), branch, base: this.branch };
  }

  /** Only what stands between our marks is changed: title and words of people stay. */
  #put(
    place: RequestPlace,
    wish: BranchRequest,
    standing: StandingRequest | undefined,
  ): Promise<StandingRequest> {
    const text = withBlock(standing?.text ?? '', wish.text);
    if (standing === undefined) return this.#product.open(place, wish, text);
    return text === standing.text ? Promise.resolve(standing) : this.#product.change(standing.number, text);
  }

  async #close(branch: string, known: string | undefined): Promise<Undone> {
    const product = this.#product;
    const number =
      known === undefined ? (await product.find(await this.#place(branch)))?.number : Number(known);
    if (number === undefined)
      return { undone: false, outcome: `no ${product.request} for branch ${branch} is open` };
    const { state } = await product.read(number);
    const what = `${product.request} ${number}`;
    if (state !== 'open') return { undone: false, outcome: `${what} is ${state} already` };
    await product.close(number);
    return { undone: true, outcome: `closed ${what}` };
  }
}

const attempts = 60;
const milliseconds = 1000;

const unfinished = ({ title, upstream }: ForkingProduct, fork: string): Fault =>
  new Fault(
    'network.failed',
    `${title} has not finished forking ${upstream} to ${fork}.`,
    'Wait a minute, then run it again; publish goes on with --continue.',
  );
