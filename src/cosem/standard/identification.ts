import { utf8 } from '#core/bytes.ts';
import { parseObis } from '#core/obis.ts';
import { data } from '#cosem/data.ts';
import { type CosemData, integerData, octetString } from '#cosem/data-types.ts';
import { createObject } from '#cosem/interface-class.ts';
import type { StandardObjects, StandardParts } from '#cosem/standard-parts.ts';

const text = (value: string): CosemData => octetString(utf8(value));

/** Who the device is, where it measures, and which program makes its readings. None of it can be written. */
export function identificationObjects({ identity, firmware }: StandardParts): StandardObjects {
  const { meterNumber, manufacturer, model, locationId, pulsesPerKilowattHour } = identity;
  const constants: readonly (readonly [string, string, CosemData])[] = [
    ['0-0:96.1.0.255', 'Device number', text(meterNumber)],
    ['0-0:96.1.1.255', 'Manufacturer', text(manufacturer)],
    ['0-0:96.1.2.255', 'Model', text(model)],
    ['0-0:96.1.10.255', 'Metering point', text(locationId)],
    ['1-0:0.0.0.255', 'Meter number', text(meterNumber)],
    ['1-0:0.2.0.255', 'Active firmware', text(firmware.identifier)],
    ['1-0:0.2.8.255', 'SHA-256 of the active firmware', octetString(firmware.sha256)],
  ];
  const pulses: typeof constants =
    pulsesPerKilowattHour === undefined
      ? []
      : [['1-0:0.3.0.255', 'Meter constant', integerData('double-long-unsigned', BigInt(pulsesPerKilowattHour))]];
  const objects = [...constants, ...pulses].map(([obis, name, value]) =>
    createObject(data, { logicalName: parseObis(obis), name, value: () => value }),
  );
  return { objects, watchers: [] };
}
