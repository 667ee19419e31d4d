import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatInstant, Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { SeriesAnswer } from '#das/api-types.ts';
import { periodAround } from '#das/page/chart/calendar.ts';
import { periodText } from '#das/page/chart/period-text.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { textIn } from '#das/page/language/texts.ts';
import { assertAccessible } from '../support/axe.ts';
import { openPage, takePicture } from '../support/browser.ts';
import { METER, ZONE } from '../support/fake-das.ts';
import { setStage } from './support/stage.ts';

describe('what a meter measures, and its proof', { timeout: 120_000 }, () => {
  const stage = setStage();

  it('moves the curve and checks anew when a sample comes', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    await page.locator('.banner.passed').waitFor();
    const first = await page.locator('.big a.value').getAttribute('href');
    await stage.das.takeSample();
    await page.waitForFunction(
      (before) => document.querySelector('.big a.value')?.getAttribute('href') !== before,
      first,
    );
    await page.locator('.banner.passed').waitFor();
  });

  it('leads from a value to its proof, every mark of it passed, and lets the document be kept', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page, complaints } = opened;
    await page.locator('.counters a.value').first().click();
    await page.getByRole('heading', { level: 1, name: 'Proof' }).waitFor();
    await page.locator('.banner.passed').waitFor();
    await takePicture(page, 'proof-en-light-desk');
    const outcomes = await page
      .locator('.marks')
      .first()
      .locator('li')
      .evaluateAll((marks) => marks.map((mark) => mark.className));
    assert.deepEqual(
      outcomes,
      Array.from({ length: 8 }, () => 'passed'),
    );
    await assertAccessible(page);
    await takePicture(page, 'proof-en-light-desk');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('Download the document').click(),
    ]);
    assert.match(download.suggestedFilename(), /^1sie0012345678\.sm-\d+\.xml$/);
    assert.deepEqual(complaints, []);
  });

  for (const period of ['day', 'week', 'month', 'year'] as const) {
    it(`draws a ${period}, and says in words what the reader points at`, async () => {
      await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
      const { page, complaints } = opened;
      await page
        .locator('.card', { hasText: 'Course' })
        .getByText(textIn('en', `profile.${period}`), { exact: true })
        .click();
      await page.locator('.card', { hasText: 'Course' }).locator('select').selectOption('3-0100010800ff');
      const shown = periodText(periodAround(period, Instant(Date.now()), new Zone(ZONE)), new Zone(ZONE), 'en');
      const chart = page.locator(`.plot[aria-label*="import, total, ${shown}."]`);
      await chart.waitFor();
      await chart.focus();
      await page.keyboard.press('Home');
      assert.match(
        await page.locator('.readout').innerText(),
        /\d{4}, \d{2}:\d{2} CES?T – .*\d{2}:\d{2} CES?T: [\d.,]+\skWh/,
      );
      await page.locator('.card', { hasText: 'Course' }).screenshot({ path: `test-output/page/course-${period}.png` });
      assert.deepEqual(complaints, []);
    });
  }

  it('leads from a bar to the documents of both its readings', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    await page.locator('.card', { hasText: 'Course' }).locator('select').selectOption('3-0100010800ff');
    await page.locator('.plot[aria-label*="import, total"]').focus();
    await page.keyboard.press('Home');
    const links = page.getByRole('button', { name: /^Proof of the reading of/ });
    await links.first().waitFor();
    assert.equal(await links.count(), 2);
    await links.last().click();
    await page.getByRole('heading', { level: 1, name: 'Proof' }).waitFor();
    await page.locator('.banner.passed').waitFor();
  });

  for (const width of [375, 1_280]) {
    it(`asks for no more than two points to a pixel (${width} px)`, async () => {
      await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
      const { page } = opened;
      await page.setViewportSize({ width, height: 800 });
      const card = page.locator('.card', { hasText: 'Course' });
      for (const object of ['3-0100010800ff', '3-0100100700ff']) {
        await card.locator('select').selectOption(object);
        for (const name of ['week', 'month', 'year', 'day'] as const) {
          const { from } = periodAround(name, Instant(Date.now()), new Zone(ZONE));
          const query = new URLSearchParams({ object, kind: 'capture', from: formatInstant(from) });
          const isAnswer = (url: string): boolean =>
            [...query].every(([key, value]) => new URL(url).searchParams.get(key) === value);
          const [answer] = await Promise.all([
            page.waitForResponse((response) => response.url().includes('/series?') && isAnswer(response.url())),
            card.getByText(textIn('en', `profile.${name}`), { exact: true }).click(),
          ]);
          const { points } = (await answer.json()) as SeriesAnswer;
          const shown = periodText(periodAround(name, Instant(Date.now()), new Zone(ZONE)), new Zone(ZONE), 'en');
          const plot = `.plot[aria-label*="${nameOfObject(object, 'en')}, ${shown}."] .u-over`;
          const drawn = await page.waitForFunction((over) => document.querySelector(over)?.clientWidth, plot);
          const plotted = Number(await drawn.jsonValue());
          assert.ok(points.length > 0 && points.length <= 2 * plotted, `${points.length} on ${plotted} px: ${name}`);
        }
      }
    });
  }

  it('draws a gap as a gap, and marks what is aggregated', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    const card = page.locator('.card', { hasText: 'Course' });
    await card.locator('select').selectOption('3-0100100700ff');
    await card.getByText('Month', { exact: true }).click();
    await page.getByText('Gaps, in which nothing was read: 1').waitFor();
    await page.getByText(/Aggregated: each point stands for one hour/).waitFor();
    await card.screenshot({ path: 'test-output/page/course-gap.png' });
  });
});
