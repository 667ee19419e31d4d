/**
 * A physical value as COSEM carries it: `value` x 10^`scaler` in `unit`. 23010n, -2, volt is 230.10 V.
 * Integers only: no reading passes through floating point once it is a quantity.
 */
export interface Quantity {
  readonly value: bigint;
  readonly scaler: Scaler;
  readonly unit: Unit;
}

/** The power of ten that a value is to be multiplied with: -128 to 127. */
export type Scaler = number;

/** One row per unit that a meter can have. @see IEC 62056-6-2 (Blue Book), Register, enumeration of `unit` */
const UNITS = [
  { code: 6, symbol: 'min', name: 'minute' },
  { code: 7, symbol: 's', name: 'second' },
  { code: 8, symbol: '°', name: 'degree (angle)' },
  { code: 9, symbol: '°C', name: 'degree Celsius' },
  { code: 27, symbol: 'W', name: 'watt' },
  { code: 28, symbol: 'VA', name: 'volt-ampere' },
  { code: 29, symbol: 'var', name: 'var' },
  { code: 30, symbol: 'Wh', name: 'watt-hour' },
  { code: 31, symbol: 'VAh', name: 'volt-ampere-hour' },
  { code: 32, symbol: 'varh', name: 'var-hour' },
  { code: 33, symbol: 'A', name: 'ampere' },
  { code: 34, symbol: 'C', name: 'coulomb' },
  { code: 35, symbol: 'V', name: 'volt' },
  { code: 44, symbol: 'Hz', name: 'hertz' },
  { code: 56, symbol: '%', name: 'percent' },
  { code: 255, symbol: '', name: 'no unit' },
] as const;

export type Unit = (typeof UNITS)[number];
export type UnitSymbol = Unit['symbol'];

const bySymbol: ReadonlyMap<string, Unit> = new Map(UNITS.map((unit) => [unit.symbol, unit]));
const byCode: ReadonlyMap<number, Unit> = new Map(UNITS.map((unit) => [unit.code, unit]));

export const unitSymbols: readonly UnitSymbol[] = UNITS.map((unit) => unit.symbol);
export const unitOf = (symbol: string): Unit | undefined => bySymbol.get(symbol);
export const unitOfCode = (code: number): Unit | undefined => byCode.get(code);

/** How a value that lies between two integers becomes one of them. */
export type Rounding = 'half-away-from-zero' | 'floor';

/**
 * Turns a device's floating point number into the integer n with n x 10^scaler closest to (or, with `floor`, not
 * above) the exact binary value: the double is taken apart, all arithmetic is on integers, one rounding happens.
 * `factor` is the device's own unit in ours, as a power of ten (3 where it counts kWh and we publish Wh).
 * NaN and the infinities are not values: `undefined`.
 */
export function scaleExactly(number: number, scaler: Scaler, rounding: Rounding, factor = 0): bigint | undefined {
  if (!Number.isFinite(number)) return undefined;
  const { mantissa, exponent } = takeApart(number);
  const tenth = factor - scaler;
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (tenth >= 0) numerator *= 10n ** BigInt(tenth);
  else denominator *= 10n ** BigInt(-tenth);
  return divide(numerator, denominator, rounding);
}

/** Changes an integer value's scaler, exactly where it can and by one rounding where it cannot. */
export function rescale(value: bigint, from: Scaler, to: Scaler, rounding: Rounding): bigint {
  return from >= to ? value * 10n ** BigInt(from - to) : divide(value, 10n ** BigInt(to - from), rounding);
}

/** `230.10` for 23010n, -2; `1200` for 12n, 2. Every digit that the scaler promises, none that it does not. */
export function formatDecimal(value: bigint, scaler: Scaler): string {
  if (scaler >= 0) return (value * 10n ** BigInt(scaler)).toString();
  const digits = (value < 0n ? -value : value).toString().padStart(1 - scaler, '0');
  const point = digits.length + scaler;
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `230.10 V`. */
export function formatQuantity({ value, scaler, unit }: Quantity): string {
  return `${formatDecimal(value, scaler)}${unit.symbol === '' ? '' : ` ${unit.symbol}`}`;
}

function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (rounding === 'floor') return remainder < 0n ? quotient - 1n : quotient;
  const twice = remainder < 0n ? -2n * remainder : 2n * remainder;
  if (twice < denominator) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

/** number = mantissa x 2^exponent, exactly. @see IEEE 754-2019 § 3.4 */
function takeApart(number: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n === 1n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}
