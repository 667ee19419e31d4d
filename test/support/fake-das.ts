import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatInstant, Hours, Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type {
  Alarm,
  CertificateCard,
  DocumentAnswer,
  LiveSample,
  MeterAnswer,
  MeterSummary,
  QuarantineAnswer,
  RegisterValue,
  Role,
  SeriesAnswer,
  SessionAnswer,
} from '#das/api-types.ts';
import { readCertificateFields } from '#das/certificate-fields.ts';
import { documentValues } from '#das/document-values.ts';
import { midnights } from '#das/local-days.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { PAGE_POLICY } from '#das/server/security-headers.ts';
import { stepFor } from '#das/store/series-steps.ts';
import { judge } from '#das/verdict.ts';
import { PAGE_FOLDER } from './page-files.ts';
import { energyAt, powerAt, SealingMeter } from './sealing-meter.ts';

/** How the DAS can lie about a document, or about whose it is. */
export type Lie =
  | 'altered-value'
  | 'altered-document'
  | 'altered-signature'
  | 'other-meter'
  | 'old-document'
  | 'other-certificate'
  | 'elsewhere'
  | 'other-bytes';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};

export const ZONE = 'Europe/Berlin';
export const METER = '1sie0012345678.sm';
const OTHER = '1sie0087654321.sm';

interface Kept {
  readonly bytes: Uint8Array;
  readonly answer: DocumentAnswer & { readonly number: string; readonly at: string };
  readonly values: readonly RegisterValue[];
}

/** The API of a DAS, out of memory: documents are real and really sealed. What it says of them may be a lie. */
export class FakeDas implements AsyncDisposable {
  lie: Lie | undefined;
  session: SessionAnswer | undefined = sessionOf('administrator');
  alarms: Alarm[] = [];
  quarantine: QuarantineAnswer['entries'] = [];
  /** Beside the two that seal. */
  summaries: MeterSummary[] = [];
  /** What was asked to be changed, in order. */
  readonly changes: { readonly method: string; readonly path: string; readonly body: string; readonly csrf: string }[] =
    [];
  readonly meter = new SealingMeter(METER);
  readonly other = new SealingMeter(OTHER);
  readonly #stranger = new SealingMeter(METER);
  readonly #documents = new Map<string, Kept>();
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;
  #latest: Kept | undefined;
  #former: Kept | undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeDas> {
    const das = new FakeDas();
    await new Promise<void>((resolve) => das.#server.listen(0, '127.0.0.1', resolve));
    await das.takeSample();
    await das.takeSample();
    return das;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) stream.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Measures once and tells everybody who listens. */
  async takeSample(at: number = Date.now()): Promise<void> {
    const kept = await this.#keep(await this.meter.seal(Instant(at)), this.meter, METER);
    this.#former = this.#latest ?? kept;
    this.#latest = kept;
    const event = `event: sample\ndata: ${JSON.stringify(this.#sample())}\n\n`;
    for (const stream of this.#streams) stream.write(event);
  }

  async #keep(bytes: Uint8Array, sealedBy: SealingMeter, meter: string): Promise<Kept> {
    const id = hash('sha256', bytes, 'hex');
    const pinned = pinCertificates(sealedBy.certificate.raw);
    const { reading, marks, proven } = await judge(bytes, pinned, nodeCrypto, { meterId: meter });
    if (reading === undefined) throw new Error('the meter of this test does not seal');
    const at = formatInstant(reading.at);
    const number = reading.sequenceNumber.toString();
    const answer: Kept['answer'] = {
      id,
      meter,
      kind: 'live',
      number,
      at,
      receivedAt: at,
      verdict: { proven, marks },
      certificate: sealedBy.key.signer.keyId,
    };
    const values = documentValues(reading).flatMap(({ value, ...place }) =>
      value === undefined ? [] : [{ ...place, value, at, number, document: id }],
    );
    const kept = { bytes, answer, values };
    this.#documents.set(id, kept);
    return kept;
  }

