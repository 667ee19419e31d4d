import { SealmeterError } from './errors.ts';

declare const obisBrand: unique symbol;

/**
 * A COSEM logical name: the six value groups A-F as twelve lower-case hex digits, `0100010800ff`.
 * @see IEC 62056-6-1 (OBIS)
 */
export type ObisCode = string & { readonly [obisBrand]: true };

const HEX_FORM = /^[0-9a-f]{12}$/;
const WRITTEN_FORM = /^(\d{1,3})-(\d{1,3}):(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[.*](\d{1,3}))?$/;

/** Twelve lower-case hex digits as in a URI; `undefined` for anything else (upper case included). */
export function obisFromHex(hex: string): ObisCode | undefined {
  return HEX_FORM.test(hex) ? (hex as ObisCode) : undefined;
}

/**
 * `1-0:1.8.0.255` or `1-0:1.8.0*255`; a missing group F is 255.
 * @throws SealmeterError `OBIS_UNREADABLE` (configuration): these texts come from files.
 */
export function parseObis(text: string): ObisCode {
  const groups = WRITTEN_FORM.exec(text)
    ?.slice(1)
    .map((group) => Number(group ?? '255'));
  if (groups === undefined || groups.some((group) => group > 255)) {
    throw new SealmeterError('configuration', 'OBIS_UNREADABLE', `"${text}" is not an OBIS code`, {
      mend: 'write it as A-B:C.D.E.F, each group 0 to 255, for example 1-0:1.8.0.255',
    });
  }
  return groups.map((group) => group.toString(16).padStart(2, '0')).join('') as ObisCode;
}

/** `1-0:1.8.0.255`. */
export function formatObis(obis: ObisCode): string {
  const [a, b, c, d, e, f] = obisGroups(obis);
  return `${a}-${b}:${c}.${d}.${e}.${f}`;
}

/** The value groups A to F, each 0-255. */
export function obisGroups(obis: ObisCode): readonly number[] {
  return Array.from({ length: 6 }, (_, index) => Number.parseInt(obis.slice(2 * index, 2 * index + 2), 16));
}
