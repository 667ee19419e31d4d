import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fromBase64, toBase64, utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { nodeCrypto, pooledCrypto } from '#crypto/node-crypto.ts';
import { valuesOf } from '#das/measured-values.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { JudgedDocument, ReadingStore, SeriesQuery } from '#das/reading-store.ts';
import { backUpSqliteStore } from '#das/sqlite-backup.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { judge, type PinnedCertificate, type Verdict } from '#das/verdict.ts';
import { canonicalSignedInfo } from '#signature/xml-profile.ts';
import { type Figure, median, type Row } from './compare.ts';
import { type MeteredDocument, meteredDocuments, QUARTER_MS, YEAR_START } from './metered-documents.ts';
import type { Site } from './site.ts';

export interface StoreEffort {
  readonly rounds: number;
  /** Documents that are verified and stored in a round. */
  readonly documents: number;
  /** Captures of the year whose chart is drawn. */
  readonly captures: number;
  readonly meters: number;
}

/** Fewer than elsewhere: a round has thousands of calls. */
const WARM_UP_ROUNDS = 4;

/** Documents that the floor inserts at once. The store makes batches itself, of what comes while the disk is busy. */
const BATCH = 200;
/** Documents that a collector judges at once, and how many such pages may be on their way to the disk. */
const PAGE = 16;
const PAGES_UNDER_WAY = 50;

interface Round {
  readonly floor: number;
  readonly ours: Awaited<ReturnType<typeof measureStore>>;
}

/** Keeping what was proven, against bare ECDSA P-256 and a bare insert of the same bytes, by one thread each. */
export async function dasStoreRows(site: Site, effort: StoreEffort) {
  const rows: Row[] = [];
  const figures: Figure[] = [];
  for (const registers of [1, 20]) {
    await using store = await openSqliteStore(folderIn(site));
    const rounds: Round[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + effort.rounds; round++) {
      const documents = await meteredDocuments(site, {
        first: round * effort.documents,
        count: effort.documents,
        registers,
      });
      rounds.push({ floor: measureFloor(site, documents), ours: await measureStore(site, store, documents) });
    }
    // Until the compiler has seen enough of both.
    rounds.splice(0, WARM_UP_ROUNDS);
    const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
    rows.push({
      name: `documents verified and stored a second and core, registers in each: ${registers}`,
      ours: of(({ ours }) => ours.perCore),
      floor: of(({ floor }) => floor),
      unit: '/s',
      ratio: of(({ ours, floor }) => ours.perCore / floor),
      reach: { at: 'least', ratio: 0.5 },
    });
    figures.push({
      name: `documents verified and stored by one process, registers in each: ${registers}`,
      value: of(({ ours }) => ours.perSecond),
      unit: '/s',
      reach: { at: 'least', value: 2_000 },
    });
  }
  return { rows, figures: [...figures, ...(await chartFigures(site, effort)), await memoryFigure(site, effort)] };
}

setFlagsFromString('--expose-gc');
/** What the making of the documents has left behind: it is no part of what is measured next, in whichever thread. */
const clearAway = runInNewContext('gc') as () => void;

const METER = '1sie0012345678.sm';

const folderIn = (site: Site): string => mkdtempSync(join(site.folder, 'das-'));

