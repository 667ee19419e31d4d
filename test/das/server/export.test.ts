import assert from 'node:assert/strict';
import { randomBytes, verify } from 'node:crypto';
import { describe, it } from 'node:test';

import { addTime, formatInstant, Seconds } from '#core/time.ts';
import { ocmfPartiesBy } from '#das/ocmf-parties.ts';
import { TODAY } from '../../http/support/tls-parties.ts';
import { settle } from '../../support/fake-clock.ts';
import { makeSigningKey } from '../../support/signing-keys.ts';
import { assertRefused, type DasVisitor } from './support/das-visitor.ts';
import { ExampleDas, exampleDocument, OWN, user } from './support/example-das.ts';

const end = addTime(TODAY, Seconds(1_000));
const range = `from=${formatInstant(TODAY)}&to=${formatInstant(end)}`;
const pathTo = (format: string): string => `/api/meters/${OWN}/export?format=${format}&${range}`;
const days = [TODAY, end].map((at) => formatInstant(at).slice(0, 10)).join('-');

const key = makeSigningKey();
const ocmf = ocmfPartiesBy(key.signer, '1.0.0');

describe('readings are given out', () => {
  const forms = [
    ['csv', 'csv', 'text/csv; charset=utf-8; header=present', /^meter,number,/],
    ['xlsx', 'xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', /^PK/],
    ['package', 'zip', 'application/zip', /^PK[^]*manifest\.json/],
    ['ocmf', 'ocmf', 'text/plain; charset=utf-8', /^OCMF\|/],
  ] as const;
  for (const [format, ending, contentType, content] of forms) {
    it(`as ${format}, which stands in the audit trail`, async () => {
      await using das = await ExampleDas.open({ ocmf });
      const { status, headers, bytes } = await (await das.visitor('vera')).get(pathTo(format));
      const name = `${OWN}-live-${days}.${ending}`;
      assert.equal(status, 200, bytes.toString());
      assert.equal(headers['content-type'], contentType);
      assert.equal(headers['content-disposition'], `attachment; filename="${name}"`);
      assert.match(bytes.toString('latin1'), content);
      const { action, user, subject, detail } = das.store.trail[0] ?? {};
      assert.deepEqual([action, user, subject, detail], ['readings.exported', 'vera', OWN, name]);
    });
  }

  it('as a spreadsheet of another country expects them', async () => {
    await using das = await ExampleDas.open();
    const { bytes } = await (await das.visitor('vera')).get(`${pathTo('csv')}&locale=de`);
    assert.match(bytes.toString(), /;12345,6\r\n$/);
  });

  it('from the captures, where there are any', async () => {
    await using das = await ExampleDas.open();
    const capture = { ...exampleDocument(OWN, 8n), kind: 'capture' as const };
    das.store.kept.set(capture.id, capture);
    const visitor = await das.visitor('vera');
    assert.match((await visitor.get(pathTo('csv'))).bytes.toString(), new RegExp(`\r\n${OWN},8,.*\r\n$`));
    assert.match(
      (await visitor.get(`${pathTo('csv')}&kind=live`)).bytes.toString(),
      new RegExp(`\r\n${OWN},7,.*\r\n$`),
    );
  });

  it('as OCMF, signed by the key of the DAS', async () => {
    await using das = await ExampleDas.open({ ocmf });
    const { bytes } = await (await das.visitor('vera')).get(pathTo('ocmf'));
    const [, payload = '', signature = ''] = /^OCMF\|(.+)\|(.+)\n$/.exec(bytes.toString()) ?? [];
    const { SD } = JSON.parse(signature) as { SD: string };
    assert.ok(verify('sha256', Buffer.from(payload), key.certificate.publicKey, Buffer.from(SD, 'hex')));
    const { GS, MS, MV } = JSON.parse(payload) as Record<string, string>;
    assert.deepEqual([GS, MS, MV], [key.signer.keyId, OWN, 'SIE']);
  });

  it('but not as OCMF by a key that the format does not take, or without one', async () => {
    assert.equal(ocmfPartiesBy(makeSigningKey('ecdsa-p384-sha384').signer, '1.0.0'), undefined);
    await using das = await ExampleDas.open();
    assertRefused(await (await das.visitor('vera')).get(pathTo('ocmf')), 400, 'INPUT_INVALID');
  });

  it('with nothing but the header for a HEAD', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const { headers } = await visitor.raw('HEAD', pathTo('csv'), { Cookie: visitor.cookie });
    assert.match(headers['content-disposition'] ?? '', /\.csv"$/);
    assert.equal(das.store.trail[0]?.action, 'session.begun');
  });
});

