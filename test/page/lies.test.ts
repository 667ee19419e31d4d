import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { type Language, type TextKey, textIn } from '#das/page/language/texts.ts';
import { openPage, takePicture } from '../support/browser.ts';
import { type Lie, METER } from '../support/fake-das.ts';
import { setStage } from './support/stage.ts';

interface Told {
  readonly lie: Lie;
  /** The sentence that a person reads. */
  readonly tells: TextKey;
  /** Whether the proof of a single value fails too. An old document is a true one, of its own time. */
  readonly alone: boolean;
}

const LIES: readonly Told[] = [
  { lie: 'altered-value', tells: 'finding.other-value', alone: true },
  { lie: 'altered-document', tells: 'finding.seal-broken', alone: true },
  { lie: 'altered-signature', tells: 'finding.seal-broken', alone: true },
  { lie: 'other-meter', tells: 'finding.key-unknown', alone: true },
  { lie: 'other-bytes', tells: 'finding.other-bytes', alone: true },
  { lie: 'other-certificate', tells: 'finding.key-unknown', alone: true },
  { lie: 'old-document', tells: 'finding.other-moment', alone: false },
];

/** A text of the table, whatever its values are. */
function pattern(language: Language, key: TextKey): RegExp {
  const literal = textIn(language, key, VALUES).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(literal.replaceAll('@', '.+'));
}

const VALUES = { value: '@', shown: '@', number: '@', at: '@', shownNumber: '@', shownAt: '@' };

describe('when the DAS lies, the page says so', { timeout: 120_000 }, () => {
  const stage = setStage();
  before(() => stage.das.prepareOtherMeter());

  const bannerTells = async (page: Page, language: Language, tells: TextKey): Promise<void> => {
    const banner = page.locator('.banner.failed[role=alert]');
    await banner.getByText(textIn(language, 'banner.failed'), { exact: true }).waitFor();
    assert.match(await banner.innerText(), pattern(language, tells));
  };

  for (const { lie, tells, alone } of LIES) {
    it(`about present values, and about each of them: ${lie}`, async () => {
      stage.das.lie = lie;
      await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
      const { page } = opened;
      await bannerTells(page, 'en', tells);
      await takePicture(page, `lie-${lie}`);
      await page.getByLabel('Language').selectOption('de');
      await bannerTells(page, 'de', tells);
      if (!alone) return;
      await page.locator('.counters a.value').first().click();
      await page.getByRole('heading', { level: 1, name: 'Beweis' }).waitFor();
      await page.locator('.banner.failed').getByText(textIn('de', 'proof.lie')).waitFor();
      assert.match(await page.locator('.marks').first().innerText(), pattern('de', tells));
      await takePicture(page, `lie-proof-${lie}`);
    });
  }

  it('about a value that is said to stand elsewhere: it is not counted among the proven ones, and its proof fails', async () => {
    stage.das.lie = 'elsewhere';
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    await page
      .locator('.banner.passed')
      .getByText(textIn('en', 'banner.others', { count: 1 }))
      .waitFor();
    await page.locator('.counters a.value').first().click();
    await page.locator('.banner.failed').getByText(textIn('en', 'proof.lie')).waitFor();
  });

  it('at once, about each sample as it is shown', async () => {
    stage.das.lie = undefined;
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    // Nothing is looked at because time has passed.
    await page.addInitScript(() => {
      const set = setTimeout;
      const soon = (callback: () => void, delay = 0): number => (delay < 1_000 ? Number(set(callback, delay)) : 0);
      Object.assign(globalThis, { setTimeout: soon });
    });
    await page.reload();
    await page.locator('.banner.passed').waitFor();
    stage.das.lie = 'altered-value';
    await stage.das.takeSample();
    await bannerTells(page, 'en', 'finding.other-value');
    stage.das.lie = undefined;
    await stage.das.takeSample();
    await page.locator('.banner.passed').waitFor();
  });

  it('and says it of a certificate that it has never seen, though everything else fits', async () => {
    stage.das.lie = undefined;
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    await page.locator('.banner.passed').waitFor();
    await page.evaluate((meter) => {
      const certificates = [`sha256:${'0'.repeat(64)}`];
      localStorage.setItem('sealmeter.meters', JSON.stringify({ [meter]: { certificates } }));
    }, METER);
    await page.reload();
    await page.locator('.banner.failed').getByText(textIn('en', 'certificate.new')).waitFor();
    await takePicture(page, 'lie-new-certificate');
    await page.getByRole('button', { name: textIn('en', 'certificate.accept') }).click();
    await page.locator('.banner.passed').waitFor();
  });
});