  get #shown(): Kept {
    const kept = this.lie === 'old-document' ? this.#former : this.#latest;
    if (kept === undefined) throw new Error('nothing was measured yet');
    const bytes = this.#forged(kept.bytes);
    return bytes === kept.bytes ? kept : this.#forge(kept, bytes);
  }

  /** A careful liar: the altered document has the fingerprint that it is asked for by. */
  #forge(kept: Kept, bytes: Uint8Array): Kept {
    const id = hash('sha256', bytes, 'hex');
    const values = kept.values.map((value) => ({ ...value, document: id }));
    const forged = { bytes, answer: { ...kept.answer, id }, values };
    this.#documents.set(id, forged);
    return forged;
  }

  #forged(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString();
    switch (this.lie) {
      case 'altered-document':
        return Buffer.from(text.replace(/(<long64-unsigned [^>]*>)\d/, '$19'));
      case 'altered-signature':
        return Buffer.from(text.replace(/(?<=<SignatureValue>)./, (first) => (first === 'A' ? 'B' : 'A')));
      case 'other-meter':
        return this.#otherDocument;
      default:
        return bytes;
    }
  }

  #values(): readonly RegisterValue[] {
    const { values } = this.#shown;
    if (this.lie !== 'altered-value' && this.lie !== 'elsewhere') return values;
    const document = this.lie === 'elsewhere' ? { document: this.#former?.answer.id ?? '' } : {};
    return values.map((value) =>
      value.object === '3-0100010800ff' ? { ...value, value: `9${value.value}`, ...document } : value,
    );
  }

  #sample(): LiveSample {
    const { answer } = this.#shown;
    // An old document under the time and number of the newest: what whoever replays one would say.
    const { at, number } = this.#latest?.answer ?? answer;
    return { at, number, document: answer.id, proven: true, state: '0000000000000000', values: this.#values() };
  }

  #summary(id: string, name: string): MeterSummary {
    return {
      id,
      name,
      url: 'https://192.0.2.7:8443',
      zone: ZONE,
      lastReadingAt: this.#shown.answer.at,
      lastVerdict: 'proven',
      gaps: 0,
      certificateDays: 812,
      clockOffsetMs: 12,
      openAlarms: this.alarms.length,
      health: 'good',
    };
  }

  #certificates(): readonly CertificateCard[] {
    const holder = this.lie === 'other-certificate' ? this.#stranger : this.meter;
    return [cardOf(holder)];
  }

  readonly #routes: readonly (readonly [RegExp, (request: Asked) => unknown])[] = [
    [/^session$/, ({ method, body }) => this.#sessionAnswer(method, body)],
    [/^session\/password$/, () => ({})],
    [/^first-administrator$/, () => (this.session = sessionOf('administrator'))],
    [/^meters$/, () => ({ meters: [this.#summary(METER, 'Workshop, main supply'), ...this.summaries] })],
    [
      /^meters\/probe$/,
      () => ({
        url: 'https://192.0.2.9:8443',
        tls: cardOf(this.other),
        meters: [{ id: OTHER, certificate: this.other.key.signer.keyId }],
      }),
    ],
    [
      /^meters\/[^/]+$/,
      (): MeterAnswer => ({
        ...this.#summary(METER, 'Workshop, main supply'),
        registers: this.#values(),
        certificates: this.#certificates(),
      }),
    ],
    [/^meters\/[^/]+\/series$/, ({ query }) => seriesOf(query)],
    [/^meters\/[^/]+\/events$/, ({ query }) => ({ entries: query.get('before') === null ? this.#events() : [] })],
    [/^meters\/[^/]+\/quarantine$/, ({ query }) => ({ entries: this.#quarantined(query) })],
    [/^meters\/[^/]+\/documents$/, () => ({ documents: [this.#shown.answer] })],
    [/^documents\/(\w+)$/, ({ id }) => this.#document(id)?.answer],
    [/^certificates\/(.+)$/, ({ id }) => this.#certificate(decodeURIComponent(id))],
    [/^alarms$/, () => ({ alarms: this.alarms })],
    [/^alarms\/[^/]+\/acknowledgement$/, () => this.#acknowledge()],
    [
      /^users$/,
      () => ({ users: [{ name: 'ada', role: 'administrator', meters: 'all', certificates: [], hasPassword: true }] }),
    ],
    [/^users\/[^/]+$/, () => ({})],
    [
      /^audit$/,
      () => ({
        entries: [
          {
            id: '1',
            at: this.#shown.answer.at,
            user: 'ada',
            address: '127.0.0.1',
            action: 'session.begun',
            subject: 'ada',
            detail: '',
          },
        ],
      }),
    ],
  ];

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://das');
    if (!url.pathname.startsWith('/api/')) return sendFile(url.pathname, response);
    const path = url.pathname.slice('/api/'.length);
    const body = await textOf(request);
    if (request.method !== 'GET') {
      this.changes.push({ method: request.method ?? '', path, body, csrf: String(request.headers['x-csrf-token']) });
    }
    const mayComeIn = request.method === 'POST' && /^(session|first-administrator)$/.test(path);
    if (this.session === undefined && !mayComeIn) return sendJson(response, 401, problem(401, 'SESSION_MISSING'));
    if (path.endsWith('/live')) return this.#openStream(response);
    const [, document] = /^documents\/(\w+)\/content$/.exec(path) ?? [];
    if (document !== undefined) return sendBytes(response, this.#content(document));
    for (const [pattern, handle] of this.#routes) {
      const [matched, id = ''] = pattern.exec(path) ?? [];
      if (matched === undefined) continue;
      const answer = handle({ method: request.method ?? 'GET', query: url.searchParams, body, id });
      return answer === undefined
        ? sendJson(response, 404, problem(404, 'NOT_FOUND'))
        : sendJson(response, 200, answer);
    }
    return sendJson(response, 404, problem(404, 'NOT_FOUND'));
  }

  #sessionAnswer(method: string, body: string): SessionAnswer | undefined {
    if (method === 'DELETE') this.session = undefined;
    if (method === 'POST')
      this.session = { ...sessionOf('operator'), user: (JSON.parse(body) as { user: string }).user };
    return this.session;
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`event: sample\ndata: ${JSON.stringify(this.#sample())}\n\n`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #document(id: string): Kept | undefined {
    return this.#documents.get(id);
  }

  /** The bytes of a document, or what a careless liar sends in their place. */
  #content(id: string): Uint8Array {
    const asked = this.lie === 'other-bytes' ? this.#former?.answer.id : id;
    return this.#document(asked ?? id)?.bytes ?? new Uint8Array();
  }

  #otherDocument: Uint8Array = new Uint8Array();
  /** Has the second meter seal a document, for the DAS to show as the first one's. */
  async prepareOtherMeter(): Promise<void> {
    this.#otherDocument = await this.other.seal(Instant(Date.now()));
  }

  #certificate(id: string): object | undefined {
    const holder = [this.meter, this.other, this.#stranger].find(({ key }) => key.signer.keyId === id);
    return holder && { ...cardOf(holder), pem: holder.key.certificatePem };
  }

  #quarantined(query: URLSearchParams): QuarantineAnswer['entries'] {
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
    return this.quarantine.filter(({ entry }) => Number(entry) < before).slice(0, Number(query.get('limit')));
  }

  #events(): readonly object[] {
    const { id, at } = this.#shown.answer;
    return [
      {
        number: '2',
        at,
        code: 10,
        event: 'device-unreachable',
        text: '{"device":"1sie0012345678.sm"}',
        document: id,
      },
      { number: '1', at, code: 1, event: 'service-started', text: STARTED, document: id },
    ];
  }

  #acknowledge(): Alarm | undefined {
    const [first, ...rest] = this.alarms;
    if (first === undefined) return undefined;
    const acknowledged = { ...first, acknowledgedBy: 'ada', acknowledgedAt: first.raisedAt };
    this.alarms = [acknowledged, ...rest];
    return acknowledged;
  }
}

/** As a meter writes it into its book. */
const STARTED = '{"version":"0.1.0","previousEnd":"none"}';

interface Asked {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly id: string;
}

function sessionOf(role: Role): SessionAnswer {
  return { user: 'ada', role, meters: 'all', csrf: 'token-of-this-session', by: 'password', demo: false };
}

function cardOf({ certificate, key }: SealingMeter): CertificateCard {
  const { subject, issuer, notBefore, notAfter } = readCertificateFields(certificate.raw);
  return {
    id: key.signer.keyId,
    subject,
    issuer,
    notBefore: formatInstant(notBefore),
    notAfter: formatInstant(notAfter),
  };
}

const QUARTER = 15 * 60_000;

/** One night of 2026 in which nobody read anything. */
const GAP = [Date.UTC(2026, 10, 17, 22), Date.UTC(2026, 10, 18, 4)] as const;

const REGISTERS: Readonly<Record<string, { readonly unit: string; readonly at: (at: number) => number }>> = {
  '3-0100010800ff': { unit: 'Wh', at: energyAt },
  '3-0100020800ff': { unit: 'Wh', at: () => 1_204_000 },
  '3-0100100700ff': { unit: 'W', at: powerAt },
};

/** A series as the store makes one: readings while they are few, else hours with their extremes. */
function seriesOf(query: URLSearchParams): SeriesAnswer {
  const { unit, at: valueAt } = REGISTERS[query.get('object') ?? ''] ?? {
    unit: 'V',
    at: (at: number) => 230 + Math.sin(at / 1e6),
  };
  const [from, to] = [Date.parse(query.get('from') ?? ''), Math.min(Date.parse(query.get('to') ?? ''), Date.now())];
  const step = query.get('kind') === 'live' ? 1_000 : QUARTER;
  const most = Number(query.get('points'));
  const aggregated = (to - from) / step > most;
  const width = aggregated ? stepFor({ from: Instant(from), to: Instant(to) }, most, Hours(1)) : step;
  const points: SeriesAnswer['points'][number][] = [];
  for (let at = Math.ceil(from / width) * width; at < to; at += width) {
    if (step === QUARTER && at >= GAP[0] && at < GAP[1]) continue;
    const values = aggregated ? [0, 1, 2, 3].map((quarter) => valueAt(at + quarter * QUARTER)) : [valueAt(at)];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    points.push([at, Math.min(...values), mean, Math.max(...values), values.at(-1) ?? mean]);
  }
  const inside = step === QUARTER && from < GAP[1] && to > GAP[0];
  const days = query.get('days') === 'true';
  const begins = new Set<number>(days ? midnights(Instant(from), Instant(to), new Zone(ZONE)) : []);
  return {
    unit,
    aggregated,
    stepSeconds: aggregated ? width / 1_000 : 0,
    days,
    points: days ? points.filter(([at]) => begins.has(at)) : points,
    gaps: inside ? [GAP] : [],
  };
}

const problem = (status: number, code: string): object => ({
  type: 'about:blank',
  title: code,
  status,
  instance: '/',
  code,
  mend: '',
});

function sendFile(path: string, response: ServerResponse): void {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const known = readdirSync(PAGE_FOLDER, { recursive: true, encoding: 'utf8' }).includes(name);
  if (!known) return void response.writeHead(404).end();
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const policy = name === 'verify.html' ? {} : { 'Content-Security-Policy': PAGE_POLICY };
  response.writeHead(200, { 'Content-Type': type, ...policy }).end(readFileSync(PAGE_FOLDER + name));
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

const sendBytes = (response: ServerResponse, bytes: Uint8Array): void => {
  response.writeHead(200, { 'Content-Type': 'application/xml' }).end(bytes);
};

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}
