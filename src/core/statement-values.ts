import { NO_DIRECTORY } from './digest.ts';
import { type Oid, parseOid } from './git/oid.ts';
import { isPackageName, splitNameVersion } from './opam/package.ts';
import type { Seconds } from './ports.ts';

/** How one kind of value is written in a trailer. */
export interface Form<T> {
  /** What it looks like, for messages. */
  readonly looks: string;
  /** Undefined unless the text is exactly what `print` writes for some value. */
  parse(text: string): T | undefined;
  print(value: T): string;
}

/** What a statement says of one package directory: its digests before and after (trust model, section 5.4). */
export interface PackageStatement {
  readonly nameVersion: string;
  /** `none`, or `h1:` and base64. */
  readonly before: string;
  readonly after: string;
}

/** The tag that a release was made from. */
export interface ReleaseSource {
  readonly url: string;
  readonly tag: string;
  /** The tag object; undefined for a lightweight tag. */
  readonly tagId: Oid | undefined;
  readonly commit: Oid;
}

export interface ReleaseArchive {
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sha512: string;
}

/** Enrols a standing package name (trust model, section 4). */
export interface OwnerStatement {
  readonly name: string;
  readonly contributor: string;
}

const word = (looks: string, form: RegExp): Form<string> => ({
  looks,
  parse: (text) => (form.test(text) ? text : undefined),
  print: (value) => value,
});

export const repositoryForm = word(
  'the id of the repository: its URL, without spaces',
  /^[\x21-\x7e]{1,500}$/,
);
export const stateForm = word('"h1:" and the base64 of a SHA-256', /^h1:[A-Za-z0-9+/]{43}=$/);
export const keyringForm = word('"sha256:" and 64 digits', /^sha256:[0-9a-f]{64}$/);

const digestForm = word('"none", or "h1:" and the base64 of a SHA-256', /^(?:none|h1:[A-Za-z0-9+/]{43}=)$/);
const urlForm = word('a URL', /^[a-z][a-z0-9+.-]*:[\x21-\x7e]{1,2000}$/);

export const packageForm: Form<PackageStatement> = {
  looks: '<name.version> <old digest> <new digest>, the two different',
  parse(text) {
    const [nameVersion = '', before = '', after = '', ...more] = text.split(' ');
    if (more.length > 0 || splitNameVersion(nameVersion) === undefined || before === after) return undefined;
    const digests = digestForm.parse(before) !== undefined && digestForm.parse(after) !== undefined;
    return digests ? { nameVersion, before, after } : undefined;
  },
  print: ({ nameVersion, before, after }) => `${nameVersion} ${before} ${after}`,
};

export const sourceForm: Form<ReleaseSource> = {
  looks: '<url> <tag> <tag id, or none> <commit id>',
  parse(text) {
    const [url = '', tag = '', tagText = '', commitText = '', ...more] = text.split(' ');
    const tagId = wholeId(tagText);
    const commit = wholeId(commitText);
    if (more.length > 0 || urlForm.parse(url) === undefined || tag === '' || commit === undefined)
      return undefined;
    return tagId === undefined && tagText !== NO_DIRECTORY ? undefined : { url, tag, tagId, commit };
  },
  print: ({ url, tag, tagId, commit }) => `${url} ${tag} ${tagId ?? 'none'} ${commit}`,
};

export const archiveForm: Form<ReleaseArchive> = {
  looks: '<url> sha256=<64 digits> sha512=<128 digits>',
  parse(text) {
    const [, url = '', sha256 = '', sha512 = ''] =
      /^(\S+) sha256=([0-9a-f]{64}) sha512=([0-9a-f]{128})$/.exec(text) ?? [];
    return urlForm.parse(url) === undefined ? undefined : { url, sha256, sha512 };
  },
  print: ({ url, sha256, sha512 }) => `${url} sha256=${sha256} sha512=${sha512}`,
};

export const ownerForm: Form<OwnerStatement> = {
  looks: '<package name> <contributor id>',
  parse(text) {
    const [name = '', contributor = '', ...more] = text.split(' ');
    const wellFormed =
      isPackageName(name) && /^[a-z0-9][a-z0-9-]{0,63}$/.test(contributor) && more.length === 0;
    return wellFormed ? { name, contributor } : undefined;
  },
  print: ({ name, contributor }) => `${name} ${contributor}`,
};

/** ISO 8601 in UTC with whole seconds; a day that no calendar has is none. */
export const momentForm: Form<Seconds> = {
  looks: 'a date and time in UTC like 2027-02-20T00:00:00Z',
  parse(text) {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
    const milliseconds = Date.parse(text);
    if (Number.isNaN(milliseconds)) return undefined;
    return momentForm.print(milliseconds / 1000) === text ? milliseconds / 1000 : undefined;
  },
  print(seconds) {
    const date = new Date(seconds * 1000);
    return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
  },
};

export const sequenceForm: Form<number> = {
  looks: 'a whole number, 1 or more',
  parse(text) {
    const number = /^[1-9]\d*$/.test(text) ? Number(text) : NaN;
    return Number.isSafeInteger(number) ? number : undefined;
  },
  print: (value) => String(value),
};

/** The id of the state tag before, or that there is none. */
export const previousForm: Form<Oid | 'none'> = {
  looks: 'the whole id of a state tag, or none',
  parse: (text) => (text === 'none' ? text : wholeId(text)),
  print: (value) => value,
};

const wholeId = (text: string): Oid | undefined => parseOid(text, 'sha1') ?? parseOid(text, 'sha256');
