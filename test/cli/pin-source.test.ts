import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { pinReader } from '#cli/signer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a PIN', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const inFolder = (written: string): string => join(folder, written);

  before(() => {
    writeFileSync(file('pin'), '12 34\r\n', { mode: 0o600 });
    // As systemd puts a credential down.
    writeFileSync(file('card-pin'), '5678\n');
    chmodSync(file('card-pin'), 0o400);
    writeFileSync(file('exposed'), '1234', { mode: 0o644 });
  });

  test('is read from a file, as it stands there but for the end of the line', async () => {
    assert.equal(await pinReader({ pinFile: 'pin' }, inFolder, {})(), '12 34');
  });

  test('is read from a systemd credential', async () => {
    const environment = { CREDENTIALS_DIRECTORY: folder };
    assert.equal(await pinReader({ pinCredential: 'card-pin' }, assert.fail, environment)(), '5678');
  });

  test('is not read from a file that others can read, nor from a credential that nobody passed', async () => {
    await assert.rejects(pinReader({ pinFile: 'exposed' }, inFolder, {})(), { code: 'KEY_FILE_EXPOSED' });
    const without = pinReader({ pinCredential: 'card-pin' }, assert.fail, {});
    await assert.rejects(without(), { code: 'CREDENTIALS_MISSING', mend: /LoadCredential=card-pin:/ });
    const other = pinReader({ pinCredential: 'other' }, assert.fail, { CREDENTIALS_DIRECTORY: folder });
    await assert.rejects(other(), { code: 'KEY_FILE_MISSING' });
  });
});
