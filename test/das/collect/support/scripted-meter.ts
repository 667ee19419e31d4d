import { utf8 } from '#core/bytes.ts';
import { sleep } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, type Instant, Milliseconds } from '#core/time.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import type { Answer, Headers } from '#das/meter-client.ts';
import type { NumberRange } from '#das/reading-store.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';
import type { Reading } from '#representation/reading.ts';
import type { AttributeNode, ObjectNode } from '#representation/resource-nodes.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity } from '../../../pki/support/test-pki.ts';
import { exampleReading } from '../../../representation/every-target.ts';
import { hashOf, sha256 } from '../../../support/capture-chain.ts';
import { METER_ID } from '../../../support/example-meter.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';
import { column, numbersIn, octets, profileOf, type Row } from './scripted-profile.ts';

export const pki = await makePki('signature', NOW);
/** What the meter seals with, and what somebody else of the same PKI would. */
export const sealer = await issueTo(pki.sub, profiles.signature, { name: METER_ID });
export const stranger = await issueTo(pki.sub, profiles.signature, { name: METER_ID });
const tlsPki = await makePki('tls', NOW);
const server = await issueTo(tlsPki.sub, profiles['tls-server'], { name: 'meter' });

const live = exampleReading(`/cosem/ldevs/${METER_ID}/objects`);
const LIVE = `/cosem/ldevs/${METER_ID}/objects`;
const CAPTURES = `${LIVE}/7-0000638000ff/attributes/2`;

/** How the meter answers instead. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string;
}

interface Capture {
  readonly number: bigint;
  readonly document: string;
  readonly row: Row;
}

/**
 * A meter as a test writes it: it answers as a real one does, from a clock of its own, and does whatever the test says a
 * meter may do. It takes a sample when it is asked.
 */
export class ScriptedMeter {
  /** Its clock less ours. */
  clockOffset: Duration = Milliseconds(0);
  /** Where its numbers stand. */
  number = 1_000n;
  /** What its energy register says. */
  energy = 5_000n;
  meterNumber = live.meterNumber;
  state = '0000000000000000';
  identity: TestIdentity = sealer;
  /** It takes no sample any more, and says the last one again. */
  isStuck = false;
  /** What goes wrong on the way. */
  fault: SealmeterError | undefined;
  refusal: Refusal | undefined;
  /** How long its answers are on the way. */
  slowness: Duration = Milliseconds(0);
  /** It goes on answering for ever. */
  isEndless = false;
  /** What would be a longer answer than it gives. */
  tooLarge: (url: URL) => boolean = () => false;
  /** What of it this client may not read. */
  forbids: RegExp | undefined;
  /** What somebody on the way makes of its documents. */
  tamper: (document: string, target: string) => string = (document) => document;
  hasCaptures = true;
  /** What it gives of its captures, whatever it is asked for. */
  givesAlways: NumberRange | undefined;
  /** Its captures are journaled without a document then. */
  isSignerAway = false;
  /** What it measures. */
  content = live.content;
  /** What else it hands out, by its path below the objects. */
  readonly parts = new Map<string, (query: URLSearchParams) => Reading['content']>();
  /** Every target that was asked for, with the time. */
  readonly asked: { readonly target: string; readonly at: Instant; readonly headers: Headers }[] = [];
  readonly captures: Capture[] = [];
  readonly #clock: FakeClock;
  #lastHash: Uint8Array = sha256('the journal begins');

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** When its connection was tended, and how far ahead. */
  readonly tended: { readonly at: Instant; readonly ahead: Duration }[] = [];

