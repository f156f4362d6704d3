import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import type { Seconds } from '../../core/ports.ts';
import { parseMoment } from '../../core/trust/keyring-rules.ts';
import { policyFields, policySettings, roles, type Policy, type Role } from '../../core/trust/policy.ts';
import { resultJson } from '../../render/json.ts';
import { differenceText } from '../../render/keyring.ts';
import type { GivenCertificate } from '../../workflows/change-keyring-certificate.ts';
import {
  keyringAt,
  type KeyringWork,
  type Outcome,
  type Proposal,
} from '../../workflows/change-keyring-draft.ts';
import { readRequested } from '../../workflows/request-keyring.ts';
import {
  proposeContributor,
  proposeFirst,
  proposeRules,
  writeProposal,
  type ContributorRequest,
} from '../../workflows/change-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { type BranchOptions, keepOnBranch, requireBranch, standingText } from './keyring-branch.ts';
import { readSources, type SourceOptions } from './keyring-sources.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import {
  type PlaceOptions,
  agreed,
  noKeyringAt,
  openWork,
  prompterOf,
  readCertificateFiles,
  refuse,
  standingKeyring,
} from './keyring-work.ts';

export interface ProposalOptions extends PlaceOptions, BranchOptions {
  readonly dryRun: boolean;
}

interface InitOptions extends ProposalOptions, SigningKeyOptions {
  readonly repository?: string | undefined;
  readonly threshold?: string | undefined;
  /** `ID`, whose certificate is that of the signing key, or `ID=FILE`. */
  readonly admin?: readonly string[] | undefined;
  /** `FIELD=SETTING`. */
  readonly policy?: readonly string[] | undefined;
  readonly expires?: string | undefined;
}

/** `keyring init`: version 1, for its admins to sign. */
export async function keyringInitCommand(context: Context, options: InitOptions): Promise<ExitCode> {
  const { expires } = options;
  const ask = new KeyringQuestions(prompterOf(context));
  const repository = await ask.text(
    options.repository,
    '--repository',
    "The package repository's id, its URL:",
  );
  const named = await ask.texts(options.admin, '--admin', 'The admins, such as ada ben=ben.asc:');
  // Two, where there are two: one lost key stops nobody, and one stolen key decides nothing.
  const usual = String(Math.min(2, Math.max(1, named.length)));
  const threshold = await ask.text(options.threshold, '--threshold', 'How many of them must sign a change?', {
    preset: usual,
    parse: thresholdOf,
  });
  ask.requireAll();
  const admins = await Promise.all(named.map((admin) => adminRequest(context, admin, options)));
  const request = {
    repository,
    threshold: thresholdOf(threshold),
    admins,
    policy: policyOf(options.policy ?? []),
    ...(expires === undefined ? {} : { expires: momentOf(expires) }),
  };
  return proposeAnd(context, 'keyring init', options, (work) => proposeFirst(work, request));
}

interface AddOptions extends ProposalOptions, SourceOptions {
  readonly id?: string | undefined;
  readonly files: readonly string[];
  readonly name?: string | undefined;
  readonly github?: string | undefined;
  readonly role?: readonly string[] | undefined;
  readonly package?: readonly string[] | undefined;
  /** A branch or commit by which somebody asks to be added. */
  readonly request?: string | undefined;
}

/** `keyring add ID [FILE…]`: a contributor, or more for one who is there. */
export async function keyringAddCommand(context: Context, options: AddOptions): Promise<ExitCode> {
  const { name, github } = options;
  const ask = new KeyringQuestions(prompterOf(context));
  const id = await ask.text(options.id, 'ID', 'Who is added? (lower-case letters, digits and dashes)');
  const [files, from] = [[...options.files], [...(options.from ?? [])]];
  const more = github ?? options.role ?? options.package ?? options.request;
  if (files.length + from.length === 0 && more === undefined) {
    const place = await ask.certificate();
    (/^(?:gpg|wkd|server|github):/.test(place) ? from : files).push(place);
  }
  ask.requireAll();
  if (options.request !== undefined) return addRequested(context, { ...options, id }, options.request);
  const certificates = await readSources(context, files, { ...options, from });
  if (!certificates.ok) return refuse(context, 'keyring add', certificates.findings);
  const request: ContributorRequest = {
    id,
    roles: (options.role ?? []).map(roleOf),
    packages: options.package ?? [],
    certificates: certificates.value,
    ...(name === undefined ? {} : { name }),
    ...(github === undefined ? {} : { github }),
  };
  return proposeAnd(context, 'keyring add', options, (work) => proposeContributor(work, request));
}

