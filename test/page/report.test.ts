import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { pageAssets } from '../../src/cli/history-page.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { conclude, settle } from '../../src/core/report/report.ts';
import { type HistoryPage, historyPage } from '../../src/render/history-page/history-page.ts';
import { hasBrowser, patient, useBrowser } from '../support/browser.ts';
import { start } from '../support/cast.ts';
import { longChronicle } from '../support/chronicle.ts';
import { hostile } from '../support/hostile.ts';
import { dataFolder, realSlice } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { runSignet } from '../support/signet.ts';

const why = hasBrowser ? '' : ' (skipped: needs Chromium, at OPAM_SIGNET_CHROMIUM or /usr/bin/chromium)';

const open = useBrowser();

/** As much of the hostile text as a commit can hold where it stands. */
const hostileName = hostile.replaceAll(/[<>\n\r]/g, '');
const hostileTitle = hostile.replaceAll(/[\r\n]/g, '');
const hostilePath = Buffer.from(`docs/${hostile.replaceAll('/', '')}`).toString('latin1');

let scenario: Scenario;
let own: Oid, tag: Oid, rejected: Oid;
let rejectedPage: string, verifiedPage: string;

/** Alice releases by herself and by a submission tag, Bob by a merge; then Bob changes what is not his, with hostile names. */
async function story(): Promise<void> {
  const { anchor } = scenario;
  own = await scenario.commit(anchor, { by: 'alice', files: { [opamPath('foo.1.1')]: opamFile('foo') } });
  const bar = await scenario.commit(own, { by: 'bob', files: { [opamPath('bar.1.1')]: opamFile('bar') } });
  const files = { [opamPath('bar.1.0')]: opamFile('better'), [opamPath('legacy.1.0')]: null };
  const side = await scenario.commit(bar, { by: 'bob', files });
  const message = 'Merge pull request #12 from bob/bar\n\nRelease bar\n';
  const merge = await scenario.merge(own, side, { message, author: 'Mia <mia@example.org>' });
  const foo = await scenario.commit(merge, { files: { [opamPath('foo.1.2')]: opamFile('foo') } });
  const stated = { before: 'none', after: scenario.digest(opamFile('foo')) };
  tag = await scenario.submissionTag(foo, { by: 'alice', nameVersion: 'foo.1.2', ...stated, ref: null });
  const tagged = await scenario.merge(merge, foo, {
    message: 'Merge pull request #13 from alice/foo\n\nRelease foo\n',
    mergetags: [tag],
  });
  const hostileFiles = { [opamPath('foo.1.3')]: opamFile('foo'), [hostilePath]: 'x' };
  rejected = await scenario.commit(tagged, {
    by: 'bob',
    author: `${hostileName} <x@example.org>`,
    message: `${hostileTitle}\n`,
    files: hostileFiles,
  });
  rejectedPage = await written('rejected.html', rejected, 1);
  verifiedPage = await written('verified.html', tagged, 0);
}

async function written(name: string, head: Oid, status: number): Promise<string> {
  const file = join(await temporaryFolder(), name);
  const { ada, ben } = scenario.people;
  const admins = [ada, ben].flatMap(({ fingerprint }) => ['--fingerprint', fingerprint]);
  const trust = ['--quorum', '2', ...admins, '--from', scenario.anchor];
  const answer = await runSignet([
    'verify-repo',
    scenario.repository.folder,
    '--to',
    head,
    ...trust,
    '--format',
    'html',
    '-o',
    file,
  ]);
  expect(answer, answer.stderr).toMatchObject({ status, stdout: '' });
  return file;
}

