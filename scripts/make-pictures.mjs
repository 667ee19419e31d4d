// Takes the README's pictures of the page anew, into docs/images. To be run by hand when the page looks different; what is
// shown is the DAS of the tests, whose meter really seals.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, startBrowser } from '../test/support/browser.ts';
import { FakeDas, METER } from '../test/support/fake-das.ts';
import { providePage } from '../test/support/page-files.ts';
import { root } from './setup.mjs';

const FOLDER = join(root, 'docs', 'images');
const SIZE = { width: 1280, height: 800 };

mkdirSync(FOLDER, { recursive: true });
await providePage();
await using das = await FakeDas.start();
const browser = await startBrowser();
await take('page-meter', {}, '.banner.passed');
das.lie = 'altered-value';
await take('page-lie', {}, '.banner.failed', ['.counters a.value']);
await browser.close();

/** Begins at the meter, and goes where the clicks lead. */
async function take(name, look, ready, clicks = []) {
  await using opened = await openPage(browser, `${das.url}#/meters/${METER}`, look);
  const { page } = opened;
  await page.setViewportSize(SIZE);
  for (const click of clicks) {
    await page.locator(click).first().click();
    await page.locator('.marks').first().waitFor();
  }
  await page.locator(ready).waitFor();
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
