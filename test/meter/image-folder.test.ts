import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { concatBytes, utf8 } from '#core/bytes.ts';
import { ImageFolder } from '#meter/image-folder.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const maker = makeSigningKey();
const other = makeSigningKey('ecdsa-p384-sha384');
const makers = [other.publicKey, maker.publicKey];
const program = new Uint8Array(40_000).map((_, index) => index % 251);
const identifier = utf8('v2.0');

function folders() {
  const stateFolder = temporaryFolder();
  const handTo = join(stateFolder, 'images');
  mkdirSync(handTo);
  return { stateFolder, handTo };
}

const signedBy = async ({ signer }: typeof maker): Promise<Uint8Array> =>
  concatBytes(program, await signer.sign(program));

/** Takes an image, its last block first. */
function taking(store: ImageFolder, image: Uint8Array): ImageFolder {
  store.begin({ identifier, size: image.length });
  const blocks = Math.ceil(image.length / store.blockSize);
  for (let block = blocks - 1; block >= 0; block -= 1) {
    store.write(block, image.subarray(block * store.blockSize, (block + 1) * store.blockSize));
  }
  return store;
}

test('an image of a known maker is good, and handed over as it came', async () => {
  for (const one of [maker, other]) {
    const { stateFolder, handTo } = folders();
    const image = await signedBy(one);
    const store = taking(new ImageFolder({ stateFolder, makers, handTo }), image);
    assert.equal(await store.verify(), true);
    await store.activate();
    const [name = '', ...more] = readdirSync(handTo);
    assert.match(name, /^[0-9a-f]{64}\.image$/);
    assert.deepEqual([new Uint8Array(readFileSync(join(handTo, name))), more], [image, []]);
    assert.deepEqual(readdirSync(stateFolder), ['images']);
  }
});

const BAD: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'an image of somebody else': () => signedBy(makeSigningKey()),
  'an image with another bit': async () => (await signedBy(maker)).with(17, 0),
  'an image without a signature': async () => program,
  'nothing but a signature': async () => maker.signer.sign(new Uint8Array()),
};

for (const [what, make] of Object.entries(BAD)) {
  test(`refused: ${what}`, async () => {
    const { stateFolder, handTo } = folders();
    const store = taking(new ImageFolder({ stateFolder, makers, handTo }), await make());
    assert.equal(await store.verify(), false);
  });
}

test('a folder that is not there is a fault that can be mended, and then the image is still there', async () => {
  const { stateFolder, handTo } = folders();
  const store = taking(new ImageFolder({ stateFolder, makers, handTo }), await signedBy(maker));
  rmSync(handTo, { recursive: true });
  await assert.rejects(store.activate(), { fault: 'device', code: 'IMAGE_NOT_HANDED_OVER' });
  mkdirSync(handTo);
  await store.activate();
  assert.equal(readdirSync(handTo).length, 1);
});

test('a transfer that begins anew forgets the one before', async () => {
  const { stateFolder, handTo } = folders();
  const store = taking(new ImageFolder({ stateFolder, makers, handTo }), await signedBy(maker));
  store.begin({ identifier, size: 100 });
  assert.equal(await store.verify(), false);
});
