import { utf8 } from '#core/bytes.ts';
import { addTime, Instant, Minutes } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { JudgedDocument } from '#das/reading-store.ts';
import { judge } from '#das/verdict.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { energyRegister, measurementData } from '../../support/measurement-data.ts';
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
      const unsigned = measurementData({ meterId: meter, number, at, objects: [energyRegister(123_456n + number)] });
      const bytes = utf8(await sealDocument(unsigned, key.signer));
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