/** The person and certificate of a request; what is given beside it, such as packages, is added to that. */
async function addRequested(
  context: Context,
  options: AddOptions & { readonly id: string },
  head: string,
): Promise<ExitCode> {
  const verb = 'keyring add';
  const { environment, now } = context;
  const store = await openStore(context.options.directory, { kind: 'auto', environment });
  try {
    const base = await requireCommit(store, options.base ?? 'HEAD');
    const inForce = await keyringAt(store, base);
    if (!inForce.ok) return await refuse(context, verb, inForce.findings);
    if (inForce.value === undefined) throw noKeyringAt(options.base ?? 'HEAD');
    const place = { store, base, inForce: inForce.value, now };
    const asked = await readRequested(place, await requireCommit(store, head), options.id);
    if (!asked.ok) return await refuse(context, verb, asked.findings);
    const request: ContributorRequest = {
      ...asked.value,
      roles: [...asked.value.roles, ...(options.role ?? []).map(roleOf)],
      packages: options.package ?? asked.value.packages,
      ...(options.name === undefined ? {} : { name: options.name }),
    };
    return await proposeAnd(context, verb, options, (work) => proposeContributor(work, request));
  } finally {
    await store.close();
  }
}

interface PolicyOptions extends ProposalOptions {
  /** `FIELD=SETTING`. */
  readonly settings: readonly string[];
  readonly threshold?: string | undefined;
  readonly expires?: string | undefined;
}

/** `keyring policy [FIELD=SETTING…]`: other rules, or a later end. */
export async function keyringPolicyCommand(context: Context, options: PolicyOptions): Promise<ExitCode> {
  const { threshold, expires } = options;
  const settings = [...options.settings];
  if (settings.length === 0 && (threshold ?? expires) === undefined) {
    const ask = new KeyringQuestions(prompterOf(context));
    settings.push(await ask.setting(await standingKeyring(context, options)));
    ask.requireAll();
  }
  const request = {
    policy: policyOf(settings),
    ...(threshold === undefined ? {} : { threshold: thresholdOf(threshold) }),
    ...(expires === undefined ? {} : { expires: momentOf(expires) }),
  };
  return proposeAnd(context, 'keyring policy', options, (work) => proposeRules(work, request));
}

/** Shows what a proposal changes, asks once, writes it. */
export async function proposeAnd(
  context: Context,
  verb: string,
  options: ProposalOptions,
  propose: (work: KeyringWork) => Promise<Outcome<Proposal>>,
): Promise<ExitCode> {
  requireBranch(options);
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const proposal = await propose(work.value);
  if (!proposal.ok) return refuse(context, verb, proposal.findings);
  const { state, difference = [], unsigned } = proposal.value;
  const { version } = state.keyring;
  context.tell(differenceText(difference, context.errorStyle));
  if (unsigned.length > 0)
    context.tell(`The signatures of ${unsigned.join(', ')} are lost: they fit the text before.\n`);
  if (!options.dryRun) {
    if (!(await agreed(context, `Write this as version ${version} of the keyring file?`)))
      return exitCodes.interrupted;
    await keepOnBranch(context, options, state, `Propose keyring version ${version}`, () =>
      writeProposal(work.value.folder, proposal.value),
    );
  }
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, {
          version,
          digest: state.keyring.digest,
          dryRun: options.dryRun,
          difference,
          unsigned,
        })
      : `version ${version}, ${options.dryRun ? 'not written' : standingText(options)}\n`,
  );
  return exitCodes.done;
}

async function adminRequest(
  context: Context,
  text: string,
  options: InitOptions,
): Promise<ContributorRequest> {
  const [, id = text, file] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const certificates =
    file === undefined
      ? [await ownCertificate(context, options)]
      : await readCertificateFiles(context, [file]);
  return { id, roles: [], packages: [], certificates };
}

async function ownCertificate(context: Context, options: SigningKeyOptions): Promise<GivenCertificate> {
  const signer = await openSigningKey(context, options);
  return { source: signer.description, data: await signer.certificate() };
}

function thresholdOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Fault('usage.argument', `--threshold is a whole number, not "${text}".`, 'Give 1 or more.');
}

/** A day means its first second. */
export function momentOf(text: string): Seconds {
  const moment = parseMoment(text) ?? parseMoment(`${text}T00:00:00Z`);
  if (moment !== undefined) return moment;
  throw new Fault(
    'usage.argument',
    `"${text}" is not a day or moment in UTC.`,
    'Write it like 2027-11-01 or 2027-11-01T00:00:00Z.',
  );
}

export function roleOf(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new Fault('usage.argument', `"${text}" is not a role.`, `The roles are ${roles.join(', ')}.`);
}

const policyOf = (texts: readonly string[]): Partial<Policy> =>
  texts.map(settingOf).reduce<Partial<Policy>>((all, one) => ({ ...all, ...one }), {});

function settingOf(text: string): Partial<Policy> {
  const [name, setting] = text.split('=', 2);
  const field = policyFields.find((one) => one === name);
  const settings: readonly string[] = field === undefined ? [] : policySettings[field];
  if (field !== undefined && setting !== undefined && settings.includes(setting)) return { [field]: setting };
  const known = policyFields.map((one) => `${one}=${policySettings[one].join('|')}`).join(', ');
  throw new Fault('usage.argument', `"${text}" is not a policy.`, `There are ${known}.`);
}