/** Documents a second: ECDSA over bytes of the same form, and an insert of the same bytes, in batches as large. */
function measureFloor(site: Site, documents: readonly MeteredDocument[]): number {
  const key = createPublicKey(site.meter.privateKeyPem);
  const prepared = documents.map(({ bytes }) => partsOf(site, bytes));
  clearAway();
  const database = new DatabaseSync(join(folderIn(site), 'bare.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE documents (bytes BLOB)');
  const insert = database.prepare('INSERT INTO documents (bytes) VALUES (?)');
  const before = process.cpuUsage();
  for (let first = 0; first < documents.length; first += BATCH) {
    database.exec('BEGIN');
    for (let index = first; index < Math.min(first + BATCH, documents.length); index++) {
      const { signedInfo, signature } = prepared[index] ?? { signedInfo: utf8(''), signature: utf8('') };
      if (!verify('sha256', signedInfo, key, signature)) throw new Error('the bench has a wrong key');
      insert.run(documents[index]?.bytes ?? null);
    }
    database.exec('COMMIT');
  }
  const perSecond = documents.length / cpuSeconds(before);
  database.close();
  return perSecond;
}

/** What was signed, and the signature, as OpenSSL wants them. */
function partsOf(site: Site, document: Uint8Array) {
  const text = Buffer.from(document).toString();
  const [, digest = ''] = /<DigestValue>([^<]*)/.exec(text) ?? [];
  const [, value = ''] = /<SignatureValue>([^<]*)/.exec(text) ?? [];
  const signature = derFromRaw(fromBase64(value) ?? utf8(''), site.meter.signer.algorithm.curve);
  return { signedInfo: utf8(canonicalSignedInfo(digest)), signature: signature ?? utf8('') };
}

/** By one thread beside the store's, and by as many as the machine has cores. */
async function measureStore(site: Site, store: ReadingStore, documents: readonly MeteredDocument[]) {
  const half = documents.length / 2;
  const alone = await timedStore(site, store, documents.slice(0, half), nodeCrypto);
  const pooled = await timedStore(site, store, documents.slice(half), pooledCrypto);
  return { perCore: alone.perCore, perSecond: pooled.perSecond };
}

async function timedStore(site: Site, store: ReadingStore, documents: readonly MeteredDocument[], crypto: CryptoPort) {
  const pinned = pinCertificates(utf8(site.read('meter/signature.pem'))).map((certificate) => ({
    ...certificate,
    notBefore: Instant(0),
  }));
  clearAway();
  const before = process.cpuUsage();
  const start = performance.now();
  const underWay: Promise<unknown>[] = [];
  for (let first = 0; first < documents.length; first += PAGE) {
    const page = documents.slice(first, first + PAGE).map((document) => proven(document, pinned, crypto));
    const judgedPage = await Promise.all(page);
    if (underWay.length >= PAGES_UNDER_WAY) await underWay.shift();
    underWay.push(store.append(judgedPage));
  }
  await Promise.all(underWay);
  const perSecond = (documents.length * 1_000) / (performance.now() - start);
  return { perSecond, perCore: documents.length / cpuSeconds(before) };
}

async function proven(
  { number, at, bytes }: MeteredDocument,
  pinned: readonly PinnedCertificate[],
  crypto: CryptoPort,
): Promise<JudgedDocument> {
  const verdict = await judge(bytes, pinned, crypto, { meterId: METER });
  if (verdict.reading === undefined) throw new Error('the bench has a document that is not proven');
  return judged({ number, at, bytes, verdict, values: valuesOf(verdict.reading) });
}

type Judged = Pick<JudgedDocument, 'at' | 'bytes' | 'verdict' | 'values'> & { readonly number: number };

const judged = ({ number, ...document }: Judged, meter = METER): JudgedDocument => ({
  meter,
  kind: 'capture',
  number: BigInt(number),
  receivedAt: document.at,
  state: '0000000000000000',
  certificate: document.verdict.certificate?.id ?? 'sha256:',
  chainHash: undefined,
  ...document,
});

const CHART: SeriesQuery = {
  meter: METER,
  kind: 'capture',
  object: '3-0100010800ff',
  attribute: 2,
  range: { from: Instant(0), to: Instant(YEAR_START * 2) },
  maxPoints: 2_000,
};

/** A year of quarters of an hour, of which a page draws two thousand points. */
async function chartFigures(site: Site, { captures }: StoreEffort): Promise<readonly Figure[]> {
  const folder = folderIn(site);
  await using store = await openSqliteStore(folder);
  await fillYear(store, captures);
  const fresh = await milliseconds(() => store.series(CHART));
  await store.maintain(Instant(YEAR_START + (captures + 200) * QUARTER_MS), {});
  const rolledUp = await milliseconds(() => store.series(CHART));
  // A copy has no room that is free again: a year's documents do not come at once elsewhere.
  const copy = join(folder, 'copy.db');
  await backUpSqliteStore(folder, copy);
  const reach = { at: 'most', value: 500 } as const;
  return [
    { name: `chart of ${captures} captures, not rolled up yet`, value: fresh, unit: 'ms', reach },
    { name: `chart of ${captures} captures`, value: rolledUp, unit: 'ms', reach },
    {
      name: 'store of these captures, 20 values each',
      value: statSync(copy).size / 1_000_000,
      unit: 'MB',
      reach: undefined,
    },
  ];
}

async function fillYear(store: ReadingStore, captures: number): Promise<void> {
  for (let first = 0; first < captures; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, captures - first) }, (_, index) => first + index);
    await store.append(numbers.map((number) => invented(number, METER)));
  }
}

/** As large and as different from the next as a sealed document: the signature is noise. */
function invented(number: number, meter: string): JudgedDocument {
  const values = Array.from({ length: 20 }, (_, index) => ({
    object: `3-0100${(index + 1).toString(16).padStart(2, '0')}0800ff`,
    attribute: 2,
    value: BigInt(1_000 * number + index),
    scaler: 0,
    unit: 30,
  }));
  const registers = values.map(
    ({ object, value }) => `<object id="${object}"><attributes>${value}</attributes></object>`,
  );
  const bytes = utf8(`<d>${number}${meter}${registers.join('')}${randomBytes(96).toString('base64')}</d>`);
  const digest = toBase64(nodeCrypto.digest('sha-256', bytes));
  const verdict: Verdict = { proven: true, marks: MARKS, reading: undefined, digest, certificate: undefined };
  return judged({ number, at: Instant(YEAR_START + number * QUARTER_MS), bytes, verdict, values }, meter);
}

const MARKS: Verdict['marks'] = [{ check: 'seal', outcome: 'passed', finding: 'as the bench says' }];

/** What the process grows by for each meter that it keeps documents of. */
async function memoryFigure(site: Site, { meters }: StoreEffort): Promise<Figure> {
  await using store = await openSqliteStore(folderIn(site));
  await store.append([invented(0, METER)]);
  const before = process.memoryUsage.rss();
  for (let first = 0; first < meters; first += BATCH) {
    const names = Array.from({ length: BATCH }, (_, index) => `1sie${String(first + index).padStart(10, '0')}.sm`);
    await store.append(names.map((meter) => invented(1, meter)));
  }
  const grown = process.memoryUsage.rss() - before;
  return {
    name: `memory of the store per meter, of ${meters}`,
    value: grown / meters / 1_000,
    unit: 'kB',
    reach: undefined,
  };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Of all threads. */
function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
