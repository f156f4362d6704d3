import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printKeyring } from '../../../src/core/trust/keyring-print.ts';
import { parseKeyring, type KeyringProblem } from '../../../src/core/trust/keyring.ts';

const alice = '0A'.repeat(20);
const bob = '0B'.repeat(32);
const carol = 'CA401'.repeat(8);

/** A keyring file that uses every field; the tests change one thing in it. */
const whole = `# the people of this repository
format     = 1
repository = "https://example.org/packages"
version    = 7
previous   = "sha256:${'5'.repeat(64)}"
created    = 2026-11-01T00:00:00Z
expires    = 2027-11-01T00:00:00Z
threshold  = 2

[policy]
new-packages = "claim"
unsigned = "warn"
merges = "maintainer"
source-tag = "require"
sha1-bindings = "refuse"

[contributors.alice]
name = "Alice Example"
github = "alice"
roles = ["admin", "contributor"]
packages = ["foo", "foo-*"]
fingerprints = ["${alice}", "${carol}"]

[contributors.bob-2]
name = "Bob"
roles = ["maintainer", "admin"]
fingerprints = [
  "${bob}",
]

[packages.lwt]
owners = ["alice", "bob-2"]

[packages."conf-g++"]
owners = ["bob-2"]

[[compromised]]
fingerprint = "${'0C'.repeat(20)}"
since = 2026-03-01T00:00:00Z
reason = "laptop stolen"

[[reattested]]
state = "${'d'.repeat(40)}"
`;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function problemsOf(text: string | Uint8Array): readonly KeyringProblem[] {
  const parsing = parseKeyring(typeof text === 'string' ? bytes(text) : text);
  return parsing.ok ? [] : parsing.problems;
}

/** The problems after one replacement, which must have changed something. */
function after(from: string, to: string): readonly KeyringProblem[] {
  const text = whole.replace(from, to);
  expect(text).not.toBe(whole);
  return problemsOf(text);
}

describe('a keyring file', () => {
  it('is read whole', () => {
    const parsing = parseKeyring(bytes(whole));
    expect(parsing).toEqual({
      ok: true,
      keyring: {
        repository: 'https://example.org/packages',
        version: 7,
        previous: `sha256:${'5'.repeat(64)}`,
        created: 1793491200,
        expires: 1825027200,
        threshold: 2,
        policy: {
          'new-packages': 'claim',
          unsigned: 'warn',
          merges: 'maintainer',
          'source-tag': 'require',
          'sha1-bindings': 'refuse',
        },
        contributors: new Map([
          [
            'alice',
            {
              id: 'alice',
              name: 'Alice Example',
              github: 'alice',
              roles: new Set(['admin', 'contributor']),
              packages: ['foo', 'foo-*'],
              fingerprints: [alice, carol],
            },
          ],
          [
            'bob-2',
            {
              id: 'bob-2',
              name: 'Bob',
              roles: new Set(['maintainer', 'admin']),
              packages: [],
              fingerprints: [bob],
            },
          ],
        ]),
        packages: new Map([
          ['lwt', { owners: ['alice', 'bob-2'] }],
          ['conf-g++', { owners: ['bob-2'] }],
        ]),
        compromised: [{ fingerprint: '0C'.repeat(20), since: 1772323200, reason: 'laptop stolen' }],
        reattested: ['d'.repeat(40)],
        digest: `sha256:${createHash('sha256').update(whole).digest('hex')}`,
      },
    });
  });

  it('is the same keyring in other words, but not under the same digest', () => {
    const reordered = whole
      .replace('format     = 1\n', '')
      .replace('[policy]', 'format = 1 # TOML\n[policy]');
    const [one, other] = [parseKeyring(bytes(whole)), parseKeyring(bytes(reordered))];
    if (!one.ok || !other.ok) throw new Error('both parse');
    expect({ ...other.keyring, digest: '' }).toEqual({ ...one.keyring, digest: '' });
    expect(other.keyring.digest).not.toBe(one.keyring.digest);
  });

  it('may be written with line ends of Windows and a byte order mark', () => {
    expect(problemsOf(`\ufeff${whole.replaceAll('\n', '\r\n')}`)).toEqual([]);
  });

  it('is refused where it is not UTF-8', () => {
    expect(problemsOf(Uint8Array.of(...bytes(whole), 0xff))).toEqual([
      { field: '', message: 'Is not text in UTF-8.' },
    ]);
  });

  it('is refused above four megabytes without being parsed', () => {
    const [problem] = problemsOf(whole + '#'.repeat(4 * 1024 * 1024));
    expect(problem?.message).toMatch(/^Has \d+ bytes; at most 4194304 are read\.$/);
  });

  it('that is no TOML is refused with line and column', () => {
    expect(after('name = "Bob"', 'name = "Bob')).toEqual([
      {
        line: 25,
        field: '',
        message: 'Is not TOML: control characters are not allowed in strings, at column 12.',
      },
    ]);
  });

  it('with a field twice is refused', () => {
    expect(after('threshold  = 2', 'threshold  = 2\nthreshold = 1')[0]).toMatchObject({ line: 9, field: '' });
  });

  it('nested beyond any keyring is refused', () => {
    expect(after('format     = 1', `format = ${'['.repeat(9)}${']'.repeat(9)}`)[0]?.message).toMatch(
      /^Is not TOML: .*nested/,
    );
  });

  it('tells at most fifty problems', () => {
    const contributors = Array.from({ length: 60 }, (_, index) => `[contributors.x${index}]\n`).join('');
    expect(problemsOf(whole + contributors)).toHaveLength(50);
  });

  it('with a million roles in one list is refused by its length', () => {
    const [problem] = after('["maintainer", "admin"]', `[${'1,'.repeat(1_000_000)}]`);
    expect(problem).toEqual({
      line: 26,
      field: 'contributors.bob-2.roles',
      message: 'Must list at most 3 roles.',
    });
  });
});

