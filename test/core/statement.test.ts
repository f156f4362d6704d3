import { describe, expect, it } from 'vitest';
import { emptyTree } from '../../src/core/git/oid.ts';
import {
  type ChangeStatement,
  parseStatement,
  printStatement,
  type Statement,
  type StateStatement,
} from '../../src/core/statement.ts';

const oid = emptyTree('sha1');
const h1 = (letter: string): string => `h1:${letter.repeat(43)}=`;

const submission: ChangeStatement = {
  format: 1,
  kind: 'submission',
  repository: 'https://github.com/ocaml/opam-repository',
  packages: [{ nameVersion: 'foo.1.0', before: 'none', after: h1('A') }],
  source: { url: 'https://github.com/alice/foo', tag: 'v1.0', tagId: oid, commit: oid },
  archive: { url: 'https://example.org/foo-1.0.tar.gz', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) },
  owners: [],
  expires: 1803081600,
};

const state: StateStatement = {
  format: 1,
  kind: 'state',
  repository: 'https://github.com/ocaml/opam-repository',
  packages: [],
  source: undefined,
  archive: undefined,
  owners: [],
  expires: 1803081600,
  sequence: 2,
  previous: oid,
  state: h1('B'),
  keyring: `sha256:${'c'.repeat(64)}`,
  ledger: undefined,
};

const message = `Submit foo.1.0

Signet-Format: 1
Signet-Kind: submission
Signet-Repository: https://github.com/ocaml/opam-repository
Signet-Package: foo.1.0 none ${h1('A')}
Signet-Source: https://github.com/alice/foo v1.0 ${oid} ${oid}
Signet-Archive: https://example.org/foo-1.0.tar.gz sha256=${'a'.repeat(64)} sha512=${'b'.repeat(128)}
Signet-Expires: 2027-02-20T00:00:00Z
`;

function problems(text: string): string {
  const reading = parseStatement(text);
  return reading.ok ? 'accepted' : reading.problems.join(' ');
}

const changed = (from: string, to: string): string => {
  expect(message).toContain(from);
  return message.replace(from, to);
};

describe('a statement', () => {
  it('is printed in its canonical form', () => {
    expect(printStatement('Submit foo.1.0', submission)).toEqual({ ok: true, message });
  });

  it('is read from that form', () => {
    expect(parseStatement(message)).toEqual({ ok: true, statement: submission });
  });

  it('may stand beside the trailers of others and after paragraphs of text', () => {
    const text = changed('Submit foo.1.0\n', 'Submit foo.1.0\n\nText: more.\n\n* a list\n').replace(
      'Signet-Expires',
      'Co-authored-by: Bob <bob@example.org>\nSignet-Expires',
    );
    expect(parseStatement(`${text}\n \n`)).toEqual({ ok: true, statement: submission });
  });

  it('of a state says number, predecessor, state and keyring', () => {
    const printed = printStatement('State 2', state);
    expect(printed.ok && printed.message).toContain(
      `Signet-Sequence: 2\nSignet-Previous: ${oid}\nSignet-State: ${h1('B')}\nSignet-Keyring: sha256:${'c'.repeat(64)}\nSignet-Expires: 2027-02-20T00:00:00Z\n`,
    );
    expect(printed.ok && parseStatement(printed.message)).toEqual({ ok: true, statement: state });
  });

  it('of an endorsement needs no date, and names owners', () => {
    const endorsement: Statement = {
      ...submission,
      kind: 'endorsement',
      expires: undefined,
      source: undefined,
      archive: undefined,
      packages: [],
      owners: [{ name: 'lwt', contributor: 'alice' }],
    };
    const printed = printStatement('Endorse', endorsement);
    expect(printed.ok && printed.message).toContain('Signet-Owner: lwt alice\n');
    expect(printed.ok && parseStatement(printed.message)).toEqual({ ok: true, statement: endorsement });
  });

  it('is told apart from a message that has none', () => {
    expect(parseStatement('Merge pull request #1\n\nSigned-off-by: A <a@b>\n')).toMatchObject({
      ok: false,
      absent: true,
    });
    expect(parseStatement('')).toMatchObject({ ok: false, absent: true });
    expect(parseStatement('x\n\nSignet-Kind: nothing\n')).toMatchObject({ ok: false, absent: false });
  });
});

