import { emptyTree, type ObjectFormat } from '../../src/core/git/oid.ts';

/** What git's verify-commit or verify-tag does, if gpg calls every signature good. */
export type GitSays = 'accepts' | 'refuses' | 'does not ask gpg';

/** One odd object with what git says and what this project says: unsigned, signed, or the rule that it breaks. */
export interface ObjectCase {
  readonly title: string;
  readonly content: Uint8Array;
  readonly format?: ObjectFormat;
  readonly git: GitSays;
  readonly ours: string;
}

const begin = '-----BEGIN PGP SIGNATURE-----';
const end = '-----END PGP SIGNATURE-----';
const armor = `${begin}\n\nwsBcBAABCAAQ\n=abcd\n${end}\n`;
const sshArmor = '-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n';

const tree = `tree ${emptyTree('sha1')}`;
const parent = `parent ${'1'.repeat(40)}`;
const author = 'author Alice Example <alice@example.org> 1700000000 +0100';
const committer = 'committer Bob Example <bob@example.org> 1700000001 -0500';
const start = [tree, parent, author, committer];

const folded = (name: string, value: string): string =>
  `${name} ${value.replace(/\n$/, '').replaceAll('\n', '\n ')}`;
const gpgsig = folded('gpgsig', armor);

/** Text becomes bytes one to one (latin1). */
const object = (headers: readonly string[], message: string): Uint8Array =>
  Buffer.from(`${headers.join('\n')}\n\n${message}`, 'latin1');
const commit = (headers: readonly string[], message = 'Message\n'): Uint8Array => object(headers, message);
const signed = (message: string): Uint8Array => commit([...start, gpgsig], message);

const tagStart = [
  `object ${'1'.repeat(40)}`,
  'type commit',
  'tag v1',
  'tagger Alice Example <alice@example.org> 1700000000 +0100',
];
const tag = (message: string, headers: readonly string[] = []): Uint8Array =>
  object([...tagStart, ...headers], message);
const tagged = Buffer.from(tag(`Release\n${armor}`)).toString('latin1');

const sha256Start = [`tree ${emptyTree('sha256')}`, `parent ${'1'.repeat(64)}`, author, committer];

