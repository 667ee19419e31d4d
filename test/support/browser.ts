import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { program } from './programs.ts';

const OUTPUT = new URL('../../test-output/page/', import.meta.url);

/** Quiet: it calls nobody, and needs neither a sandbox (tests may run as root) nor a graphics card. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program('chromium'), args: ARGUMENTS });

export interface Look {
  readonly language?: 'en' | 'de';
  readonly theme?: 'light' | 'dark';
  readonly size?: 'desk' | 'phone';
}

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** A page in a browser profile of its own, and everything that went wrong in it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages of the console, exceptions, and requests to anywhere else; there must be none. */
  readonly complaints: readonly string[];
}

export async function openPage(browser: Browser, address: string, look: Look = {}): Promise<WatchedPage> {
  const { language = 'en', theme = 'light', size = 'desk' } = look;
  const context = await browser.newContext({
    viewport: SIZES[size],
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
    // A DAS of the development set-up has a certificate that no browser knows.
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('blob:') && new URL(request.url()).origin !== new URL(address).origin) {
      complaints.push(`outside: ${request.url()}`);
    }
  });
  await page.goto(address);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Into test-output/, for people to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, OUTPUT)), fullPage: true });
}
