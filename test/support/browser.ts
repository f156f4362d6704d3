import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const candidates = [process.env['OPAM_SIGNET_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = candidates.find((one) => one !== undefined && existsSync(one));

/** Whether there is a browser to test with; tests that need one say so in their titles. */
export const hasBrowser = executablePath !== undefined;

/** A browser that is watched may be late where others work too, so in CI it gets a second try, which the reporter shows. */
export const patient = { retry: process.env['CI'] === undefined ? 0 : 1 };

/** A page that was opened, with everything that it asked for and complained about. */
export interface OpenedPage {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** One browser for a test file. Opens a file in a context of its own. */
export function useBrowser(): (file: string, options?: BrowserContextOptions) => Promise<OpenedPage> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (executablePath === undefined) return;
    // Root has no sandbox in containers; the pages are our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  });
  afterAll(async () => {
    await browser?.close();
  });
  return async (file, options = {}) => {
    if (browser === undefined) throw new Error('There is no browser.');
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`file://${file}`);
    return { page, requests, complaints };
  };
}
