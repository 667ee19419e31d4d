import assert from 'node:assert/strict';
import { fromHex } from '#core/bytes.ts';
import { obisGroups, parseObis } from '#core/obis.ts';
import type { CosemData, IntegerType } from '#cosem/data-types.ts';

/** Short names for what clients send. */
const integer =
  (type: IntegerType) =>
  (value: number | bigint): CosemData => ({ type, value: BigInt(value) });

export const u8 = integer('unsigned');
export const u16 = integer('long-unsigned');
export const u32 = integer('double-long-unsigned');
export const i8 = integer('integer');
export const i16 = integer('long');
export const choice = integer('enum');

/** Octets, as hex digits; blanks are for the reader. */
export const octets = (hex: string): CosemData => ({
  type: 'octet-string',
  value: fromHex(hex.replaceAll(' ', '')) ?? assert.fail(`no hex: ${hex}`),
});

export const text = (value: string): CosemData => ({
  type: 'octet-string',
  value: Uint8Array.from(value, (character) => character.charCodeAt(0)),
});

export const name = (obis: string): CosemData => ({
  type: 'octet-string',
  value: Uint8Array.from(obisGroups(parseObis(obis))),
});

export const list = (...value: readonly CosemData[]): CosemData => ({ type: 'array', value });
export const struct = (...value: readonly CosemData[]): CosemData => ({ type: 'structure', value });
export const yes: CosemData = { type: 'boolean', value: true };
export const no: CosemData = { type: 'boolean', value: false };

/** `08:30:00`, as the four octets of a time. */
export function time(written: string): CosemData {
  const parts = written.split(':').map(Number);
  return { type: 'octet-string', value: Uint8Array.of(...parts, 0) };
}

/** A date pattern: `2026-11-20`, `*-*-01`, `*-12-*`; a weekday may follow (`*-*-* 7`), the last day is `L`. */
export function date(written: string): CosemData {
  const [days = '', weekday = '*'] = written.split(' ');
  const [year = '*', month = '*', day = '*'] = days.split('-');
  const years = year === '*' ? 0xffff : Number(year);
  const part = (value: string): number => (value === '*' ? 0xff : value === 'L' ? 0xfe : Number(value));
  const octetsOf = [years >> 8, years & 0xff, part(month), part(day), part(weekday)];
  return { type: 'octet-string', value: Uint8Array.from(octetsOf) };
}

/** Both, in legal time. */
export function dateTime(days: string, times: string): CosemData {
  const [first, second] = [date(days), time(times)];
  assert.ok(first.type === 'octet-string' && second.type === 'octet-string');
  return { type: 'octet-string', value: Uint8Array.of(...first.value, ...second.value, 0x80, 0, 0xff) };
}
