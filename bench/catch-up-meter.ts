import { fromHex, utf8 } from '#core/bytes.ts';
import { parseObis } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { type CosemData, integerData, structure } from '#cosem/data-types.ts';
import type { Signer } from '#crypto/signer.ts';
import { hashOfCapture, sha256 } from '#das/collect/capture-rows.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { measurementData } from '../test/support/measurement-data.ts';
import { meteredDocument } from './metered-documents.ts';

/** As many as a document of some 90 kB has, which is what a PAC3200 seals. */
const REGISTERS = 255;

/** A meter that hands out its present sample, and the profile of its captures by their numbers. */
export class CatchUpMeter {
  readonly id: string;
  readonly #signer: Signer;
  readonly #rows: readonly CosemData[];
  #number: number;

  private constructor(id: string, signer: Signer, rows: readonly CosemData[]) {
    this.id = id;
    this.#signer = signer;
    this.#rows = rows;
    this.#number = rows.length;
  }

  static async make(id: string, signer: Signer, captures: number): Promise<CatchUpMeter> {
    const rows: CosemData[] = [];
    let previous = sha256(utf8('the journal begins'));
    const start = Date.now();
    for (let number = 1; number <= captures; number += 1) {
      // Not a quarter of an hour apart: the certificates of the bench are not as old as that.
      const at = Instant(start + number);
      const document = await sealDocument(meteredDocument({ meterId: id, number, at, registers: REGISTERS }), signer);
      const capture = captureOf(number, at, document, previous);
      previous = hashOfCapture(id, capture);
      rows.push(rowOf({ ...capture, hash: previous }, document));
    }
    return new CatchUpMeter(id, signer, rows);
  }

  /** The sealed document, or `undefined` for what it does not have. */
  answer({ pathname, searchParams }: URL): Promise<string> | undefined {
    const objects = `/cosem/ldevs/${this.id}/objects`;
    this.#number += 1;
    const said = { meterId: this.id, number: this.#number, at: Instant(Date.now()) };
    if (pathname === objects) return sealDocument(meteredDocument({ ...said, registers: REGISTERS }), this.#signer);
    if (pathname !== `${objects}/7-0000638000ff/attributes/2`) return undefined;
    const first = Number(searchParams.get('sa.fromtype')?.split(':')[1] ?? 1);
    const last = Number(searchParams.get('sa.totype')?.split(':')[1] ?? this.#rows.length);
    const rows = this.#rows.slice(first - 1, Math.min(last, first - 1 + Number(searchParams.get('sa.count'))));
    const unsigned = measurementData({ ...said, number: BigInt(this.#number), objects: [profileOf(rows)] });
    return sealDocument(unsigned, this.#signer);
  }
}

type Capture = Parameters<typeof hashOfCapture>[1];

const captureOf = (number: number, at: Instant, document: string, previous: Uint8Array): Capture => ({
  number: BigInt(number),
  captureTime: BigInt(at),
  sampledAt: BigInt(at),
  sampleNumber: BigInt(number),
  state: '0000000000000000',
  columns: 'energy\n',
  measured: Uint8Array.of(1, 2, 3),
  documentHash: sha256(utf8(document)),
  previous,
  hash: new Uint8Array(),
  document: undefined,
});

const octets = (value: Uint8Array = new Uint8Array()): CosemData => ({ type: 'octet-string', value });

/** @see docs/mapping.md § 6 */
const rowOf = (capture: Capture, document: string): CosemData =>
  structure(
    octets(new Uint8Array(12)),
    integerData('double-long-unsigned', capture.number),
    integerData('long64', capture.captureTime),
    integerData('long64', capture.sampledAt),
    integerData('long64-unsigned', capture.sampleNumber),
    { type: 'bit-string', value: capture.state },
    { type: 'utf8-string', value: capture.columns },
    octets(capture.measured),
    octets(capture.documentHash),
    octets(capture.previous),
    octets(capture.hash),
    { type: 'utf8-string', value: document },
  );

const column = (classId: bigint, logicalName: string, element: number): CosemData =>
  structure(
    integerData('long-unsigned', classId),
    octets(fromHex(logicalName)),
    integerData('integer', 2n),
    integerData('long-unsigned', BigInt(element)),
  );

const COLUMNS: CosemData = {
  type: 'array',
  value: [
    column(8n, '0000010000ff', 0),
    ...Array.from({ length: 11 }, (_, index) => column(1n, '0000608000ff', index + 1)),
  ],
};

const profileOf = (rows: readonly CosemData[]): ObjectNode => ({
  kind: 'object',
  classId: 7,
  logicalName: parseObis('0-0:99.128.0.255'),
  version: 1,
  attributes: {
    kind: 'attributes',
    count: 2,
    attributes: [
      { kind: 'attribute', id: 2, data: { type: 'array', value: rows } },
      { kind: 'attribute', id: 3, data: COLUMNS },
    ],
  },
  methods: undefined,
});
