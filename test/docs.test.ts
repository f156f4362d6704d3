import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { exitCodeOfFault, exitCodes } from '../src/cli/exit-code.ts';
import { makeProgram } from '../src/cli/program.ts';
import type { AttributionKind } from '../src/core/chain/attribution.ts';
import type { EvidenceKind } from '../src/core/chain/evidence.ts';
import { type FaultCode, faultKinds } from '../src/core/fault.ts';
import { parseTag } from '../src/core/git/object.ts';
import { signedTag } from '../src/core/git/signed-object.ts';
import type { SignatureReason, Verdict } from '../src/core/openpgp/signature.ts';
import { catalogue } from '../src/core/report/catalogue.ts';
import { parseStatement } from '../src/core/statement.ts';
import { parseKeyring } from '../src/core/trust/keyring.ts';
import { printKeyring } from '../src/core/trust/keyring-print.ts';

const root = resolve(import.meta.dirname, '..');
const read = (page: string): string => readFileSync(join(root, page), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A page without its code blocks, in which nothing is a heading or a link. */
const prose = (page: string): string => read(page).replaceAll(/^```.*?^```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
const anchors = (page: string): ReadonlySet<string> =>
  new Set([...prose(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = '']) => anchorOf(title)));

const anchorOf = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

interface Link {
  readonly page: string;
  readonly target: string;
}

const links: readonly Link[] = pages.flatMap((page) =>
  [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
);

/** Why a link leads nowhere; undefined for one that is right, or that leads out of the project. */
function flawOf({ page, target }: Link): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (!existsSync(join(root, file))) return `${page}: ${file} does not exist`;
  if (anchor === undefined) return undefined;
  if (statSync(join(root, file)).isDirectory() || !file.endsWith('.md'))
    return `${page}: ${target} has no headings`;
  return anchors(file).has(anchor) ? undefined : `${page}: ${file} has no heading #${anchor}`;
}

describe('the pages', () => {
  test('every relative link leads to a file and a heading that exist', () => {
    expect(links.length).toBeGreaterThan(10);
    expect(links.flatMap((link) => flawOf(link) ?? [])).toEqual([]);
  });

  const findings = existsSync(join(root, 'docs/findings.md'));

  test.skipIf(!findings)('docs/findings.md (npm run docs writes it) explains every finding', () => {
    const told = anchors('docs/findings.md');
    expect(Object.keys(catalogue).filter((code) => !told.has(anchorOf(code)))).toEqual([]);
  });

  test('every section of the trust model that the sources cite exists', () => {
    const sections = new Set(
      [...prose('docs/trust-model.md').matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(
        ([, number = '']) => number,
      ),
    );
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const cited = sources
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...read(`src/${name}`).matchAll(
          /trust\s[\s*]*model,[\s*]+(?:sections? )?(\d+(?:\.\d+)?)(?: (?:and|to) (\d+(?:\.\d+)?))?/g,
        ),
      ])
      .flatMap(([, first, second]) => [first, second])
      .filter((number) => number !== undefined);
    expect(cited.length).toBeGreaterThan(100);
    expect(cited.filter((number) => !sections.has(number))).toEqual([]);
  });
});

