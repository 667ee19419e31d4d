import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { openPkcs11Signer, type Pkcs11Signer, type Pkcs11SignerOptions } from '#crypto/pkcs11-signer.ts';
import { listKeys, listTokens } from '#crypto/token-admin.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { PivCard, type Slot } from './piv-card.ts';
import { VirtualReader } from './virtual-reader.ts';

// A signer on a virtual PIV card, by way of OpenSC, PC/SC and a virtual reader: pulling, locking and slowness as they
// look on the wire. `npm run test:card`

/** By its name alone the system's loader finds it, wherever this machine's architecture keeps libraries. */
const MODULE = 'opensc-pkcs11.so';
const PIN = '123456';
const SERIAL = '0123456789abcdef';
const DATA = utf8('a document');
const LONGEST_RECOVERY = 10_000;
const LIMIT = { timeout: 30_000 };

const keys = { '9a': makeSigningKey('ecdsa-p256-sha256'), '9c': makeSigningKey('ecdsa-p384-sha384') };
/** CKA_ID, by which OpenSC names the key of a slot. */
const IDS: Readonly<Record<Slot, string>> = { '9a': '01', '9c': '02' };

let reader: VirtualReader;
let card: PivCard;

before(async () => {
  reader = await VirtualReader.start();
});
after(async () => {
  await reader[Symbol.asyncDispose]();
});
beforeEach(async () => {
  card = new PivCard({ pin: PIN, keys, serial: SERIAL });
  await reader.insert(card);
});
afterEach(() => {
  reader.takeOut();
  card[Symbol.dispose]();
});

const optionsFor = (slot: Slot): Pkcs11SignerOptions => ({
  module: MODULE,
  token: { label: 'test', serial: SERIAL },
  key: { id: IDS[slot] },
  certificate: keys[slot].certificate.raw,
  readPin: () => PIN,
  clock: systemClock,
  log: silentLog,
});

async function open(slot: Slot): Promise<Pkcs11Signer> {
  const signer = await openPkcs11Signer(optionsFor(slot));
  assert.equal(signer.problem, undefined);
  return signer;
}

/** Resolves when the signer's state, or the reason for it, is what was waited for. */
async function until(signer: Pkcs11Signer, reached: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (reached()) resolve();
  };
  const stop = signer.onState(look);
  look();
  await promise;
  stop();
}

/** Puts the card in and sees the signer ready in time. */
async function recovers(signer: Pkcs11Signer, putIn: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await putIn();
  await until(signer, () => signer.state === 'ready');
  const took = performance.now() - start;
  assert.ok(took < LONGEST_RECOVERY, `${took} ms`);
  assert.ok(nodeCrypto.verify(keys['9a'].publicKey, DATA, await signer.sign(DATA)));
}

describe('a PIV card', () => {
  it('is listed with its keys', LIMIT, async () => {
    const [token] = await listTokens(MODULE);
    assert.equal(token?.label, 'test');
    assert.equal(token?.serial, SERIAL);
    const found = await listKeys({ module: MODULE, token: { label: 'test' } });
    assert.deepEqual(
      found.filter(({ kind }) => kind === 'public').map(({ id, curve }) => `${id} ${curve}`),
      ['01 P-256', '02 P-384'],
    );
  });

  // Key 9c wants the PIN with each signature: the proof of the key and three more.
  for (const [slot, pins] of [
    ['9a', 1],
    ['9c', 5],
  ] as const) {
    it(`signs with key ${slot}, and is shown the PIN ${pins} times`, LIMIT, async () => {
      await using signer = await open(slot);
      for (let count = 0; count < 3; count++) {
        const signature = await signer.sign(DATA);
        assert.ok(nodeCrypto.verify(keys[slot].publicKey, DATA, signature));
      }
      assert.equal(card.pins.length, pins);
    });
  }

  it('that is taken out fails fast, and signs again within 10 s after it was put in', LIMIT, async () => {
    await using signer = await open('9a');
    reader.takeOut();
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    const start = performance.now();
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    assert.ok(performance.now() - start < 50);
    await recovers(signer, () => reader.insert(card));
    assert.equal(card.pins.length, 2, 'one log-in for each insertion');
  });

  it('that is taken out during a signature does the same', LIMIT, async () => {
    await using signer = await open('9a');
    card.signingTime = 500;
    card.onSigning = () => reader.takeOut();
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    card.onSigning = () => {};
    await recovers(signer, () => reader.insert(card));
  });

  it('survives a restart of the daemon', LIMIT, async () => {
    await using signer = await open('9a');
    await reader.stopDaemon();
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    await recovers(signer, async () => {
      await reader.startDaemon();
      await reader.insert(card);
    });
  });

  it('of another owner with the same number never signs', LIMIT, async () => {
    await using signer = await open('9a');
    using other = new PivCard({ pin: PIN, keys: { ...keys, '9a': makeSigningKey() }, serial: SERIAL });
    reader.takeOut();
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    await reader.insert(other);
    await until(signer, () => signer.problem?.code === 'TOKEN_KEY_NOT_OF_CERTIFICATE');
    assert.deepEqual(other.pins, [], 'it was not shown the PIN');
    reader.takeOut();
    await recovers(signer, () => reader.insert(card));
  });

  it('loses one try to a wrong PIN and no more', LIMIT, async () => {
    await using signer = await openPkcs11Signer({ ...optionsFor('9a'), readPin: () => '999999' });
    await assert.rejects(signer.sign(DATA), { code: 'TOKEN_PIN_REFUSED' });
    await using second = await openPkcs11Signer({ ...optionsFor('9a'), readPin: () => '999999' });
    await assert.rejects(second.sign(DATA), { code: 'TOKEN_PIN_REFUSED' });
    assert.equal(card.tries, 2);
  });

  for (const [tries, code] of [
    [1, 'TOKEN_PIN_FINAL_TRY'],
    [0, 'TOKEN_PIN_LOCKED'],
  ] as const) {
    it(`with ${tries} tries left is not shown the PIN`, LIMIT, async () => {
      reader.takeOut();
      card.tries = tries;
      await reader.insert(card);
      await using signer = await openPkcs11Signer(optionsFor('9a'));
      assert.equal(signer.problem?.code, code);
      assert.deepEqual(card.pins, []);
    });
  }

  it('that needs 240 ms leaves the event loop free, and lets requests pass what is sealed ahead', LIMIT, async () => {
    await using signer = await open('9a');
    card.signingTime = 240;
    const order: string[] = [];
    const sign = async (name: string, priority: 'ahead' | 'request'): Promise<void> => {
      await signer.sign(DATA, { priority });
      order.push(name);
    };
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    await Promise.all([sign('ahead 1', 'ahead'), sign('ahead 2', 'ahead'), sign('request', 'request')]);
    clearInterval(ticking);
    assert.deepEqual(order, ['ahead 1', 'request', 'ahead 2']);
    assert.ok(turns > 100, `${turns} turns`);
  });
});