describe.skipIf(!hasBrowser)(`the page of a whole history${why}`, patient, () => {
  beforeAll(async () => {
    scenario = await Scenario.create();
    await story();
  }, 120_000);

  test('shows the conclusion and its reasons on the first screen, with what mends them', async () => {
    const { page } = await open(rejectedPage);
    expect(await page.locator('h1').innerText()).toMatch(/Rejected$/);
    const reason = page.locator('.reasons li').first();
    expect(await reason.innerText()).toMatch(/The signer has no authority over this path[^]*What mends it: /);
    const box = await reason.boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(500);
    expect(await page.locator('.because').innerText()).toContain('Of 4 steps, 3 verified, 1 rejected.');
  });

  test('of a verified history says that all steps are, and gives no reasons', async () => {
    const { page, complaints } = await open(verifiedPage);
    expect(await page.locator('h1').innerText()).toMatch(/Verified$/);
    expect(await page.locator('.because').innerText()).toContain('All 3 steps are verified.');
    expect(await page.locator('.reasons').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('asks for nothing but itself, complains of nothing, and runs nothing that was slipped in', async () => {
    const { page, requests, complaints } = await open(rejectedPage);
    await page.fill('#query', 'foo');
    await page.locator('#results summary').first().click();
    expect(requests).toEqual([`file://${rejectedPage}`]);
    expect(complaints).toEqual([]);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "slipped in"';
      document.body.append(script);
      return document.title;
    });
    expect(ran).toBe('verify-repo: rejected');
    await page.evaluate(() => fetch('https://example.org/').catch(() => undefined));
    expect(complaints.join('\n')).toMatch(/Content Security Policy/);
  });

  test('shows names, titles and paths of an attacker as text that does nothing', async () => {
    const { page } = await open(rejectedPage);
    const step = await page.locator('#step').innerText();
    expect(step).toContain('</script><img src=x>`*_[a](b)|');
    expect(step).toContain('x\\u{1b}[2J\\u{9b}31m\\u{1b}]0;t\\u{7}\\u{202e}\\u{2066}');
    await page.fill('#query', 'docs');
    await page.locator('#results summary').first().press('Enter');
    const shown = await page.locator('body').innerText();
    expect(shown.replaceAll(/[\n\t]/g, '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]*$/u);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('[onerror], [onload], [style*=url]').count()).toBe(0);
  });

  test('finds a package by name and shows who signed each version, with which key, by which evidence, and when', async () => {
    const { page } = await open(rejectedPage);
    const { alice, bob } = scenario.people;
    expect(await resultsOf(page, 'foo')).toEqual(['foo']);
    const rows = await provenance(page);
    expect(rows[0]).toMatch(
      /^1\.3 added nobody the commits name x\\u\{1b\}.* none that counts 2026-01-05 step 4$/,
    );
    expect(rows[1]).toBe(
      `1.2 added alice ${alice.fingerprint} a tag on the side's head mergetag ${tag} 2026-01-05 step 3 #13`,
    );
    expect(rows[2]).toBe(
      `1.1 added alice ${alice.fingerprint} the step's own signature commit ${own} 2026-01-05 step 1`,
    );
    expect(await resultsOf(page, 'foo.1.2')).toEqual(['foo']);
    expect(await provenance(page)).toHaveLength(1);
    expect(await resultsOf(page, 'bob')).toContain('bar');
    expect(await resultsOf(page, 'bra')).toEqual([]);
    expect(await page.locator('#search-status').innerText()).toContain('Nothing is called “bra” here.');
    await page.fill('#query', bob.fingerprint.slice(0, 12));
    expect(await page.locator('.step-result').allInnerTexts()).toEqual([
      expect.stringMatching(/^Step 2 #12\s*verified\s*Release bar/),
    ]);
  });

  test('finds steps by pull request and by object, and leads to them', async () => {
    const { page } = await open(rejectedPage);
    for (const query of ['#12', '12', tag.slice(0, 9), own]) {
      await page.fill('#query', query);
      expect(await page.locator('.step-result').count(), query).toBe(1);
    }
    await page.fill('#query', '#12');
    await page.locator('.step-result button').click();
    expect(await page.locator('#step h3').innerText()).toBe('Step 2 verified');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('lane');
    const rows = await page.locator('#step tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split(/\s/)[0])).toEqual(['bar.1.0', 'bar.1.1', 'legacy.1.0']);
    await page.locator('#step tbody button').last().click();
    expect(await page.inputValue('#query')).toBe('legacy');
    expect(await page.locator('#results details[open]').count()).toBe(1);
  });

  test('is used by keyboard alone: the lane is a slider that says of each step what it is', async () => {
    const { page } = await open(rejectedPage);
    const lane = page.locator('#lane');
    await lane.focus();
    const said = () => lane.getAttribute('aria-valuetext');
    expect(await said()).toMatch(/^Step 4, 2026-01-05, rejected: /);
    await page.keyboard.press('ArrowLeft');
    expect(await said()).toBe('Step 3, pull request 13, 2026-01-05, verified: Release foo');
    expect(await lane.getAttribute('aria-valuenow')).toBe('3');
    await page.keyboard.press('Home');
    expect(await said()).toMatch(/^Step 1, /);
    await page.keyboard.press('ArrowLeft');
    expect(await said()).toMatch(/^Step 1, /);
    await page.keyboard.press('n');
    expect(await said()).toMatch(/^Step 4, /);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.locator('a.skip').focus();
    expect((await page.locator('a.skip').boundingBox())?.x).toBeGreaterThanOrEqual(0);
  });

  test('leads from a finding to its step', async () => {
    const { page } = await open(rejectedPage);
    await page.locator('#lane').press('Home');
    await page.locator('.reasons a').first().click();
    await page.locator('#findings .to-step').first().click();
    expect(await page.locator('#step h3').innerText()).toMatch(/^Step 4 rejected$/);
    expect((await page.locator('#step .finding').allInnerTexts()).join('\n')).toContain(
      'but only its owners (alice) and maintainers may change it',
    );
  });

  test('lists the keys with their expiry and what each has signed', async () => {
    const { page } = await open(rejectedPage);
    const keys = await page.locator('#keys tbody tr').allInnerTexts();
    expect(keys).toHaveLength(5);
    const alice = keys.find((one) => one.includes(scenario.people.alice.fingerprint)) ?? '';
    expect(alice.replaceAll(/\s+/g, ' ')).toMatch(
      /^alice alice: contributor [0-9A-F]{40} .*, primary key no end 2 changes last 2026-01-05$/,
    );
    expect(await page.locator('#keys .lead').innerText()).toMatch(
      /^Version 1 of the keyring file, valid until 2027-01-05/,
    );
  });

  test.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'breaks no rule of accessibility that a machine can check: %s, %i pixels wide',
    async (colorScheme, width) => {
      const { page } = await open(rejectedPage, { colorScheme, viewport: { width, height: 800 } });
      await page.locator('#results summary').first().click();
      await page.evaluate(axe.source);
      const broken = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      expect(broken).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );

  test('is drawn in the colours of the theme, and on paper in those of light', async () => {
    const { page } = await open(rejectedPage, { colorScheme: 'light' });
    const light = await drawingOf(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await drawingOf(page);
    expect(dark).not.toBe(light);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(20, 22, 26)',
    );
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await drawingOf(page)).not.toBe(dark);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  test('prints with every finding unfolded and without what only a screen can use', async () => {
    const { page } = await open(rejectedPage);
    await page.locator('details.group').evaluateAll((all) => {
      for (const one of all) one.removeAttribute('open');
    });
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.locator('details.group:not([open])').count()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['nav', '.tools', '#packages'])
      expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
    for (const shown of ['.reasons', '#lane', '#keys table', '#findings .mend'])
      expect(await page.locator(shown).first().isVisible(), shown).toBe(true);
  });

  test('says what matters without its script, too', async () => {
    const { page } = await open(rejectedPage, { javaScriptEnabled: false });
    for (const shown of ['h1', '.reasons', '#keys table', '#findings .mend', 'noscript p'])
      expect(await page.locator(shown).first().isVisible(), shown).toBe(true);
    expect(await page.locator('#lane').isVisible()).toBe(false);
  });
});

/** The slice has so many steps; judging all of them takes longer than a test may. */
const sliceSteps = 1587;
const newest = 250;

describe.skipIf(!hasBrowser)(`the page of a long history${why}`, patient, () => {
  test('of 30,000 steps is moved, zoomed and searched like that of four', async () => {
    const file = join(await temporaryFolder(), 'long.html');
    const html = historyPage(longHistory(30_000), await pageAssets(), '1.0.0');
    expect(html.length).toBeLessThan(8e6);
    await writeFile(file, html);
    const { page, complaints } = await open(file);
    const lane = page.locator('#lane');
    const said = () => lane.getAttribute('aria-valuetext');
    expect(await lane.getAttribute('aria-valuemax')).toBe('30000');
    await lane.press('Home');
    await lane.press('n');
    expect(await said()).toMatch(/^Step 1000, pull request 1000, 2026-02-15, rejected: /);
    const drawings = new Set<string>();
    for (let times = 0; times < 12; times++) {
      const before = await drawingOf(page);
      await lane.press('+');
      await expect.poll(() => drawingOf(page), { timeout: 10_000 }).not.toBe(before);
      drawings.add(await drawingOf(page));
    }
    expect(drawings.size, 'each zoom draws something else').toBe(12);
    expect(await page.locator('#lane-hint').innerText()).toMatch(/^Each step is a dot/);
    await page.fill('#query', 'p123.1.4123');
    expect(await page.locator('#results .name').allInnerTexts()).toContain('p123');
    expect(await provenance(page)).toEqual([
      expect.stringMatching(/^1\.4123 added person 123 .* step 4,124 #4124$/),
    ]);
    expect(complaints).toEqual([]);
  }, 120_000);

  test.skipIf(dataFolder === undefined)(
    `of the newest steps of the real opam-repository keeps to its share of 5 MB${dataFolder === undefined ? ' (skipped: needs OPAM_SIGNET_DATA)' : ''}`,
    async () => {
      const repository = await realSlice();
      const file = join(await temporaryFolder(), 'slice.html');
      const keys = join(dataFolder ?? '', 'github-web-flow.asc');
      const from = (await repository?.git('rev-parse', `master~${newest}`)) ?? '';
      const trust = ['--keyring', keys, '--from', from];
      const folder = repository?.folder ?? '';
      const answer = await runSignet(['verify-repo', folder, ...trust, '--format', 'html', '-o', file]);
      expect(answer.status, answer.stderr).toBe(1);
      expect((await stat(file)).size).toBeLessThan((5e6 * newest) / sliceSteps);
      const { page, requests, complaints } = await open(file);
      await page.fill('#query', '#30535');
      await page.locator('.step-result button').click();
      expect(await page.locator('#step .title').innerText()).toMatch(/prometheus.*#30535$/);
      expect([requests.length, complaints]).toEqual([1, []]);
    },
    240_000,
  );
});

/** What the page shows of a made-up history. */
function longHistory(length: number): HistoryPage {
  const steps = settle('steps', 'Every changed path of every step is attributed.', false, []);
  const claims = [steps];
  return {
    report: {
      verb: 'verify-repo',
      conclusion: conclude(['steps'], claims),
      required: ['steps'],
      claims,
      findings: [],
      now: start,
    },
    subject: 'a made-up history',
    steps: { verified: length, rejected: 0, undetermined: 0 },
    unlisted: { error: 0, warning: 0, note: 0 },
    chronicle: longChronicle(length),
    keyring: undefined,
  };
}

const drawingOf = (page: Page): Promise<string> =>
  page.locator('#lane-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Names of the packages and paths that a search finds. */
async function resultsOf(page: Page, query: string): Promise<readonly string[]> {
  await page.fill('#query', query);
  return page.locator('#results .name').allInnerTexts();
}

/** The rows of the first result, each as one line. */
async function provenance(page: Page): Promise<readonly string[]> {
  await page.locator('#results summary').first().click();
  // The table is made when the browser tells that it was unfolded, which is after the click.
  await page.locator('#results details[open] tbody tr').first().waitFor();
  const rows = await page.locator('#results tbody tr').allInnerTexts();
  return rows.map((row) => row.replaceAll(/\s+/g, ' ').trim());
}
