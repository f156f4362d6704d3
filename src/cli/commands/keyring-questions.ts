import { Fault } from '../../core/fault.ts';
import type { Choice, Prompter } from '../../core/ports.ts';
import type { KeyringContent } from '../../core/trust/keyring.ts';
import { type PolicyField, policyFields, policySettings, roles } from '../../core/trust/policy.ts';
import type { ExportRequest } from '../../workflows/export-keyring.ts';
import { Answers } from '../../workflows/answers.ts';

/**
 * The questions of the keyring verbs, each with the flag or argument that answers it beforehand. Where nobody can be
 * asked, everything that is missing is told at once.
 */
export class KeyringQuestions {
  readonly #answers: Answers;

  constructor(prompter: Prompter | undefined) {
    this.#answers = new Answers(prompter);
  }

  /** A given text, or what is typed for it; it is asked for again while `parse` throws a Fault of usage. */
  async text(
    given: string | undefined,
    flag: string,
    message: string,
    { preset, parse }: { readonly preset?: string; readonly parse?: (text: string) => unknown } = {},
  ): Promise<string> {
    if (given !== undefined) return given;
    const question = {
      ...{ flag, message },
      ...(preset === undefined ? {} : { preset }),
      ...(parse === undefined ? {} : { refusal: (text: string) => whyNot(() => parse(text)) }),
    };
    return (await this.#answers.text(question)) ?? '';
  }

  /** Given texts, or what is typed, with spaces or commas between; nothing typed is none. */
  async texts(
    given: readonly string[] | undefined,
    flag: string,
    message: string,
  ): Promise<readonly string[]> {
    if (given !== undefined && given.length > 0) return given;
    const typed = (await this.#answers.text({ flag, message })) ?? '';
    return typed.split(/[\s,]+/).filter((one) => one !== '');
  }

  /** Somebody in the keyring. */
  async contributor(
    given: string | undefined,
    keyring: KeyringContent | undefined,
    message: string,
  ): Promise<string> {
    if (given !== undefined) return given;
    if (keyring === undefined) return this.text(undefined, 'ID', message);
    return (await this.#answers.select({ flag: 'ID', message }, peopleOf(keyring))) ?? '';
  }

  /** Where the certificate of somebody new comes from: `gpg:alice@example.org`, or the path of a file. */
  async certificate(): Promise<string> {
    const kind = await this.#answers.select(
      { flag: 'FILE or --from', message: 'Where is the certificate?' },
      certificatePlaces,
    );
    if (kind === undefined) return '';
    const message = certificatePlaces.find(({ value }) => value === kind)?.detail ?? '';
    const typed = (await this.#answers.text({ flag: 'FILE or --from', message })) ?? '';
    return kind === 'file' ? typed : `${kind}:${typed}`;
  }

  /** Where newer copies of what is listed are: a directory that is asked for everybody's, or the path of a file. */
  async newerCopies(): Promise<{ readonly file: string } | { readonly directory: string }> {
    const flag = 'FILE or --from';
    const places = certificatePlaces.map(({ value, title }) => ({ value, title }));
    const kind = (await this.#answers.select({ flag, message: 'Where are newer copies?' }, places)) ?? '';
    if (kind !== 'file') return { directory: kind };
    return { file: (await this.#answers.text({ flag, message: 'The path of the file' })) ?? '' };
  }

  /** A field of the policy with its new setting: `unsigned=warn`. */
  async setting(keyring: KeyringContent | undefined): Promise<string> {
    const flag = 'FIELD=SETTING';
    const now = (field: PolicyField): string =>
      keyring === undefined ? '' : ` (now ${keyring.policy[field]})`;
    const fields = policyFields.map((field) => ({ value: field, title: `${field}${now(field)}` }));
    const field = await this.#answers.select({ flag, message: 'Which rule shall change?' }, fields);
    const known = policyFields.find((one) => one === field);
    if (known === undefined) return '';
    const settings = policySettings[known].map((value) => ({ value, title: value }));
    return `${known}=${(await this.#answers.select({ flag, message: `What shall ${known} be?` }, settings)) ?? ''}`;
  }

  /** The form in which a keyring is written for other programs. */
  async form(): Promise<ExportForm> {
    const message = 'What shall read it?';
    const form = await this.#answers.select({ flag: '--as', message, preset: 'armor' }, exportForms);
    return exportForms.find(({ value }) => value === form)?.value ?? 'armor';
  }

  /** Whose certificates: those of a role, or of one person; undefined: everybody's. */
  async whose(
    keyring: KeyringContent | undefined,
  ): Promise<{ readonly role: string } | { readonly id: string } | undefined> {
    const flag = 'ID or --role';
    const kinds = [{ value: everybody, title: 'everybody' }, ...rolesToChoose, onePerson];
    const kind = await this.#answers.select({ flag, message: 'Whose certificates?' }, kinds);
    if (kind === undefined || kind === everybody) return undefined;
    if (kind !== onePerson.value) return { role: kind };
    return { id: await this.contributor(undefined, keyring, 'Whose?') };
  }

  /** Throws a `usage.missing-answers` Fault that names everything that is missing. */
  requireAll(): void {
    this.#answers.requireAll();
  }
}

/** What a Fault of usage says and what mends it. */
function whyNot(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof Fault && error.code === 'usage.argument') return `${error.message} ${error.mend}`;
    throw error;
  }
}

const peopleOf = ({ contributors }: KeyringContent): readonly Choice[] =>
  [...contributors.values()].map(({ id, name }) => ({ value: id, title: `${id} (${name})` }));

type ExportForm = ExportRequest['form'];

const exportForms: readonly (Choice & { readonly value: ExportForm })[] = [
  { value: 'armor', title: 'gpg, git or sq, which import it', detail: 'certificates as text' },
  { value: 'binary', title: 'gpgv, which takes it as its keyring', detail: 'certificates in a file' },
  { value: 'anchor', title: 'opam repository add', detail: 'quorum and fingerprints of the admins' },
  { value: 'sq-git', title: 'sq-git', detail: 'its openpgp-policy.toml' },
];

const everybody = 'everybody';
const rolesToChoose: readonly Choice[] = roles.map((role) => ({ value: role, title: `every ${role}` }));
const onePerson: Choice = { value: 'one', title: 'one person' };

const certificatePlaces: readonly Choice[] = [
  { value: 'file', title: 'a file', detail: 'The path of the file' },
  { value: 'gpg', title: 'my gpg keyring', detail: 'The e-mail address or whole fingerprint' },
  { value: 'wkd', title: 'the Web Key Directory of an address', detail: 'The e-mail address' },
  { value: 'server', title: 'a key server', detail: 'The whole fingerprint or e-mail address' },
  { value: 'github', title: 'an account at GitHub', detail: 'The name of the account' },
];