describe('a field of the keyring file', () => {
  it.each([
    ['format     = 1', 'format = 2', 2, 'format', /^Must be 1/],
    ['format     = 1\n', '', undefined, 'format', /^Is missing/],
    ['"https://example.org/packages"', '"two words"', 3, 'repository', /without spaces/],
    ['version    = 7', 'version = 7.5', 4, 'version', /whole number/],
    ['version    = 7', 'version = 0', 4, 'version', /1 or more/],
    ['version    = 7', 'version = 9007199254740993', 4, '', /Is not TOML/],
    ['version    = 7', 'version = "7"', 4, 'version', /without quotes/],
    ['"sha256:', '"sha1:', 5, 'previous', /"sha256:" and 64 digits/],
    ['previous   =', 'previous="none"#', 5, 'previous', /digest of version 6/],
    ['2026-11-01T00:00:00Z', '"2026-11-01T00:00:00Z"', 6, 'created', /without quotes/],
    ['2026-11-01T00:00:00Z', '2026-11-01', 6, 'created', /moment that exists, in UTC/],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00', 6, 'created', /moment that exists, in UTC/],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00+00:00', 6, 'created', /moment that exists, in UTC/],
    ['2026-11-01T00:00:00Z', '2026-11-01 00:00:00Z', 6, 'created', /moment that exists, in UTC/],
    ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.5Z', 6, 'created', /whole seconds/],
    ['2027-11-01T00:00:00Z', '2027-02-29T00:00:00Z', 7, 'expires', /moment that exists/],
    ['2027-11-01T00:00:00Z', '2026-11-01T00:00:00Z', 7, 'expires', /later than `created`/],
    ['threshold  = 2', 'threshold = 3', 8, 'threshold', /3 admins, but only 2/],
    ['threshold  = 2', 'threshold = 0', 8, 'threshold', /1 or more/],
    ['threshold  = 2', 'threshold = 2\nquorum = 1', 9, 'quorum', /not a field/],
    ['unsigned = "warn"', 'unsigned = "ignore"', 12, 'policy.unsigned', /"allow" or "warn" or "refuse"/],
    ['unsigned = "warn"\n', '', 10, 'policy.unsigned', /Is missing/],
    ['merges =', 'mergers =', 10, 'policy.merges', /Is missing/],
    ['[policy]', '[[policy]]', undefined, 'policy', /Must be a table/],
    ['[contributors.alice]', '[contributors.Alice]', 17, 'contributors.Alice', /small letters/],
    [
      '[contributors.alice]',
      '[contributors.constructor]\n[contributors.alice]',
      17,
      'contributors.constructor.name',
      /Is missing/,
    ],
    [
      '[contributors.alice]',
      '[contributors.prototype]\n[contributors.alice]',
      17,
      'contributors.prototype.name',
      /Is missing/,
    ],
    [
      '[contributors.alice]',
      '[contributors.__proto__]\n[contributors.alice]',
      17,
      'contributors.__proto__',
      /small letters/,
    ],
    ['name = "Bob"', 'name = "  "', 25, 'contributors.bob-2.name', /not be empty/],
    ['name = "Bob"', 'name = "Bo\\u202Eb"', 25, 'contributors.bob-2.name', /direction/],
    ['name = "Bob"', 'name = "Bo\\nb"', 25, 'contributors.bob-2.name', /control characters/],
    ['name = "Bob"', `name = "${'b'.repeat(201)}"`, 25, 'contributors.bob-2.name', /at most 200/],
    ['name = "Bob"', 'name = "Bob"\nshoe-size = 44', 26, 'contributors.bob-2.shoe-size', /not a field/],
    ['github = "alice"', 'github = "@alice"', 19, 'contributors.alice.github', /without @/],
    ['"admin", "contributor"', '"admin", "owner"', 20, 'contributors.alice.roles[1]', /"maintainer"/],
    ['"admin", "contributor"', '"admin", "admin"', 20, 'contributors.alice.roles[1]', /twice/],
    ['["admin", "contributor"]', '[]', 20, 'contributors.alice.roles', /at least 1/],
    ['["admin", "contributor"]', '"admin"', 20, 'contributors.alice.roles', /list of roles/],
    ['"foo", "foo-*"', '"foo", "*"', 21, 'contributors.alice.packages[1]', /role maintainer/],
    ['"foo", "foo-*"', '"foo", "foo.1"', 21, 'contributors.alice.packages[1]', /package name/],
    [
      `"${carol}"`,
      `"${carol.toLowerCase()}"`,
      22,
      'contributors.alice.fingerprints[1]',
      new RegExp(`: ${carol}`),
    ],
    [`"${carol}"`, `"${carol.slice(24)}"`, 22, 'contributors.alice.fingerprints[1]', /whole fingerprint/],
    [`"${carol}"`, `"${alice}"`, 22, 'contributors.alice.fingerprints[1]', /twice/],
    [`["${alice}", "${carol}"]`, '[]', 22, 'contributors.alice.fingerprints', /at least 1/],
    [`  "${bob}"`, `  "${alice}"`, 28, 'contributors.bob-2.fingerprints[0]', /belongs to alice already/],
    [
      `  "${bob}"`,
      `  "${'0C'.repeat(20)}"`,
      28,
      'contributors.bob-2.fingerprints[0]',
      /listed as compromised/,
    ],
    [
      'roles = ["admin", "contributor"]',
      'roles = ["admin"]',
      21,
      'contributors.alice.packages',
      /lacks the role contributor/,
    ],
    ['[packages.lwt]', '[packages."l wt"]', 31, 'packages."l wt"', /not the name of an opam package/],
    ['owners = ["alice", "bob-2"]', 'owners = []', 32, 'packages.lwt.owners', /at least 1/],
    [
      'owners = ["alice", "bob-2"]',
      'owners = ["alice", "dora"]',
      32,
      'packages.lwt.owners[1]',
      /No contributor has the id dora/,
    ],
    ['owners = ["alice", "bob-2"]', 'owner = "alice"', 31, 'packages.lwt.owners', /Is missing/],
    ['"laptop stolen"', '""', 40, 'compromised[0].reason', /not be empty/],
    ['2026-03-01T00:00:00Z', '2026-03-32T00:00:00Z', 39, '', /Is not TOML/],
    ['2026-03-01T00:00:00Z', '2026-02-30T00:00:00Z', 39, 'compromised[0].since', /moment that exists/],
    ['[[compromised]]', '[compromised]', 37, 'compromised', /\[\[compromised\]\]/],
    [
      '[[reattested]]',
      `[[reattested]]\nstate = "${'d'.repeat(40)}"\n[[reattested]]`,
      45,
      'reattested[1].state',
      /twice/,
    ],
    [`"${'d'.repeat(40)}"`, '"dddddd"', 43, 'reattested[0].state', /whole id of a state tag/],
  ] as const)('%j changed to %j is refused', (from, to, line, field, message) => {
    const problems = after(from, to);
    const place = line === undefined ? { field } : { line, field };
    expect(problems).toContainEqual({ ...place, message: expect.stringMatching(message) as string });
  });

  it('is refused in version 1 if it names a previous version', () => {
    expect(after('version    = 7', 'version = 1')).toEqual([
      { line: 5, field: 'previous', message: 'Must be "none": version 1 follows nothing.' },
    ]);
  });

  it('names a compromised key once', () => {
    const again = `[[compromised]]\nfingerprint = "${'0C'.repeat(20)}"\nsince = 2026-03-01T00:00:00Z\nreason = "x"\n[[reattested]]`;
    expect(after('[[reattested]]', again)).toEqual([
      { line: 43, field: 'compromised[1].fingerprint', message: `${'0C'.repeat(20)} stands here twice.` },
    ]);
  });

  it('makes nobody an owner who has only the role admin', () => {
    const text = whole.replace('"maintainer", "admin"', '"admin"');
    expect(problemsOf(text)).toContainEqual({
      line: 32,
      field: 'packages.lwt.owners[1]',
      message: "bob-2 can't own a package without the role contributor.",
    });
  });
});

describe('the example in templates/keyring.toml', () => {
  const example = readFileSync(new URL('../../../templates/keyring.toml', import.meta.url));

  it('is a keyring file', () => {
    expect(problemsOf(example)).toEqual([]);
  });

  it('says the canonical text and comments, nothing else', () => {
    const parsing = parseKeyring(example);
    const uncommented = example.toString().replace(/^#.*\n/gm, '');
    const lines = (text: string) => text.split('\n').filter((line) => line !== '');
    expect(parsing.ok && lines(printKeyring(parsing.keyring))).toEqual(lines(uncommented));
  });
});
