import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

import { addTime, Minutes } from '#core/time.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { dateTimeOctets } from '#cosem/date-time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import type { ProfileEntry, ProfileHistory } from '#cosem/profile-history.ts';
import { COSEM_XML } from '#http/media-types.ts';
import { StandardMeter } from '../cosem/support/standard-meter.ts';
import { METER_ID, managementDevice, START } from '../support/example-meter.ts';
import { ask, askSigned, assertProblem, assertSealed } from './support/ask.ts';
import { exampleService } from './support/example-service.ts';

const BUFFER = `/cosem/ldevs/${METER_ID}/objects/7-0100630100ff/attributes/2`;
const YEAR = 35_040;

/** A profile that is made while it is read, and counts what was made of it. */
class CountedHistory implements ProfileHistory {
  readonly #entries: number;
  made = 0;
  isLeft = false;

  constructor(entries: number) {
    this.#entries = entries;
  }

  count(): number {
    return this.#entries;
  }

  *entries(): Generator<ProfileEntry, void, undefined> {
    try {
      for (let index = 0; index < this.#entries; index += 1) {
        this.made += 1;
        const at = addTime(START, Minutes(15 * index));
        const clock: CosemData = { type: 'octet-string', value: dateTimeOctets(at) };
        yield {
          at,
          values: [
            clock,
            { type: 'bit-string', value: '0'.repeat(16) },
            { type: 'long64-unsigned', value: BigInt(index) },
          ],
        };
      }
    } finally {
      this.isLeft = true;
    }
  }
}

function serviceWith(entries: number) {
  const history = new CountedHistory(entries);
  const meter = new StandardMeter({
    profile: () => ({ history, period: { current: () => Minutes(15) }, capacity: YEAR }),
  });
  return { history, ...exampleService({ devices: logicalDevices(managementDevice(), [meter.device]) }) };
}

/** Asks on a socket of its own, and leaves the answer unread. */
async function open(service: ReturnType<typeof serviceWith>, method = 'GET') {
  const server = createServer(service.serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    path: BUFFER,
    method,
    headers: { Host: 'meter.example' },
    agent: false,
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a long buffer', () => {
  it('comes whole, piece by piece, without a length and without a validator', async () => {
    const service = serviceWith(YEAR);
    await using opened = await open(service);
    const { statusCode, headers } = opened.answer;
    assert.deepEqual([statusCode, headers['content-type'], headers['transfer-encoding']], [200, COSEM_XML, 'chunked']);
    assert.deepEqual(
      [headers['content-length'], headers['etag'], headers['cache-control']],
      [undefined, undefined, 'private, no-cache'],
    );
    const xml = await text(opened.answer);
    assert.match(
      xml,
      /^<attribute xmlns="[^"]+" id="2"><array xmlns="[^"]+"><structure>.*<\/structure><\/array><\/attribute>$/,
    );
    assert.equal(xml.match(/<structure>/g)?.length, YEAR);
    assert.match(xml, new RegExp(`<long64-unsigned>${YEAR - 1}</long64-unsigned></structure></array>`));
  });

  it('is not made faster than its client takes it, and no more when the client has gone', async () => {
    const service = serviceWith(10_000_000);
    await using opened = await open(service);
    await once(opened.answer, 'readable');
    opened.answer.destroy();
    await service.log.next('http.request');
    const { made } = service.history;
    assert.ok(made < 500_000, `${made} entries were made for a client that has read one chunk`);
    assert.ok(service.history.isLeft);
    assert.deepEqual(service.log.of('http.failed'), []);
  });

  it('is not made for HEAD', async () => {
    const service = serviceWith(YEAR);
    await using opened = await open(service, 'HEAD');
    assert.equal(await text(opened.answer), '');
    assert.ok(service.history.made < 1_000);
    assert.ok(service.history.isLeft);
  });

  it('that cannot be finished is seen to be broken off', async () => {
    const service = serviceWith(YEAR);
    const failing = service.history;
    failing.entries = function* entries() {
      yield* CountedHistory.prototype.entries.call(new CountedHistory(5_000));
      throw new Error('secret');
    };
    await using opened = await open(service);
    await assert.rejects(text(opened.answer), { code: 'ECONNRESET' });
    assert.equal((await service.log.next('http.failed'))['reason'], 'secret');
  });

  it('sealed comes in parts alone, and the problem names how', async () => {
    const problem = assertProblem(await askSigned(serviceWith(YEAR), BUFFER), 400, 'ANSWER_TOO_LARGE');
    assert.match(problem.mend, /q\.count=\d+ and q\.fromidx, or q\.fromtime and q\.totime/);
    assertSealed(await askSigned(serviceWith(YEAR), `${BUFFER}?q.count=5000`));
  });
});

describe('a short buffer', () => {
  it('has a length and a validator, as every other answer', async () => {
    const service = serviceWith(10);
    const { headers } = await ask(service, BUFFER);
    assert.match(headers['etag'] ?? '', /^"[0-9a-f]{32}"$/);
    assert.ok(Number(headers['content-length']) > 1_000);
    assert.equal((await ask(service, BUFFER, { 'If-None-Match': headers['etag'] ?? '' })).status, 304);
  });

  it('comes in JSON too', async () => {
    const service = serviceWith(3);
    const { body, headers } = await ask(service, BUFFER, { Accept: 'application/json' });
    assert.equal(headers['content-type'], 'application/json');
    const json = JSON.parse(body) as { attribute: { value: { array: unknown[] } } };
    assert.equal(json.attribute.value.array.length, 3);
  });

  it('is selected by what its query says', async () => {
    const service = serviceWith(10);
    const { body } = await ask(service, `${BUFFER}?sa.fromidx=2&sa.toidx=3&sa.fromcol=3`);
    assert.match(
      body,
      /<array [^>]*><structure><long64-unsigned>1<\/long64-unsigned><\/structure><structure><long64-unsigned>2</,
    );
    assertProblem(await ask(service, `${BUFFER}?sa.fromcol=9`), 400, 'QUERY_INVALID');
  });
});
