import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { type Look, openPage, takePicture } from '../support/browser.ts';
import { METER } from '../support/fake-das.ts';
import { openAlarm } from './support/open-alarm.ts';
import { setStage } from './support/stage.ts';

/** Where each page begins, and by what it is known to be complete. */
const PAGES = [
  { name: 'meters', hash: '#/', ready: 'table.list tbody tr' },
  { name: 'meter', hash: `#/meters/${METER}`, ready: '.banner.passed' },
  { name: 'verify', hash: '#/verify', ready: '.drop' },
  { name: 'alarms', hash: '#/alarms', ready: 'table.list tbody tr' },
  { name: 'export', hash: '#/export', ready: 'a.main' },
  { name: 'administration', hash: '#/administration', ready: 'table.list tbody tr' },
] as const;

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', size: 'desk' },
  { language: 'de', theme: 'dark', size: 'phone' },
];

describe('every page of the DAS in a browser', { timeout: 120_000 }, () => {
  const stage = setStage();
  before(() => {
    stage.das.alarms = [openAlarm];
  });

  for (const look of LOOKS) {
    for (const { name, hash, ready } of PAGES) {
      it(`shows ${name} in ${look.language}, ${look.theme}, on a ${look.size}: accessible, and without a complaint`, async () => {
        await using opened = await openPage(stage.browser, stage.das.url + hash, look);
        const { page, complaints } = opened;
        await page.locator(ready).first().waitFor();
        await assertAccessible(page);
        assert.equal(await overflows(page), false, 'nothing sticks out to the right');
        assert.equal(await page.locator('html').getAttribute('lang'), look.language);
        await takePicture(page, `${name}-${look.language}-${look.theme}-${look.size}`);
        // @see WCAG 2.2 § 1.4.10
        await page.setViewportSize({ width: 320, height: 640 });
        assert.equal(await overflows(page), false, 'nor where there are 320 pixels');
        assert.deepEqual(complaints, []);
      });
    }
  }

  it('has the phases of a large site fit into their card, however wide that is', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`, { language: 'de' });
    const { page } = opened;
    await page.locator('.phases a').first().waitFor();
    for (const width of [320, 375, 600, 768, 920, 1024, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const missing = await page.locator('.phases-frame').evaluate((frame) => {
        for (const value of frame.querySelectorAll('a')) value.textContent = '−12.345,6 VA';
        return frame.scrollWidth - frame.clientWidth;
      });
      assert.equal(missing, 0, `${width}`);
    }
  });
});

const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
