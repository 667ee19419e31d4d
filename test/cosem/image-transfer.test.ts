import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { CosemData } from '#cosem/data-types.ts';
import type { Image, ImageStore } from '#cosem/image-transfer.ts';
import { choice, list, struct, text, u32, yes } from './support/data.ts';
import { StandardMeter, verdict } from './support/standard-meter.ts';

const TRANSFER = [18, '0-0:44.0.0.255'] as const;
const INITIATE = 1;
const BLOCK = 2;
const VERIFY = 3;
const ACTIVATE = 4;

class MemoryImages implements ImageStore {
  readonly blockSize = 4;
  readonly capacity = 100;
  isGood = true;
  fault: Error | undefined;
  activated = false;
  image: Image | undefined;
  readonly blocks: Uint8Array[] = [];

  begin(image: Image): void {
    this.image = image;
    this.blocks.length = 0;
  }

  write(block: number, bytes: Uint8Array): void {
    this.blocks[block] = bytes;
  }

  verify(): Promise<boolean> {
    return Promise.resolve(this.isGood);
  }

  activate(): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.activated = true;
    return Promise.resolve();
  }
}

const block = (number: number, bytes: string): CosemData => struct(u32(number), text(bytes));

/** A meter that has been told to expect ten octets: three blocks. */
async function expecting() {
  const images = new MemoryImages();
  const meter = new StandardMeter({ images });
  await meter.write(...TRANSFER, 5, yes);
  assert.equal(verdict(await meter.invoke(...TRANSFER, INITIATE, struct(text('v2'), u32(10)))), 'done');
  meter.sink.taken();
  return { images, meter };
}

async function transferred() {
  const { images, meter } = await expecting();
  for (const [number, bytes] of ['abcd', 'efgh', 'ij'].entries()) {
    assert.equal(verdict(await meter.invoke(...TRANSFER, BLOCK, block(number, bytes))), 'done');
  }
  return { images, meter };
}

const status = (meter: StandardMeter): CosemData | undefined => meter.read(...TRANSFER, 6);

test('a program comes in blocks, is verified and activated', async () => {
  const { images, meter } = await transferred();
  assert.deepEqual(Buffer.from(concatBytes(...images.blocks)).toString(), 'abcdefghij');
  assert.equal(verdict(await meter.invoke(...TRANSFER, VERIFY)), 'done');
  assert.deepEqual(
    [status(meter), meter.read(...TRANSFER, 7)],
    [choice(3), list(struct(u32(10), text('v2'), text('')))],
  );
  assert.equal(verdict(await meter.invoke(...TRANSFER, ACTIVATE)), 'done');
  assert.deepEqual([status(meter), images.activated], [choice(6), true]);
  assert.deepEqual(meter.sink.taken(), ['image-verified by grid', 'image-activated by grid']);
});

test('blocks come in any order, and twice; what is missing is told', async () => {
  const { meter } = await expecting();
  const progress = (): readonly unknown[] => [3, 4].map((id) => meter.read(...TRANSFER, id));
  assert.deepEqual(progress(), [{ type: 'bit-string', value: '000' }, u32(0)]);
  await meter.invoke(...TRANSFER, BLOCK, block(0, 'abcd'));
  await meter.invoke(...TRANSFER, BLOCK, block(2, 'ij'));
  await meter.invoke(...TRANSFER, BLOCK, block(2, 'ij'));
  assert.deepEqual(progress(), [{ type: 'bit-string', value: '101' }, u32(1)]);
  assert.equal(verdict(await meter.invoke(...TRANSFER, VERIFY)), 'STATE_UNSUITABLE');
  await meter.invoke(...TRANSFER, BLOCK, block(1, 'efgh'));
  assert.deepEqual(progress(), [{ type: 'bit-string', value: '111' }, u32(3)]);
});

test('a block of another length, or beyond the end, is refused', async () => {
  const { meter } = await expecting();
  for (const bad of [block(0, 'abc'), block(0, 'abcde'), block(2, 'ijkl'), block(3, 'abcd')]) {
    assert.equal(verdict(await meter.invoke(...TRANSFER, BLOCK, bad)), 'VALUE_NOT_ALLOWED');
  }
});

test('an image that is not what it should be is not activated, and can be sent again', async () => {
  const { images, meter } = await transferred();
  images.isGood = false;
  assert.equal(verdict(await meter.invoke(...TRANSFER, VERIFY)), 'VALUE_NOT_ALLOWED');
  assert.deepEqual([status(meter), meter.read(...TRANSFER, 7)], [choice(4), list()]);
  assert.equal(verdict(await meter.invoke(...TRANSFER, ACTIVATE)), 'STATE_UNSUITABLE');
  images.isGood = true;
  assert.equal(verdict(await meter.invoke(...TRANSFER, BLOCK, block(0, 'ABCD'))), 'done');
  assert.equal(verdict(await meter.invoke(...TRANSFER, VERIFY)), 'done');
});

test('an activation that fails says so', async () => {
  const { images, meter } = await transferred();
  await meter.invoke(...TRANSFER, VERIFY);
  images.fault = new SealmeterError('device', 'DISK_FULL', 'no room');
  assert.equal(verdict(await meter.invoke(...TRANSFER, ACTIVATE)), 'HARDWARE_FAULT');
  assert.deepEqual(status(meter), choice(7));
});

test('nobody sends an image unless it is enabled, or one that is too large', async () => {
  const meter = new StandardMeter({ images: new MemoryImages() });
  const small = struct(text('v2'), u32(10));
  assert.equal(verdict(await meter.invoke(...TRANSFER, INITIATE, small)), 'STATE_UNSUITABLE');
  assert.equal(verdict(await meter.invoke(...TRANSFER, BLOCK, block(0, 'abcd'))), 'STATE_UNSUITABLE');
  await meter.write(...TRANSFER, 5, yes);
  assert.equal(verdict(await meter.invoke(...TRANSFER, INITIATE, struct(text('v2'), u32(101)))), 'VALUE_NOT_ALLOWED');
  assert.equal(verdict(await meter.invoke(...TRANSFER, BLOCK, block(0, 'abcd'))), 'STATE_UNSUITABLE');
});

test('before a transfer there is nothing', () => {
  const meter = new StandardMeter({ images: new MemoryImages() });
  assert.deepEqual(
    [2, 3, 4, 6, 7].map((id) => meter.read(...TRANSFER, id)),
    [u32(4), { type: 'bit-string', value: '' }, u32(0), choice(0), list()],
  );
});

test('a meter that takes no program has no such object', () => {
  assert.ok(!new StandardMeter().device.objects.some(({ classId }) => classId === 18));
});
