import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { openPage, startBrowser, takePicture } from '../support/browser.ts';
import { type RunningCommand, startCommand } from '../support/commands.ts';
import { providePage } from '../support/page-files.ts';

/** A person who starts the demo and opens its page need not wait longer. */
const PATIENCE = { timeout: 10_000 };

describe('the page of the demo, with a real meter, a real DAS and nothing in between', { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-page-'));
  let demo: RunningCommand;
  let browser: Browser;
  let das: string;
  before(async () => {
    await providePage();
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
    ({ das } = JSON.parse(readFileSync(join(folder, 'urls.json'), 'utf8')) as { das: string });
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  it('shows within ten seconds a curve that moves and a green proof', async () => {
    await using opened = await openPage(browser, das);
    const { page, complaints } = opened;
    await page.locator('tbody a').first().click(PATIENCE);
    await page.locator('.banner.passed').waitFor(PATIENCE);
    await page.locator('.now .plot canvas').waitFor(PATIENCE);
    const before = await page.locator('.big a.value').getAttribute('href');
    await page.waitForFunction(
      (earlier) => document.querySelector('.big a.value')?.getAttribute('href') !== earlier,
      before,
      PATIENCE,
    );
    await page.locator('.banner.passed').waitFor(PATIENCE);
    await assertAccessible(page);
    await takePicture(page, 'demo-meter');
    assert.deepEqual(complaints, []);
  });

  it('proves the value that is clicked', async () => {
    await using opened = await openPage(browser, `${das}/#/meters/1sie0012345678.sm`);
    const { page, complaints } = opened;
    await page.locator('.counters a.value').first().click(PATIENCE);
    await page.getByRole('heading', { level: 1, name: 'Proof' }).waitFor(PATIENCE);
    await page.locator('.banner.passed').waitFor(PATIENCE);
    await takePicture(page, 'demo-proof');
    assert.deepEqual(complaints, []);
  });

  it('leads from a point of the course to the document that was sealed then', async () => {
    await using opened = await openPage(browser, `${das}/#/meters/1sie0012345678.sm`);
    const { page, complaints } = opened;
    await page.locator('.plot[aria-label*="Active power"]').last().focus(PATIENCE);
    await page.keyboard.press('End');
    await page
      .getByRole('button', { name: /^Proof of the reading of/ })
      .first()
      .click(PATIENCE);
    await page.getByRole('heading', { level: 1, name: 'Proof' }).waitFor(PATIENCE);
    await page.locator('.banner.passed').waitFor(PATIENCE);
    assert.deepEqual(complaints, []);
  });

  for (const { name, ready } of [
    { name: 'alarms', ready: 'h1' },
    { name: 'export', ready: 'a.main' },
    { name: 'administration', ready: 'table.list tbody tr' },
  ]) {
    it(`shows ${name}`, async () => {
      await using opened = await openPage(browser, `${das}/#/${name}`);
      const { page, complaints } = opened;
      await page.locator(ready).first().waitFor(PATIENCE);
      await takePicture(page, `demo-${name}`);
      assert.deepEqual(complaints, []);
    });
  }
});
