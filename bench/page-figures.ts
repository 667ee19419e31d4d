import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser } from '../test/support/browser.ts';
import { FakeDas, METER } from '../test/support/fake-das.ts';
import { PAGE_FOLDER } from '../test/support/page-files.ts';
import { type Figure, median } from './compare.ts';

/** What a person waits for: the page, its first chart, and the chart of a whole year. */
export async function pageFigures(rounds: number): Promise<readonly Figure[]> {
  await using das = await FakeDas.start();
  const browser = await startBrowser();
  try {
    const first: number[] = [];
    const year: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const times = await timesOf(browser, das);
      first.push(times.first);
      year.push(times.year);
    }
    return [
      { name: 'first view of the page, compressed', value: firstView(), unit: 'kB', reach: { at: 'most', value: 150 } },
      {
        name: 'first chart in Chromium, from the address on, nothing cached',
        value: median(first),
        unit: 'ms',
        reach: { at: 'most', value: 1_500 },
      },
      {
        name: 'chart of a year in Chromium, from the click on',
        value: median(year),
        unit: 'ms',
        reach: { at: 'most', value: 500 },
      },
    ];
  } finally {
    await browser.close();
  }
}

/** As the server sends them: every file that the first view takes. */
function firstView(): number {
  const assets = readdirSync(join(PAGE_FOLDER, 'assets')).map((name) => join('assets', name));
  const sizes = ['index.html', 'seal.svg', ...assets].map(
    (name) => brotliCompressSync(readFileSync(join(PAGE_FOLDER, name))).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000;
}

async function timesOf(browser: Browser, das: FakeDas): Promise<{ readonly first: number; readonly year: number }> {
  await using opened = await openPage(browser, `${das.url}#/meters/${METER}`);
  const { page } = opened;
  await page.locator('.plot canvas').first().waitFor();
  // The browser's own clock, which began with the address.
  const first = await page.evaluate(() => performance.now());
  return { first, year: await yearTime(page) };
}

/** Within the page, so that the way to the browser does not count: from the click until the chart's frame is drawn. */
async function yearTime(page: Page): Promise<number> {
  await page.locator('.steps').locator('xpath=..').locator('select').selectOption('3-0100010800ff');
  await page.locator('.plot[aria-label*="Active energy"]').waitFor();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const year = `, ${new Date().getFullYear()}. `;
        const observer = new MutationObserver(() => {
          if (document.querySelector(`.plot[aria-label*="${year}"] canvas`) === null) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
        const choices = document.querySelectorAll<HTMLInputElement>('.card .choice input');
        choices[3]?.click();
      }),
  );
}
