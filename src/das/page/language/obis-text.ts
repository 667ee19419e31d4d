import { formatObis, obisFromHex } from '#core/obis.ts';
import { objectParts } from './obis-names.ts';

/** `1-0:1.8.0.255` of an object's name in addresses. */
export function obisText(object: string): string {
  const code = obisFromHex(objectParts(object).hex);
  return code === undefined ? object : formatObis(code);
}

interface Coded {
  readonly object: string;
  readonly attribute: number;
}

/** What is measured of electricity (value group A is 1) before all that is about the device. */
export function byObis(a: Coded, b: Coded): number {
  const [first, second] = [a, b].map(({ object, attribute }) => {
    const { hex } = objectParts(object);
    return `${hex.startsWith('01') ? 0 : 1}${hex}${attribute}`;
  });
  return (first ?? '').localeCompare(second ?? '');
}
