import { parseObis } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { integerData, structure } from '#cosem/data-types.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';

/** The document of the contract's example: one energy register with its scaler and unit. */
export const sampleDocument = (): string =>
  writeMeasurementData({
    at: Instant(Date.UTC(2026, 10, 20, 9, 15)),
    sequenceNumber: 184_467n,
    meterId: '1sie0012345678.sm',
    meterNumber: '0012345678',
    locationId: 'DE0012345678900000000000000000001',
    content: {
      kind: 'objects',
      count: 1,
      objects: [
        {
          kind: 'object',
          classId: 3,
          logicalName: parseObis('1-0:1.8.0.255'),
          version: 0,
          attributes: {
            kind: 'attributes',
            count: 2,
            attributes: [
              { kind: 'attribute', id: 2, data: integerData('long64-unsigned', 123_456n) },
              { kind: 'attribute', id: 3, data: structure(integerData('integer', 0n), integerData('enum', 30n)) },
            ],
          },
          methods: undefined,
        },
      ],
    },
    errorCode: 0n,
    state: '0000000000000000',
  });
