import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { type Manifest, PACKAGE_FORMAT } from '#das/document-package.ts';
import { LANGUAGES, textIn } from '#das/page/language/texts.ts';
import { assertAccessible } from '../support/axe.ts';
import { openPage, startBrowser, takePicture } from '../support/browser.ts';
import { PAGE_FOLDER, providePage } from '../support/page-files.ts';
import { SealingMeter } from '../support/sealing-meter.ts';

describe('the page that verifies from disk, without any server', { timeout: 60_000 }, () => {
  const meter = new SealingMeter('1sie0012345678.sm');
  const certificate = {
    name: 'meter.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from(meter.key.certificatePem),
  };
  const documents: { name: string; mimeType: string; buffer: Buffer }[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-offline-'));
  let browser: Browser;
  let address: string;
  before(async () => {
    await providePage();
    for (let number = 0; number < 3; number += 1) {
      const bytes = await meter.seal(Instant(Date.now() + number * 1_000));
      documents.push({ name: `${number}.xml`, mimeType: 'application/xml', buffer: Buffer.from(bytes) });
    }
    browser = await startBrowser();
    // Read alone, as somebody has it who was sent nothing else.
    address = pathToFileURL(join(PAGE_FOLDER, 'verify.html')).href;
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const choose = (page: Page, ...files: typeof documents): Promise<void> =>
    page.locator('input[type=file]').setInputFiles(files);

  for (const language of LANGUAGES) {
    it(`proves documents and shows what they say, in ${language}`, async () => {
      await using opened = await openPage(browser, address, { language, size: 'phone' });
      const { page, complaints } = opened;
      await choose(page, certificate, ...documents);
      await page.getByText(textIn(language, 'verify.summary', { proven: 3, all: 3 })).waitFor();
      await page.getByText('0.xml').click();
      await assertAccessible(page);
      await takePicture(page, `offline-${language}`);
      assert.deepEqual(complaints, []);
    });
  }

  /** As the DAS exports them. */
  function packed(changed: Readonly<Record<string, Uint8Array>> = {}): (typeof documents)[number] {
    const files = documents.map(({ name, buffer }) => ({ file: `documents/${name}`, bytes: new Uint8Array(buffer) }));
    const manifest: Manifest = {
      format: PACKAGE_FORMAT,
      meter: meter.id,
      kind: 'live',
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      documents: [...files, { file: 'documents/lost.xml', bytes: new Uint8Array() }].map(({ file, bytes }, index) => ({
        file,
        sha256: hash('sha256', bytes, 'hex'),
        number: `${index}`,
        at: '2026-11-20T00:00:00.000Z',
      })),
      certificates: [],
    };
    const zip = zipSync({
      ...Object.fromEntries(files.map(({ file, bytes }) => [file, bytes])),
      'certificates/meter.pem': new Uint8Array(certificate.buffer),
      'manifest.json': utf8(JSON.stringify(manifest)),
      ...changed,
    });
    return { name: 'package.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
  }

  it('opens a whole package, and says what its manifest lists and it does not have', async () => {
    await using opened = await openPage(browser, address);
    const { page, complaints } = opened;
    await choose(page, packed());
    await page.getByText(textIn('en', 'verify.summary', { proven: 3, all: 3 })).waitFor();
    await page.locator('.banner.passed').getByText(textIn('en', 'verify.summary.by')).waitFor();
    await page.getByText(textIn('en', 'verify.missing', { names: 'package.zip/documents/lost.xml' })).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('says which document of a package is not the one that its manifest lists', async () => {
    await using opened = await openPage(browser, address);
    const { page } = opened;
    const [, second] = documents;
    await choose(page, packed({ 'documents/0.xml': new Uint8Array(second?.buffer ?? []) }));
    await page.getByText(textIn('en', 'verify.summary.failed', { failed: 1 })).waitFor();
    await page.getByText(textIn('en', 'mark.bytes')).first().waitFor();
  });

  it('says which document was changed, and puts it first', async () => {
    await using opened = await openPage(browser, address);
    const { page } = opened;
    const [first, second, third] = documents as [(typeof documents)[0], (typeof documents)[0], (typeof documents)[0]];
    const changed = Buffer.from(third.buffer.toString().replace(/(<long64-unsigned [^>]*>)\d/, '$19'));
    await choose(page, certificate, first, second, { ...third, buffer: changed });
    await page.getByText(textIn('en', 'verify.summary.failed', { failed: 1 })).waitFor();
    const line = page.locator('.results li').first();
    assert.match(await line.innerText(), /2\.xml/);
    await line.getByText(textIn('en', 'finding.seal-broken')).waitFor();
    await takePicture(page, 'offline-changed');
  });

  it('proves nothing without a certificate, and says what is missing', async () => {
    await using opened = await openPage(browser, address);
    const { page } = opened;
    await choose(page, ...documents);
    await page.getByText(textIn('en', 'verify.summary', { proven: 0, all: 3 })).waitFor();
    await page.getByText(textIn('en', 'verify.certificates.none')).waitFor();
    await choose(page, certificate);
    await page.getByText(textIn('en', 'verify.summary', { proven: 3, all: 3 })).waitFor();
  });

  it('says which files it cannot read', async () => {
    await using opened = await openPage(browser, address);
    const { page, complaints } = opened;
    await choose(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
    await page.getByText(textIn('en', 'verify.unknown', { names: 'notes.txt' })).waitFor();
    await choose(page, { name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\u{3}\u{4}nothing') });
    await page.getByText('broken.zip').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('is one file, and small enough to be sent', () => {
    const file = join(PAGE_FOLDER, 'verify.html');
    assert.ok(statSync(file).size < 200_000);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /(?:src|href)="(?!#)/);
  });
});
