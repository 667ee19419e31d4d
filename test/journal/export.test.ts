import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportOcmf, type OcmfOptions } from '#cli/journal/ocmf-records.ts';
import { unitOf } from '#core/quantity.ts';
import { Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { exportCsv } from '#journal/export-csv.ts';
import { exportDocuments } from '#journal/export-documents.ts';
import type { Journal } from '#journal/journal.ts';
import { goodValues, METER_ID, START } from '../support/example-meter.ts';
import { program } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type CaptureOptions, columns, timeOf } from './support/captures.ts';
import { documentOf, newCapture, open } from './support/journals.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const OPTIONS: OcmfOptions = {
  gateway: { identification: 'sealmeter', serial: 'SM|1', version: '0.1.0' },
  meterOf: () => ({ manufacturer: 'Siemens', model: 'PAC3200', serial: '12345678' }),
  zone: new Zone('Europe/Berlin'),
  keys: ['energy'],
  sign: (payload) => sign('sha256', payload, privateKey),
};

function journalOf(...captures: readonly CaptureOptions[]): Journal {
  const journal = open(temporaryFolder());
  for (const [index, options] of captures.entries()) journal.capture(newCapture(index + 1, options));
  return journal;
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function ocmfOf(options: CaptureOptions, keys = OPTIONS.keys): Promise<readonly string[]> {
  using journal = journalOf(options);
  const [record = ''] = await collect(exportOcmf(journal.captures, { device: METER_ID }, { ...OPTIONS, keys }));
  return record.split('|');
}

const payloadOf = async (options: CaptureOptions): Promise<string> => (await ocmfOf(options))[1] ?? '';

test('documents come out byte for byte, each with a name of its own', () => {
  using journal = journalOf({}, { document: undefined }, {});
  const documents = [...exportDocuments(journal.captures, { device: METER_ID })];
  assert.deepEqual(
    documents.map(({ name }) => name),
    ['1sie0012345678.sm-00000001-20261120T091500Z.xml', '1sie0012345678.sm-00000003-20261120T094500Z.xml'],
  );
  assert.deepEqual(
    documents.map(({ bytes }) => new Uint8Array(bytes)),
    [documentOf(1), documentOf(3)],
  );
});

test('a range of captures is exported, not all', async () => {
  using journal = journalOf({}, {}, {});
  const range = { device: METER_ID, from: timeOf(2), to: timeOf(3) };
  assert.equal([...exportDocuments(journal.captures, range)].length, 1);
  assert.equal([...exportCsv(journal.captures, range)].length, 2);
  assert.equal((await collect(exportOcmf(journal.captures, range, OPTIONS))).length, 1);
});

test('CSV has a heading with units, and every value with the digits that it was measured with', () => {
  using journal = journalOf(
    {},
    { values: { ...goodValues, voltage: 'unreachable' }, state: ['value-missing'], document: undefined },
  );
  const [heading, first, second, ...rest] = [...exportCsv(journal.captures, { device: METER_ID })];
  assert.equal(
    heading,
    'device,number,capture-time,measurement-time,sequence-nr,state,document-sha256,tariff,energy [Wh],voltage [V],' +
      'power [W],highest-voltage [V],demand [W],demand/last [s],demand/period [s],demand/elapsed [s]\r\n',
  );
  assert.match(
    first ?? '',
    /^1sie0012345678\.sm,1,2026-11-20T09:15:00\.000Z,2026-11-20T09:15:00\.000Z,1,0{16},[0-9a-f]{64},0,1234567,230\.10,-1234\.5,241\.1,500\.0,4800,900,300\r\n$/,
  );
  assert.match(second ?? '', /,2,0010000000000000,,0,1234567,,-1234\.5,/);
  assert.deepEqual(rest, []);
});

test('CSV has a column for each unit that a value ever had', () => {
  using journal = journalOf({});
  const [ampere] = [unitOf('A')];
  assert.ok(ampere !== undefined);
  const other = columns.map((column) => (column.key === 'tariff' ? { ...column, unit: ampere } : column));
  const { snapshot, ...capture } = newCapture(2);
  const values = new Map(snapshot.sample.values);
  values.set('tariff', { kind: 'value', quantity: { value: 5n, scaler: -1, unit: ampere }, readAt: START });
  journal.capture({ ...capture, columns: other, snapshot: { ...snapshot, sample: { ...snapshot.sample, values } } });
  const [heading = '', first = '', second = ''] = exportCsv(journal.captures, { device: METER_ID });
  const place = heading.trimEnd().split(',').indexOf('tariff [A]');
  assert.equal(first.trimEnd().split(',')[place], '');
  assert.equal(second.trimEnd().split(',')[place], '0.5');
});

test('CSV quotes what would break a line', () => {
  const device = 'a "quoted", device';
  using journal = journalOf({ device });
  const [, line = ''] = exportCsv(journal.captures, { device });
  assert.ok(line.startsWith('"a ""quoted"", device",1,'));
});

test('an OCMF record has three sections, and OpenSSL verifies the second by the third', async () => {
  const [form, payload = '', signature = '', ...rest] = await ocmfOf({});
  assert.equal(form, 'OCMF');
  assert.deepEqual(rest, []);
  const { SA, SD } = JSON.parse(signature) as { SA: string; SD: string };
  assert.equal(SA, 'ECDSA-secp256r1-SHA256');
  const folder = temporaryFolder();
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const key = file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  const der = file('signature.der', Buffer.from(SD, 'hex'));
  const verified = (bytes: string): string =>
    spawnSync(program('openssl'), ['dgst', '-sha256', '-verify', key, '-signature', der, file('payload', bytes)], {
      encoding: 'utf8',
    }).stdout;
  assert.equal(verified(payload), 'Verified OK\n');
  assert.equal(verified(payload.replace('1234567', '1234568')), 'Verification failure\n');
});

test('an OCMF payload says who measured what when, in the order of the format', async () => {
  assert.equal(
    await payloadOf({}),
    '{"FV":"1.3","GI":"sealmeter","GS":"SM\\u007c1","GV":"0.1.0","PG":"F1","MV":"Siemens","MM":"PAC3200","MS":"12345678",' +
      '"RD":[{"TM":"2026-11-20T10:15:00,000+0100 S","RV":1234567,"RI":"01-00:01.08.00*FF","RU":"Wh","EF":"","ST":"G"}]}',
  );
});

test('OCMF times are legal times of the site, summer and winter', async () => {
  const summer = Instant(Date.UTC(2026, 5, 1, 22, 30, 0, 7));
  assert.match(await payloadOf({ at: summer }), /"TM":"2026-06-02T00:30:00,007\+0200 S"/);
  using journal = journalOf({ at: summer });
  const zone = new Zone('America/St_Johns');
  const [record] = await collect(exportOcmf(journal.captures, { device: METER_ID }, { ...OPTIONS, zone }));
  assert.match(record ?? '', /"TM":"2026-06-01T20:00:00,007-0230 S"/);
});

test('a time or a value that cannot be relied upon is marked in OCMF', async () => {
  assert.match(await payloadOf({ state: ['clock-not-synchronised'] }), /,000\+0100 U".*"EF":"t","ST":"G"/);
  const missing = await payloadOf({ values: { ...goodValues, energy: 'unreachable' } });
  assert.match(missing, /\{"TM":"[^"]*","RI":"01-00:01.08.00\*FF","RU":"Wh","EF":"E","ST":"T"\}/);
});

test('OCMF pages are counted up without a gap', async () => {
  using journal = journalOf({}, {}, {});
  const records = await collect(exportOcmf(journal.captures, { device: METER_ID }, OPTIONS));
  assert.deepEqual(
    records.map((record) => /"PG":"(\w+)"/.exec(record)?.[1]),
    ['F1', 'F2', 'F3'],
  );
});

test('OCMF has no place for what is no energy', async () => {
  for (const key of ['voltage', 'nothing']) {
    await assert.rejects(ocmfOf({}, [key]), { code: 'OCMF_UNIT', fault: 'configuration' });
  }
});