export const commitCases: readonly ObjectCase[] = [
  { title: 'a plain signed commit', content: signed('Message\n'), git: 'accepts', ours: 'signed' },
  { title: 'no signature', content: commit(start), git: 'does not ask gpg', ours: 'unsigned' },
  { title: 'no final line feed', content: signed('Message'), git: 'accepts', ours: 'signed' },
  { title: 'an empty message', content: signed(''), git: 'accepts', ours: 'signed' },
  {
    title: 'CRLF line ends in the message',
    content: signed('One\r\n\r\nTwo\r\n'),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'empty lines around the message',
    content: signed('\n\nMessage\n\n\n'),
    git: 'accepts',
    ours: 'signed',
  },
  { title: 'bytes that are no UTF-8', content: signed('\xff\xfe\x80\n'), git: 'accepts', ours: 'signed' },
  {
    title: 'encoding and latin1 text before the signature',
    content: commit([...start, 'encoding ISO-8859-1', gpgsig], 'Gr\xfc\xdfe\n'),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'encoding after the signature, as JGit writes it',
    content: commit([...start, gpgsig, 'encoding ISO-8859-1'], 'Gr\xfc\xdfe\n'),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'an empty line after END inside the header, as GitHub writes it',
    content: commit([...start, `${gpgsig}\n `]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'a mergetag before the signature, as git writes it',
    content: commit([...start, folded('mergetag', tagged), gpgsig]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'a mergetag after the signature',
    content: commit([...start, gpgsig, folded('mergetag', tagged)]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: "jj's change-id before the signature",
    content: commit([...start, 'change-id zlllzpslmntm', gpgsig]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'an SSH signature',
    content: commit([...start, folded('gpgsig', sshArmor)]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'a signature block in the message',
    content: signed(`${armor}\ngpgsig ${begin}\n`),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'two gpgsig headers',
    content: commit([...start, gpgsig, gpgsig]),
    git: 'accepts',
    ours: 'signature-doubled',
  },
  {
    title: 'two armored blocks in one gpgsig header',
    content: commit([...start, folded('gpgsig', armor + armor)]),
    git: 'accepts',
    ours: 'signature-armor',
  },
  {
    title: 'gpgsig directly after tree, which hides the parents from git log',
    content: commit([tree, gpgsig, parent, author, committer]),
    git: 'accepts',
    ours: 'header-order',
  },
  {
    title: 'gpgsig between two other headers',
    content: commit([...start, 'encoding UTF-8', gpgsig, 'change-id zlll']),
    git: 'accepts',
    ours: 'signature-position',
  },
  {
    title: 'an added header whose name starts with gpgsig',
    content: commit([...start, gpgsig, 'gpgsigfoo not signed by anybody']),
    git: 'accepts',
    ours: 'signature-look-alike',
  },
  {
    title: 'gpgsigx that takes a second tree with it',
    content: commit([...start, gpgsig, 'gpgsigx first', ` ${tree}`]),
    git: 'accepts',
    ours: 'signature-look-alike',
  },
  {
    title: 'a second tree after the signature',
    content: commit([...start, gpgsig, tree]),
    git: 'accepts',
    ours: 'duplicate-header',
  },
  {
    title: 'a parent after the signature',
    content: commit([...start, gpgsig, parent]),
    git: 'accepts',
    ours: 'header-order',
  },
  {
    title: 'the signature for the other hash function beside its own',
    content: commit([...start, gpgsig, folded('gpgsig-sha256', armor)]),
    git: 'accepts',
    ours: 'signature-look-alike',
  },
  {
    title: 'only the signature for the other hash function',
    content: commit([...start, folded('gpgsig-sha256', armor)]),
    git: 'does not ask gpg',
    ours: 'signature-look-alike',
  },
  {
    title: 'a header that nobody knows beside a signature',
    content: commit([...start, 'approved-by everybody', gpgsig]),
    git: 'accepts',
    ours: 'signature-beside-unknown-header',
  },
  {
    title: 'text between gpgsig and BEGIN',
    content: commit([...start, folded('gpgsig', `an evil message\n${armor}`)]),
    git: 'does not ask gpg',
    ours: 'signature-armor',
  },
  {
    title: 'text after END inside the header',
    content: commit([...start, folded('gpgsig', `${armor}more\n`)]),
    git: 'accepts',
    ours: 'signature-armor',
  },
  {
    title: 'a block without END',
    content: commit([...start, folded('gpgsig', `${begin}\n\nabcd\n`)]),
    git: 'accepts',
    ours: 'signature-armor',
  },
  {
    title: 'armor of type PGP MESSAGE',
    content: commit([...start, folded('gpgsig', armor.replaceAll('SIGNATURE', 'MESSAGE'))]),
    git: 'accepts',
    ours: 'signature-armor',
  },
  { title: 'a NUL in the message', content: signed('Shown\n\0hidden\n'), git: 'accepts', ours: 'nul-byte' },
  {
    title: 'a committer line without a time',
    content: commit([tree, parent, author, 'committer Bob', gpgsig]),
    git: 'does not ask gpg',
    ours: 'bad-identity',
  },
  {
    title: 'a broken author line',
    content: commit([tree, parent, 'author nobody', committer, gpgsig]),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'no committer',
    content: commit([tree, parent, author, gpgsig]),
    git: 'does not ask gpg',
    ours: 'missing-header',
  },
  {
    title: 'no empty line before the end',
    content: Buffer.from(`${[...start, gpgsig].join('\n')}\n`),
    git: 'accepts',
    ours: 'signature-without-blank-line',
  },
  {
    title: 'the first line of the message directly after committer, as in four real commits',
    content: commit([...start, 'Partial update of something'], 'More\n'),
    git: 'does not ask gpg',
    ours: 'unsigned',
  },
  {
    title: 'a signed commit of a SHA-256 repository',
    content: commit([...sha256Start, folded('gpgsig-sha256', armor)]),
    format: 'sha256',
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'a SHA-1 signature in a SHA-256 repository',
    content: commit([...sha256Start, gpgsig]),
    format: 'sha256',
    git: 'does not ask gpg',
    ours: 'signature-look-alike',
  },
];

export const tagCases: readonly ObjectCase[] = [
  { title: 'a plain signed tag', content: tag(`Release\n${armor}`), git: 'accepts', ours: 'signed' },
  { title: 'no signature', content: tag('Release\n'), git: 'does not ask gpg', ours: 'unsigned' },
  { title: 'CRLF line ends', content: tag(`One\r\nTwo\r\n${armor}`), git: 'accepts', ours: 'signed' },
  { title: 'bytes that are no UTF-8', content: tag(`\xfc\xff\n${armor}`), git: 'accepts', ours: 'signed' },
  { title: 'an SSH signature', content: tag(`Release\n${sshArmor}`), git: 'accepts', ours: 'signed' },
  { title: 'no message', content: tag(armor), git: 'accepts', ours: 'signed' },
  {
    title: 'an indented block before the signature',
    content: tag(`Release\n ${begin}\n ${end}\n${armor}`),
    git: 'accepts',
    ours: 'signed',
  },
  {
    title: 'BEGIN within a line',
    content: tag(`Release ${armor}`),
    git: 'does not ask gpg',
    ours: 'unsigned',
  },
  {
    title: 'two blocks',
    content: tag(`Release\n${armor}${armor}`),
    git: 'accepts',
    ours: 'signature-doubled',
  },
  {
    title: 'BEGIN alone earlier in the message',
    content: tag(`Release\n${begin}\n${armor}`),
    git: 'accepts',
    ours: 'signature-doubled',
  },
  {
    title: 'text after END',
    content: tag(`Release\n${armor}More\n`),
    git: 'accepts',
    ours: 'signature-armor',
  },
  {
    title: 'an empty line after END',
    content: tag(`Release\n${armor}\n`),
    git: 'accepts',
    ours: 'signature-armor',
  },
  {
    title: 'a gpgsig-sha256 header beside its own signature',
    content: tag(`Release\n${armor}`, [folded('gpgsig-sha256', armor)]),
    git: 'accepts',
    ours: 'signature-look-alike',
  },
  {
    title: 'a header that nobody knows',
    content: tag(`Release\n${armor}`, ['approved-by everybody']),
    git: 'accepts',
    ours: 'signature-beside-unknown-header',
  },
  {
    title: 'no tagger',
    content: object(tagStart.slice(0, 3), `Release\n${armor}`),
    git: 'does not ask gpg',
    ours: 'signature-without-tagger',
  },
  {
    title: 'a second object header',
    content: tag(`Release\n${armor}`, tagStart.slice(0, 1)),
    git: 'accepts',
    ours: 'duplicate-header',
  },
  { title: 'a NUL', content: tag(`Rel\0ease\n${armor}`), git: 'accepts', ours: 'nul-byte' },
  {
    title: 'a signed tag of a SHA-256 repository',
    content: object([`object ${'1'.repeat(64)}`, ...tagStart.slice(1)], `Release\n${armor}`),
    format: 'sha256',
    git: 'accepts',
    ours: 'signed',
  },
];