  readonly tend = (_url: URL, ahead: Duration): Promise<void> => {
    this.tended.push({ at: this.#clock.now(), ahead });
    return Promise.resolve();
  };

  /** What a collector uses in the place of a connection. */
  readonly get = async (url: URL, headers: Headers, signal?: AbortSignal): Promise<Answer> => {
    const target = url.pathname + url.search;
    this.asked.push({ target, at: this.#clock.now(), headers });
    if (this.isEndless) await untilAborted(signal);
    if (this.fault !== undefined) throw this.fault;
    const { certificate } = server;
    const refusal = this.refusal ?? this.#refusalOf(url);
    if (refusal !== undefined) {
      const body = utf8(JSON.stringify({ code: refusal.code }));
      const after: Headers = refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter };
      return { status: refusal.status, headers: after, body, certificate };
    }
    const document = await this.#document(url);
    if (this.slowness > 0) await sleep(this.#clock, this.slowness);
    return { status: 200, headers: {}, body: utf8(this.tamper(document, target)), certificate };
  };

  /** Takes captures into its journal, as the clock would have had it. */
  async capture(count: number): Promise<void> {
    for (let more = count; more > 0; more -= 1) await this.#capture();
  }

  /** Retention lets go of the captures up to this number. */
  letGo(upTo: bigint): void {
    this.captures.splice(
      0,
      this.captures.findIndex(({ number }) => number > upTo),
    );
  }

  times(target: RegExp): readonly Instant[] {
    return this.asked.filter((one) => target.test(one.target)).map(({ at }) => at);
  }

  get now(): Instant {
    return addTime(this.#clock.now(), this.clockOffset);
  }

  #refusalOf(url: URL): Refusal | undefined {
    const path = url.pathname;
    if (this.tooLarge(url)) return { status: 400, code: 'ANSWER_TOO_LARGE' };
    if (this.forbids?.test(path) === true) return { status: 403, code: 'ACCESS_DENIED' };
    const isKnown = path === LIVE || (path === CAPTURES && this.hasCaptures) || this.parts.has(partOf(path));
    return isKnown ? undefined : { status: 404, code: 'RESOURCE_UNKNOWN' };
  }

  async #document({ pathname, searchParams }: URL): Promise<string> {
    const part = this.parts.get(partOf(pathname));
    if (part !== undefined) return await this.#seal({ ...this.#reading(live.content), content: part(searchParams) });
    return await (pathname === LIVE ? this.#liveDocument() : this.#capturesDocument(searchParams));
  }

  #stuckDocument = '';

  async #liveDocument(): Promise<string> {
    if (this.isStuck && this.#stuckDocument !== '') return this.#stuckDocument;
    this.number += 1n;
    this.#stuckDocument = await this.#seal(this.#reading(this.content));
    return this.#stuckDocument;
  }

  #reading(content: Reading['content']): Reading {
    return {
      ...live,
      at: this.now,
      sequenceNumber: this.number,
      meterNumber: this.meterNumber,
      state: this.state,
      content: withEnergy(content, this.energy),
    };
  }

  async #seal(reading: Reading): Promise<string> {
    const { certificate, privateKey } = this.identity;
    const certificatePem = certificatesToPem([certificate]);
    const signer = softwareSigner({ certificatePem, privateKeyPem: exportKey(privateKey) });
    return await sealDocument(writeMeasurementData(reading), signer);
  }

  async #capture(): Promise<void> {
    this.number += 1n;
    const reading = this.#reading(this.content);
    const document = await this.#seal(reading);
    const capture = {
      number: (this.captures.at(-1)?.number ?? 0n) + 1n,
      captureTime: BigInt(reading.at),
      sampledAt: BigInt(reading.at),
      sampleNumber: this.number,
      state: this.state,
      columns: 'energy\n',
      measured: Uint8Array.of(1, 2, 3),
      documentHash: this.isSignerAway ? undefined : sha256(document),
      previous: this.#lastHash,
    };
    const hash = hashOf(METER_ID, capture);
    this.#lastHash = hash;
    const row = rowOf({ ...capture, hash, document: this.isSignerAway ? undefined : document });
    this.captures.push({ number: capture.number, document, row });
  }

  async #capturesDocument(query: URLSearchParams): Promise<string> {
    const { from, to } = this.givesAlways === undefined ? numbersIn(query) : rangeOf(this.givesAlways);
    const rows = this.captures
      .filter(({ number }) => number >= from && number <= to)
      .slice(0, Number(query.get('sa.count') ?? this.captures.length))
      .map(({ row }) => row);
    return await this.#seal({ ...this.#reading(live.content), content: profileOf('0000638000ff', COLUMNS, rows) });
  }
}

const rangeOf = ({ first, last }: NumberRange): ReturnType<typeof numbersIn> => ({ from: first, to: last });

const partOf = (path: string): string => path.slice(LIVE.length + 1);

const ENERGY = '0100010800ff';

function withEnergy(content: Reading['content'], value: bigint): Reading['content'] {
  if (content.kind !== 'objects') return content;
  const objects = content.objects.map((object) => (object.logicalName === ENERGY ? saying(object, value) : object));
  return { ...content, objects };
}

function saying(object: ObjectNode, value: bigint): ObjectNode {
  if (object.attributes === undefined) return object;
  const attributes = object.attributes.attributes.map(
    (attribute): AttributeNode =>
      attribute.id === 2 ? { ...attribute, data: { type: 'long64-unsigned', value } } : attribute,
  );
  return { ...object, attributes: { ...object.attributes, attributes } };
}

interface Journaled {
  readonly hash: Uint8Array;
  readonly document: string | undefined;
}

function rowOf(capture: Parameters<typeof hashOf>[1] & Journaled): Row {
  return {
    type: 'structure',
    value: [
      octets(new Uint8Array(12)),
      { type: 'double-long-unsigned', value: capture.number },
      { type: 'long64', value: capture.captureTime },
      { type: 'long64', value: capture.sampledAt },
      { type: 'long64-unsigned', value: capture.sampleNumber },
      { type: 'bit-string', value: capture.state },
      { type: 'utf8-string', value: capture.columns },
      octets(capture.measured),
      octets(capture.documentHash ?? new Uint8Array()),
      octets(capture.previous),
      octets(capture.hash),
      capture.document === undefined ? { type: 'null-data' } : { type: 'utf8-string', value: capture.document },
    ],
  };
}

const RECORD = '0000608000ff';
const COLUMNS = [
  column(8, '0000010000ff', 0),
  ...Array.from({ length: 11 }, (_, index) => column(1, RECORD, index + 1)),
];

const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(fault('METER_UNREACHABLE')), { once: true });
  });

/** As the client of meters would say it. */
export const fault = (code: string): SealmeterError => new SealmeterError('peer', code, `a test said so: ${code}`);
