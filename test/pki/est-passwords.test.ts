import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Days } from '#core/time.ts';
import { EstPasswords } from '#pki/est-passwords.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from './support/folder.ts';

describe('one-time passwords', () => {
  it('are kept as hashes, for their owner only', async () => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, 'est');
    const password = await new EstPasswords(place, new FakeClock()).create('tls', 'meter7', Days(1));
    assert.match(password, /^([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/);
    assert.equal(statSync(place).mode & 0o777, 0o700);
    for (const name of readdirSync(place)) {
      assert.equal(statSync(join(place, name)).mode & 0o777, 0o600);
      assert.ok(!readFileSync(join(place, name), 'utf8').includes(password.slice(0, 5)));
    }
  });

  it('serve once, whoever asks the file system', async () => {
    await using folder = await temporaryFolder();
    const clock = new FakeClock();
    const [one, other] = [new EstPasswords(folder.path, clock), new EstPasswords(folder.path, clock)];
    const claim = { label: 'tls', user: 'meter7', password: await one.create('tls', 'meter7', Days(1)) };
    assert.ok(await other.check(claim));
    const spent = await Promise.all([one.spend(claim), other.spend(claim), one.spend(claim)]);
    assert.equal(spent.filter(Boolean).length, 1);
    assert.equal(await one.check(claim), false);
  });

  it('of one name and label replace each other, with new tries', async () => {
    await using folder = await temporaryFolder();
    const passwords = new EstPasswords(folder.path, new FakeClock());
    const first = await passwords.create('tls', 'meter7', Days(1));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await passwords.check({ label: 'tls', user: 'meter7', password: 'wrong' });
    }
    assert.equal(await passwords.check({ label: 'tls', user: 'meter7', password: first }), false);
    const second = await passwords.create('tls', 'meter7', Days(1));
    assert.equal(await passwords.check({ label: 'tls', user: 'meter7', password: first }), false);
    assert.equal(await passwords.check({ label: 'tls', user: 'meter7', password: second }), true);
  });

  it('hold for names that no file could have', async () => {
    await using folder = await temporaryFolder();
    const passwords = new EstPasswords(folder.path, new FakeClock());
    for (const user of ['../../etc/passwd', 'a/b', '\0', 'ü'.repeat(500), '']) {
      const password = await passwords.create('tls', user, Days(1));
      assert.ok(await passwords.check({ label: 'tls', user, password }));
    }
  });

  it('are worth nothing where the file is damaged', async () => {
    await using folder = await temporaryFolder();
    const passwords = new EstPasswords(folder.path, new FakeClock());
    const password = await passwords.create('tls', 'meter7', Days(1));
    const file = join(folder.path, readdirSync(folder.path).find((name) => name.endsWith('.password')) ?? '');
    const whole = readFileSync(file, 'utf8');
    for (const damage of ['', whole.slice(0, -9), '[]', 'null', '{"hash":1,"until":2}', whole.replace('T', ' ')]) {
      writeFileSync(file, damage);
      assert.equal(await passwords.check({ label: 'tls', user: 'meter7', password }), false, damage);
    }
  });
});
