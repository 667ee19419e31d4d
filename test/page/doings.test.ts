import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { MetersAnswer } from '#das/api-types.ts';
import { LANGUAGES, textIn } from '#das/page/language/texts.ts';
import { assertAccessible } from '../support/axe.ts';
import { openPage, takePicture } from '../support/browser.ts';
import { METER } from '../support/fake-das.ts';
import { openAlarm } from './support/open-alarm.ts';
import { setStage } from './support/stage.ts';

describe('what people do on the page', { timeout: 120_000 }, () => {
  const stage = setStage();
  before(() => {
    stage.das.alarms = [openAlarm];
  });

  it('works by keyboard alone: past the navigation, to a meter, with the focus where the page begins', async () => {
    await using opened = await openPage(stage.browser, stage.das.url);
    const { page } = opened;
    await page.locator('table.list tbody tr').first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
    await page.locator('tbody a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Workshop, main supply' }).waitFor();
    assert.equal(await page.title(), 'Workshop, main supply · sealmeter');
  });

  for (const language of LANGUAGES) {
    it(`asks a stranger in ${language} to log in, and lets in whoever does`, async () => {
      const { session } = stage.das;
      stage.das.session = undefined;
      await using opened = await openPage(stage.browser, stage.das.url, { language });
      const { page } = opened;
      await page.getByLabel(textIn(language, 'login.user')).fill('ada');
      await page.getByLabel(textIn(language, 'login.password')).fill('correct horse battery');
      await assertAccessible(page);
      await takePicture(page, `log-in-${language}`);
      await page.locator('button.main').click();
      await page.locator('table.list').waitFor();
      stage.das.session = session;
    });
  }

  it('makes the first administrator by the link of the console', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#first-administrator=t0ken`);
    const { page } = opened;
    await page.getByLabel('User').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByLabel('Password, once more').fill('correct horse battery');
    await assertAccessible(page);
    await page.locator('button.main').click();
    await page.locator('table.list').waitFor();
    const { path, body } = stage.das.changes.at(-1) ?? { path: '', body: '' };
    assert.equal(path, 'first-administrator');
    assert.deepEqual(JSON.parse(body), { token: 't0ken', user: 'ada', password: 'correct horse battery' });
  });

  it('changes one’s own password, and refuses two that differ', async () => {
    await using opened = await openPage(stage.browser, stage.das.url);
    const { page } = opened;
    await page.getByRole('link', { name: 'ada, administrator' }).click();
    await page.getByLabel('Present password').fill('correct horse battery');
    await page.getByLabel('New password').fill('staple of the horse');
    await page.getByLabel('Password, once more').fill('staple of a horse');
    await page.locator('button.main').click();
    await page.getByText('The two passwords differ.').waitFor();
    await page.getByLabel('Password, once more').fill('staple of the horse');
    await page.locator('button.main').click();
    await page.getByText('The password was changed.').waitFor();
    await assertAccessible(page);
    const { method, path, body } = stage.das.changes.at(-1) ?? { method: '', path: '', body: '' };
    assert.deepEqual([method, path], ['PUT', 'session/password']);
    assert.deepEqual(JSON.parse(body), { former: 'correct horse battery', password: 'staple of the horse' });
  });

  it('says in words what a meter has added to its events', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`, { language: 'de' });
    await opened.page.getByText('Version 0.1.0, voriges Ende keines').waitFor();
  });

  it('lets no text become HTML, whoever tries', async () => {
    await using opened = await openPage(stage.browser, stage.das.url);
    await opened.page.locator('table.list').waitFor();
    const written = opened.page.evaluate(() => {
      document.body.innerHTML = '<img src=x>';
    });
    await assert.rejects(written, /TrustedHTML/);
  });

  it('prints what is known, and nothing to press', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`, { theme: 'dark' });
    const { page } = opened;
    await page.locator('.banner.passed').waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('nav').isVisible(), false);
    assert.equal(await page.locator('main button:visible').count(), 0);
    assert.equal(await page.locator('.banner.passed').isVisible(), true);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  });

  it('acknowledges an alarm, with the token that other pages cannot know', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/alarms`);
    const { page } = opened;
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('acknowledged by ada').waitFor();
    assert.equal(stage.das.changes.at(-1)?.csrf, 'token-of-this-session');
  });

  it('adds a meter only when a person has compared its fingerprint', async () => {
    await using opened = await openPage(stage.browser, `${stage.das.url}#/administration`);
    const { page } = opened;
    await page.getByLabel('Address of its service').fill('https://192.0.2.9:8443');
    await page.getByRole('button', { name: 'Look who is there' }).click();
    const trust = page.getByRole('button', { name: 'Trust and add' });
    await trust.waitFor();
    assert.equal(await trust.isDisabled(), true);
    await page.getByLabel('I have compared this fingerprint').check();
    await page.locator('textarea').fill(stage.das.other.key.certificatePem);
    await assertAccessible(page);
    await takePicture(page, 'administration-add');
    await trust.click();
    await page.getByText('1sie0087654321.sm was added.').waitFor();
    assert.equal(stage.das.changes.at(-1)?.path, 'meters');
  });

  for (const language of LANGUAGES) {
    const say = (key: Parameters<typeof textIn>[1], values = {}): string => textIn(language, key, values);

    it(`changes a user in ${language}: rights, and a password where one was forgotten`, async () => {
      await using opened = await openPage(stage.browser, `${stage.das.url}#/administration`, { language });
      const { page } = opened;
      await page.getByText(say('admin.users'), { exact: true }).click();
      await page.getByRole('button', { name: say('admin.user.change', { name: 'ada' }) }).click();
      const form = page.locator('form').last();
      assert.equal(await form.getByLabel(say('admin.user.role')).inputValue(), 'administrator');
      await form.getByLabel(say('admin.user.role')).selectOption('viewer');
      await form.getByLabel(say('admin.user.meters')).fill(`${METER} other.sm`);
      await form.getByLabel(say('account.new')).fill('staple of the horse');
      await assertAccessible(page);
      await form.getByRole('button', { name: say('admin.save') }).click();
      await form.getByRole('button', { name: say('admin.save') }).waitFor({ state: 'detached' });
      const { method, path, body } = stage.das.changes.at(-1) ?? { method: '', path: '', body: '{}' };
      assert.deepEqual([method, path], ['PATCH', 'users/ada']);
      const wanted = { role: 'viewer', meters: [METER, 'other.sm'], password: 'staple of the horse' };
      assert.deepEqual(JSON.parse(body), wanted);
    });

    it(`changes what a meter is called in ${language}, and where it is`, async () => {
      await using opened = await openPage(stage.browser, `${stage.das.url}#/administration`, { language });
      const { page } = opened;
      const name = 'Workshop, main supply';
      await page.getByRole('button', { name: say('admin.meter.change', { name }) }).click();
      const form = page.locator('form').last();
      assert.equal(await form.getByLabel(say('admin.meter.name')).inputValue(), name);
      await form.getByLabel(say('admin.meter.name')).fill('Cellar');
      await form.getByLabel(say('admin.meter.url.change')).fill('https://192.0.2.10:8443');
      await assertAccessible(page);
      await form.getByRole('button', { name: say('admin.save') }).click();
      await form.getByRole('button', { name: say('admin.save') }).waitFor({ state: 'detached' });
      const { method, path, body } = stage.das.changes.at(-1) ?? { method: '', path: '', body: '{}' };
      assert.deepEqual([method, path], ['PATCH', `meters/${METER}`]);
      const zone = 'Europe/Berlin';
      assert.deepEqual(JSON.parse(body), { name: 'Cellar', zone, url: 'https://192.0.2.10:8443' });
    });

    it(`says in ${language} what was not proven, and why`, async () => {
      stage.das.quarantine = [
        {
          entry: '1',
          id: 'ab'.repeat(32),
          kind: 'capture',
          receivedAt: '2026-11-20T08:00:00.000Z',
          code: 'CAPTURE_CHAIN_BROKEN',
          reason: 'capture 3: it does not follow from the one before',
          marks: [],
        },
      ];
      await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`, { language });
      const { page } = opened;
      await page.locator('.banner.passed').waitFor();
      await page.getByText('it does not follow from the one before').waitFor();
      await page.getByRole('link', { name: say('meter.quarantine.capture') }).waitFor();
      await assertAccessible(page);
      stage.das.quarantine = [];
    });
  }

  it('shows what was not proven a page at a time, by keyboard too, until there is no more', async () => {
    const total = 45;
    stage.das.quarantine = Array.from({ length: total }, (_, index) => ({
      entry: String(total - index),
      // The same document may have failed for more than one reason.
      id: 'cd'.repeat(32),
      kind: 'live',
      receivedAt: '2026-11-20T08:00:00.000Z',
      code: 'SEAL_BROKEN',
      reason: `reason ${total - index}`,
      marks: [],
    }));
    await using opened = await openPage(stage.browser, `${stage.das.url}#/meters/${METER}`);
    const { page } = opened;
    const card = page.getByRole('region', { name: textIn('en', 'meter.quarantine') });
    const more = card.getByRole('button', { name: textIn('en', 'app.more') });
    await card.locator('li').nth(19).waitFor();
    assert.equal(await card.locator('li').count(), 20);
    await more.focus();
    await page.keyboard.press('Enter');
    await card.locator('li').nth(39).waitFor();
    await more.waitFor();
    assert.equal(await more.evaluate((button) => button === document.activeElement), true);
    await page.keyboard.press('Enter');
    await card
      .locator('li')
      .nth(total - 1)
      .waitFor();
    await more.waitFor({ state: 'detached' });
    const reasons = await card.locator('li span').allInnerTexts();
    assert.equal(new Set(reasons).size, total);
    await assertAccessible(page);
    stage.das.quarantine = [];
  });

  it('shows thousands of meters a page at a time, sorts and searches them at once', async () => {
    const { meters } = (await (await fetch(`${stage.das.url}api/meters`)).json()) as MetersAnswer;
    const [like] = meters;
    assert.ok(like !== undefined);
    stage.das.summaries = Array.from({ length: 3_000 }, (_, index) => ({
      ...like,
      id: `1abc${index}.sm`,
      name: `House ${index}`,
      gaps: index % 7,
    }));
    await using opened = await openPage(stage.browser, stage.das.url);
    const { page } = opened;
    await page.getByText('3001 of 3001 meters').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 50);
    await page.getByRole('button', { name: 'Missing' }).click();
    await page.locator('tbody tr').first().getByText('6 captures').waitFor();
    await page.getByRole('searchbox').fill('house 2999');
    await page.getByText('1 of 3001 meters').waitFor();
    stage.das.summaries = [];
  });
});
