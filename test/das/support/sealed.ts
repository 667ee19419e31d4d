import { utf8 } from '#core/bytes.ts';
import { parseObis } from '#core/obis.ts';
import { addTime, Instant, Minutes } from '#core/time.ts';
import { integerData, structure } from '#cosem/data-types.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { JudgedDocument } from '#das/reading-store.ts';
import { judge } from '#das/verdict.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import type { SigningKey } from '../../support/signing-keys.ts';
import { METER } from './judged.ts';

/** Documents that a meter has sealed with a key, and a reader has proven. */
export async function sealedDocuments(
  key: SigningKey,
  count: number,
  meter = METER,
): Promise<readonly JudgedDocument[]> {
  const pinned = pinCertificates(utf8(key.certificatePem));
  // A certificate is valid from the second in which it was made.
  const start = Instant(key.certificate.validFromDate.getTime());
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<JudgedDocument> => {
      const number = BigInt(index + 1);
      const at = addTime(start, Minutes(15 * index));
      const bytes = utf8(await sealDocument(unsigned(meter, number, at), key.signer));
      const verdict = await judge(bytes, pinned, nodeCrypto);
      return {
        meter,
        kind: 'capture',
        number,
        at,
        receivedAt: at,
        state: '0000000000000000',
        certificate: key.signer.keyId,
        chainHash: undefined,
        bytes,
        verdict,
        values: [
          { object: '3-0100010800ff', attribute: 2, value: 123_456n + number, scaler: 0, unit: 30 },
          { object: '3-0100200700ff', attribute: 2, value: 23_010n, scaler: -2, unit: 35 },
        ],
      };
    }),
  );
}

const unsigned = (meterId: string, sequenceNumber: bigint, at: Instant): string =>
  writeMeasurementData({
    at,
    sequenceNumber,
    meterId,
    meterNumber: '0012345678',
    locationId: 'DE0012345678900000000000000000001',
    content: { kind: 'objects', count: 1, objects: [register(123_456n + sequenceNumber)] },
    errorCode: 0n,
    state: '0000000000000000',
  });

const register = (value: bigint): ObjectNode => ({
  kind: 'object',
  classId: 3,
  logicalName: parseObis('1-0:1.8.0.255'),
  version: 0,
  attributes: {
    kind: 'attributes',
    count: 2,
    attributes: [
      { kind: 'attribute', id: 2, data: integerData('long64-unsigned', value) },
      { kind: 'attribute', id: 3, data: structure(integerData('integer', 0n), integerData('enum', 30n)) },
    ],
  },
  methods: undefined,
});
