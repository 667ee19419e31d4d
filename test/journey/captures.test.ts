import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { utf8 } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { judge } from '#das/verdict.ts';
import { type FetchedCapture, hashOf, sha256 } from '../support/capture-chain.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

const curl = program('curl');
const LDEV = '1sie0012345678.sm';
const OBJECTS = `/cosem/ldevs/${LDEV}/objects`;
const PROFILE = `${OBJECTS}/7-0000638000ff`;
const NEWEST = `${OBJECTS}/1-0000608000ff/attributes/2`;

type Json = Readonly<Record<string, unknown>>;

interface Fetched extends FetchedCapture {
  readonly hash: Uint8Array;
  readonly document: string | undefined;
}

const content = (item: unknown): unknown => Object.values(item as Json)[0];
const octets = (item: unknown): Uint8Array => new Uint8Array(Buffer.from(String(content(item)), 'hex'));
const integer = (item: unknown): bigint => BigInt(String(content(item)));

/** The record of a capture out of the JSON of a structure: docs/mapping.md § 6. */
function recordIn(structure: unknown): Fetched {
  const items = content(structure) as readonly unknown[];
  const [number, captureTime, sampledAt, sampleNumber] = items.slice(0, 4).map(integer) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const [state, columns] = items.slice(4, 6).map((item) => String(content(item))) as [string, string];
  const [measured, documentHash, previous, hash] = items.slice(6, 10).map(octets) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const document = String(content(items[10]));
  const sample = { number, captureTime, sampledAt, sampleNumber, state };
  return { ...sample, columns, measured, documentHash, previous, hash, document };
}

describe('somebody who collects captures', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-captures-'));
  const file = (name: string): string => join(folder, name);
  let simulator: RunningCommand;
  let meter: RunningCommand;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    simulator = await startCommand(['simulate', 'pac3200']);
    const devices = [deviceAt(simulator.ready)];
    const config = writeMeterConfiguration(folder, { devices, capture: { period: '1 s' } });
    meter = await startCommand(['meter', '--config', config]);
  });
  after(async () => {
    await meter.stop('SIGTERM');
    await simulator.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  async function get(target: string, accept = 'application/json'): Promise<string> {
    const asking = ['--silent', '--show-error', '--fail-with-body', '--globoff', '--header', `Accept: ${accept}`];
    const { code, stdout, stderr } = await runProgram(curl, [
      ...asking,
      ...curlIdentity(folder),
      `${meter.ready}${target}`,
    ]);
    assert.equal(code, 0, stderr + stdout);
    return stdout;
  }

  async function valueOf(target: string): Promise<unknown> {
    return (JSON.parse(await get(target)) as { attribute: { value: unknown } }).attribute.value;
  }

  const rowsOf = async (query: string): Promise<readonly unknown[]> =>
    content(await valueOf(`${PROFILE}/attributes/2?${query}`)) as readonly unknown[];

  /** The clock before the record is for people and ranges. */
  const recordsOf = async (first: number, last: number): Promise<readonly Fetched[]> => {
    const rows = await rowsOf(`sa.fromtype=double-long-unsigned:${first}&sa.totype=double-long-unsigned:${last}`);
    return rows.map((row) => recordIn({ structure: (content(row) as readonly unknown[]).slice(1) }));
  };

  async function untilCaptured(count: bigint): Promise<void> {
    while (integer(await valueOf(`${PROFILE}/attributes/7`)) < count) await wait(200);
  }

  test('gets exactly those of some numbers, and recomputes their chain', async () => {
    await untilCaptured(5n);
    const records = await recordsOf(2, 4);
    assert.deepEqual(
      records.map(({ number }) => number),
      [2n, 3n, 4n],
    );
    for (const [index, record] of records.entries()) {
      assert.deepEqual(hashOf(LDEV, record), record.hash);
      if (index > 0) assert.deepEqual(record.previous, records[index - 1]?.hash);
    }
    const [fifth] = await recordsOf(5, 5);
    assert.deepEqual(fifth?.previous, records.at(-1)?.hash);
  });

  test('verifies the documents: they are what the chain says, of the same sample', async () => {
    const pinned = pinCertificates(readFileSync(file('meter/signature.pem')));
    const [record] = await recordsOf(3, 3);
    assert.ok(record?.document !== undefined);
    assert.deepEqual(sha256(record.document), record.documentHash);
    const { proven, reading } = await judge(utf8(record.document), pinned, nodeCrypto, { meterId: LDEV });
    assert.equal(proven, true);
    assert.deepEqual(
      [reading?.sequenceNumber, BigInt(reading?.at ?? 0), reading?.meterId],
      [record.sampleNumber, record.sampledAt, LDEV],
    );
  });

  test('gets them by time and by place too, and some columns alone', async () => {
    const [third] = await recordsOf(3, 3);
    const moment = new Date(Number(third?.captureTime)).toISOString();
    const after = new Date(Number(third?.captureTime) + 1_000).toISOString();
    const chain = 'sa.fromcol=2&sa.tocol=2';
    const number = [{ structure: [{ 'double-long-unsigned': 3 }] }];
    assert.deepEqual(await rowsOf(`q.fromtime=${moment}&q.totime=${after}&${chain}`), number);
    assert.deepEqual(await rowsOf(`sa.fromidx=3&sa.toidx=3&${chain}`), number);
  });

  test('reads the newest one by itself, which no list of objects carries', async () => {
    const newest = recordIn(await valueOf(NEWEST));
    assert.ok(newest.number >= 5n);
    assert.deepEqual(hashOf(LDEV, newest), newest.hash);
    assert.doesNotMatch(await get(OBJECTS), /signed-measurement-data/);
  });

  test('finds at / what describes all of this, and its files', async () => {
    const page = await get('/', '*/*');
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /href="openapi\.yaml"/);
    assert.equal(
      await get('/openapi.yaml', '*/*'),
      readFileSync(new URL('../../openapi/openapi.yaml', import.meta.url), 'utf8'),
    );
  });

  test('has a document in XML as the same bytes', async () => {
    const [record] = await recordsOf(2, 2);
    const query = 'sa.fromtype=double-long-unsigned:2&sa.totype=double-long-unsigned:2&sa.fromcol=12';
    writeFileSync(file('row.xml'), await get(`${PROFILE}/attributes/2?${query}`, 'application/xml, */*'));
    const { stdout } = await runProgram(program('xmllint'), [
      '--xpath',
      'string(//*[local-name()="UTF8-string"])',
      file('row.xml'),
    ]);
    assert.equal(stdout.trimEnd(), record?.document);
  });
});