describe('docs/faults.md', () => {
  const codes = Object.keys(faultKinds) as FaultCode[];

  test('has a heading for every fault, where the messages link to', () => {
    const told = anchors('docs/faults.md');
    expect(codes.filter((code) => !told.has(code.replace('.', '')))).toEqual([]);
  });

  test('explains no fault that does not exist', () => {
    const told = [...prose('docs/faults.md').matchAll(/^### `(.+)`$/gm)].map(([, code]) => code);
    expect(told.filter((code) => !codes.some((known) => known === code))).toEqual([]);
  });

  test.each(codes)('gives the kind and the exit status of %s', (code) => {
    const kind = faultKinds[code];
    expect(read('docs/faults.md')).toContain(`### \`${code}\`\n\n*${kind}, exit ${exitCodeOfFault[kind]}.* `);
  });
});

describe('docs/cli.md', () => {
  const page = read('docs/cli.md');

  interface Flags {
    readonly verb: string;
    readonly flags: readonly string[];
  }

  /** Every verb of the program, those below another one by both names, with its long flags. */
  function verbsOf(command: Pick<Command, 'commands'>, above = ''): readonly Flags[] {
    return command.commands.flatMap((one) => {
      const verb = `${above}${one.name()}`;
      const flags = one.options.flatMap(({ long }) => long ?? []);
      return one.commands.length > 0 ? verbsOf(one, `${verb} `) : [{ verb, flags }];
    });
  }

  const verbs = verbsOf(makeProgram(() => Promise.resolve()));

  test.each(verbs)('describes the verb $verb with every flag', ({ verb, flags }) => {
    expect(page).toMatch(new RegExp(`\\b${verb}\\b`));
    expect(flags.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(page))).toEqual([]);
  });

  test('names no flag that no verb has', () => {
    const known = new Set([...verbs.flatMap(({ flags }) => flags), '--help', '--version']);
    const own = page.replaceAll(/^.*npm run.*$/gm, '');
    const named = new Set([...own.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag));
    expect([...named].filter((flag) => !known.has(flag))).toEqual([]);
  });

  test.each(Object.values(exitCodes))('explains exit status %d', (code) => {
    expect(page).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'));
  });
});

describe('docs/report.schema.json', () => {
  const schema = JSON.parse(read('docs/report.schema.json')) as {
    readonly $defs: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  };

  /** Said as records, so that the type checker asks for every member of each union. */
  const unions = {
    verdict: {
      good: 1,
      'expired-signature': 1,
      'expired-key': 1,
      'revoked-key': 1,
      weak: 1,
      'unknown-key': 1,
      unsupported: 1,
      bad: 1,
      malformed: 1,
      absent: 1,
    } satisfies Record<Verdict, 1>,
    reason: {
      good: 1,
      absent: 1,
      malformed: 1,
      bad: 1,
      'unknown-key': 1,
      'ambiguous-issuer': 1,
      'issuer-mismatch': 1,
      unsupported: 1,
      ssh: 1,
      x509: 1,
      weak: 1,
      'weak-key': 1,
      'expired-signature': 1,
      'expired-key': 1,
      'revoked-key': 1,
      'unbound-subkey': 1,
      'wrong-capability': 1,
      'before-key': 1,
      future: 1,
    } satisfies Record<SignatureReason, 1>,
    attribution: {
      own: 1,
      side: 1,
      tag: 1,
      statement: 1,
      keyring: 1,
      unsigned: 1,
      none: 1,
    } satisfies Record<AttributionKind, 1>,
    evidenceKind: {
      commit: 1,
      'submission-tag': 1,
      'endorsement-tag': 1,
      mergetag: 1,
    } satisfies Record<EvidenceKind, 1>,
    faultCode: faultKinds,
  };

  test.each(Object.entries(unions))('lists each %s that the code has, and no other', (name, members) => {
    expect([...(schema.$defs[name]?.enum ?? [])].sort()).toEqual(Object.keys(members).sort());
  });
});

describe('the worked examples of docs/trust-model.md', () => {
  const page = read('docs/trust-model.md');
  const block = (start: string): string => {
    const [, text = ''] = new RegExp(`^\`\`\`[a-z]*\\n(${start}.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
    return text;
  };

  test('the keyring file reads, is canonical and has the digest that the page says', () => {
    const toml = Buffer.from(block('format     = 1'));
    const reading = parseKeyring(toml);
    expect(reading).toMatchObject({ ok: true });
    if (!reading.ok) return;
    expect(printKeyring(reading.keyring)).toBe(toml.toString());
    const digest = createHash('sha256').update(toml).digest('hex');
    expect(page).toContain(`\`${digest}\``);
    expect(reading.keyring.digest).toBe(`sha256:${digest}`);
  });

  test('the submission tag has the id that the page says, keeps the strict profile and states what it shows', () => {
    const content = Buffer.from(block('object '));
    const tag = parseTag(content, 'sha1');
    expect(tag).toMatchObject({ ok: true, value: { name: 'signet/foo.1.0' } });
    if (!tag.ok) return;
    expect(page).toContain(`tag \`${tag.value.oid}\``);
    expect(signedTag(content, 'sha1')).toMatchObject({ kind: 'signed', format: 'openpgp' });
    expect(parseStatement(tag.value.message)).toMatchObject({ ok: true, statement: { kind: 'submission' } });
  });
});
