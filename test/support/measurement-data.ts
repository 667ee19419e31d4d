import { parseObis } from '#core/obis.ts';
import type { Instant } from '#core/time.ts';
import { integerData, structure } from '#cosem/data-types.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';

/** A register of so many Wh. */
export const energyRegister = (value: bigint, obis = '1-0:1.8.0.255'): ObjectNode => ({
  kind: 'object',
  classId: 3,
  logicalName: parseObis(obis),
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

interface Measured {
  readonly meterId: string;
  readonly number: bigint;
  readonly at: Instant;
  readonly objects: readonly ObjectNode[];
}

/** What a meter that is in good order says of its objects, before it is sealed. */
export const measurementData = ({ meterId, number, at, objects }: Measured): string =>
  writeMeasurementData({
    at,
    sequenceNumber: number,
    meterId,
    meterNumber: '0012345678',
    locationId: 'DE0012345678900000000000000000001',
    content: { kind: 'objects', count: objects.length, objects },
    errorCode: 0n,
    state: '0000000000000000',
  });