it('what fails before the first piece is told as a problem', async () => {
  await using das = await ExampleDas.open();
  das.store.readings = () => Promise.reject(new Error('the secret cause'));
  const reply = await (await das.visitor('vera')).get(pathTo('csv'));
  assertRefused(reply, 500, 'INTERNAL_ERROR');
  assert.equal(reply.headers['content-disposition'], undefined);
});

/** A meter with more documents than anybody waits for. */
async function withoutEnd(): Promise<ExampleDas> {
  const das = await ExampleDas.open();
  const document = { ...exampleDocument(OWN, 1n), bytes: randomBytes(100_000) };
  das.store.document = async () => document;
  das.store.documents = async ({ limit }) => Array.from({ length: limit }, () => document);
  return das;
}

it('what fails in the middle is cut off, so that nobody takes it for the whole', async () => {
  await using das = await withoutEnd();
  let asked = 0;
  const document = das.store.document.bind(das.store);
  das.store.document = (id) => {
    asked += 1;
    return asked > 3 ? Promise.reject(new Error('the secret cause')) : document(id);
  };
  await assert.rejects((await das.visitor('vera')).get(pathTo('package')), { code: 'ECONNRESET' });
  assert.equal(das.log.of('das.failed')[0]?.['reason'], 'the secret cause');
});

it('so many at once are made, nobody takes all of them for himself, and who goes away makes room', async () => {
  await using das = await withoutEnd();
  das.store.people.set('otto', user('otto', 'operator'));
  const [visitor, other, third] = [await das.visitor('vera'), await das.visitor('ada'), await das.visitor('otto')];
  const begin = (who: DasVisitor) => who.open('GET', pathTo('package'));
  const running = await Promise.all([begin(visitor), begin(visitor)]);
  const reply = await visitor.get(pathTo('package'));
  assertRefused(reply, 503, 'BUSY');
  running.push(...(await Promise.all([begin(other), begin(other)])));
  assert.deepEqual(new Set(running.map(({ statusCode }) => statusCode)), new Set([200]));
  assertRefused(await third.get(pathTo('package')), 503, 'BUSY');
  assert.equal(reply.headers['retry-after'], '30');
  const ended = das.ended('/export', 1);
  running[0]?.destroy();
  await ended;
  const again = await visitor.open('GET', pathTo('package'));
  assert.equal(again.statusCode, 200);
  assert.deepEqual(das.log.of('das.failed'), []);
  for (const response of [again, ...running]) response.destroy();
});

it('who has gone before the first piece is no fault of ours, and leaves nothing behind', async () => {
  await using das = await withoutEnd();
  const [making, made] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const documents = das.store.documents.bind(das.store);
  das.store.documents = async (query) => {
    making.resolve();
    await made.promise;
    return documents(query);
  };
  const visitor = await das.visitor('vera');
  const left = das.ended('/export', 1);
  const gone = assert.rejects(visitor.open('GET', pathTo('package')));
  await making.promise;
  visitor.leave();
  await Promise.all([gone, left]);
  made.resolve();
  for (let round = 0; round < 5; round += 1) await settle();
  assert.deepEqual(das.log.of('das.failed'), []);
});