describe('a statement is refused', () => {
  it.each([
    ['without a kind', 'Signet-Kind: submission\n', '', 'Signet-Kind is missing.'],
    ['of an unknown kind', 'Kind: submission', 'Kind: approval', 'Signet-Kind must be one of'],
    ['of another format', 'Format: 1', 'Format: 2', 'Signet-Format must be 1'],
    [
      'without a repository',
      'Signet-Repository: https://github.com/ocaml/opam-repository\n',
      '',
      'Signet-Repository is missing.',
    ],
    ['without a date', 'Signet-Expires: 2027-02-20T00:00:00Z\n', '', 'Signet-Expires is missing.'],
    [
      'with a key that is not known',
      'Signet-Format: 1',
      'Signet-Format: 1\nSignet-Scope: all',
      'Signet-Scope has no place',
    ],
    [
      'with a key of another kind',
      'Signet-Format: 1',
      'Signet-Format: 1\nSignet-Sequence: 1',
      'Signet-Sequence has no place',
    ],
    [
      'with a key twice',
      'Signet-Format: 1',
      'Signet-Format: 1\nSignet-Format: 1',
      'Signet-Format stands more than once.',
    ],
    [
      'with two kinds',
      'Kind: submission',
      'Kind: submission\nSignet-Kind: endorsement',
      'Signet-Kind stands more than once.',
    ],
    [
      'with two words on one package',
      'Signet-Source',
      `Signet-Package: foo.1.0 none ${h1('B')}\nSignet-Source`,
      'Signet-Package speaks twice of foo.1.0.',
    ],
    ['with an abbreviated digest', h1('A'), 'h1:AAAA', 'Signet-Package must be'],
    ['that changes nothing', `none ${h1('A')}`, `${h1('A')} ${h1('A')}`, 'Signet-Package must be'],
    ['about something that is no package', 'foo.1.0 none', 'foo none', 'Signet-Package must be'],
    ['with an abbreviated commit', `${oid}\n`, `${oid.slice(0, 12)}\n`, 'Signet-Source must be'],
    ['with upper-case digits', 'sha256=aaaa', 'sha256=AAAA', 'Signet-Archive must be'],
    ['with a day that no calendar has', '2027-02-20', '2027-02-30', 'Signet-Expires must be'],
    ['with a month that no calendar has', '2027-02-20', '2027-13-20', 'Signet-Expires must be'],
    ['with a time zone', '00:00:00Z', '00:00:00+02:00', 'Signet-Expires must be'],
    ['with fractions of seconds', '00:00:00Z', '00:00:00.5Z', 'Signet-Expires must be'],
    ['with a key in other letters', 'Signet-Format', 'signet-format', 'is not written as'],
    ['with a space before the colon', 'Signet-Format:', 'Signet-Format :', 'is not written as'],
    ['with two spaces after the colon', 'Format: 1', 'Format:  1', 'is not written as'],
    ['with a space at the end', 'Format: 1', 'Format: 1 ', 'is not written as'],
    ['with a CR', 'Format: 1', 'Format: 1\r', 'is not written as'],
    ['with a NUL', 'Format: 1', 'Format: 1\0', 'is not written as'],
    ['with letters beyond ASCII', 'alice/foo v1.0', 'alice/f\u043e\u043e v1.0', 'is not written as'],
    ['with a folded line', 'Signet-Source: ', 'Signet-Source:\n ', 'is not written as'],
    [
      'with a continued line',
      'Format: 1',
      'Format: 1\n more',
      '" more" stands among the trailers and is none.',
    ],
    [
      'with prose among the trailers',
      'Signet-Kind',
      'as agreed\nSignet-Kind',
      'stands among the trailers and is none.',
    ],
    [
      'with a trailer in the text',
      'Submit foo.1.0',
      'Submit foo.1.0\n\nSignet-Owner: lwt alice',
      'stands outside the last paragraph',
    ],
    [
      'with an indented trailer in the text',
      'Submit foo.1.0',
      'Submit foo.1.0\n\n  signet-owner: lwt alice',
      'stands outside the last paragraph',
    ],
    ['with a line of dashes', 'Submit foo.1.0', 'Submit foo.1.0\n---', 'git takes the message to end there'],
    ['without a subject', 'Submit foo.1.0\n\n', '', 'The trailers are the first paragraph'],
    ['with an empty subject', 'Submit foo.1.0', '', 'The trailers are the first paragraph'],
  ])('%s', (_case, from, to, problem) => {
    expect(problems(changed(from, to))).toContain(problem);
  });

  it('if its trailers are not in the last paragraph', () => {
    expect(problems(`${message}\nAnd more text.\n`)).toContain('stands outside the last paragraph');
  });

  it('of a state, if number and predecessor do not fit', () => {
    const first = printStatement('State', { ...state, previous: 'none' });
    expect(!first.ok && first.problems).toEqual([
      'Signet-Previous is "none" exactly if Signet-Sequence is 1.',
    ]);
    expect(printStatement('State', { ...state, sequence: 1 }).ok).toBe(false);
    expect(printStatement('State', { ...state, sequence: 1, previous: 'none' }).ok).toBe(true);
  });

  it('with a line or a message without measure, in bounded time', () => {
    expect(problems(changed('Format: 1', `Format: 1${' 1'.repeat(1_000_000)}`))).toContain('on one line');
    expect(problems(`${'x\n'.repeat(3_000_000)}${message}`)).toContain(
      'The message is too long to look for trailers in it.',
    );
    const reading = parseStatement(changed('Signet-Kind', `${'x\n'.repeat(5000)}Signet-Kind`));
    expect(!reading.ok && reading.problems.length).toBeLessThan(50);
  });

  it('with more trailers than anyone writes, in bounded time', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, index) => `Signet-Package: foo.${index} none ${h1('A')}\n`,
    ).join('');
    expect(problems(changed('Signet-Source', `${many}Signet-Source`))).toContain('more than 10000 trailers');
  });
});
