import { type Quantity, type Rounding, rescale, scaleExactly } from '#core/quantity.ts';
import type { Measured, MissingReason } from '#core/sample.ts';
import { Instant } from '#core/time.ts';
import type { IdentityPoint, MeanMeasurand, Measurand, ReadMeasurand, SumMeasurand } from './measure-plan.ts';
import { readRegisters, registerFormats } from './register-format.ts';

/** What one block of registers was when it was read. */
export interface BlockReading {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly readAt: Instant;
}

/**
 * Makes of registers the integer that is published: the only place where a device's floating point number is
 * turned into one, with one rounding.
 */
export function decode(measurand: ReadMeasurand, reading: BlockReading): Measured {
  const { address, format, wordOrder } = measurand.source;
  const raw = readRegisters(format, slice(reading, address, registerFormats[format].registers), wordOrder);
  const value = typeof raw === 'bigint' ? fromInteger(measurand, raw) : fromFloat(measurand, raw);
  if (typeof value !== 'bigint') return { kind: 'missing', reason: value };
  return {
    kind: 'value',
    quantity: published(measurand, partOf(measurand, value + measurand.plus)),
    readAt: reading.readAt,
  };
}

/** Counters are rounded down: what has not been counted in full is not there yet, and never has to be taken back. */
function roundingOf({ counter }: ReadMeasurand): Rounding {
  return counter === undefined ? 'half-away-from-zero' : 'floor';
}

function fromFloat(measurand: ReadMeasurand, raw: number): bigint | MissingReason {
  const { scaler, factor } = measurand;
  return scaleExactly(raw, scaler, roundingOf(measurand), factor) ?? 'not-measured';
}

function fromInteger(measurand: ReadMeasurand, raw: bigint): bigint | MissingReason {
  const { absent, mask, map, factor, scaler } = measurand;
  if (absent.includes(raw)) return 'not-measured';
  const masked = mask === undefined ? raw : (raw & mask) / lowestBit(mask);
  const meant = map === undefined ? masked : map.get(masked);
  return meant === undefined ? 'out-of-range' : rescale(meant, factor, scaler, roundingOf(measurand));
}

function lowestBit(mask: bigint): bigint {
  return mask & -mask;
}

function partOf({ take }: ReadMeasurand, value: bigint): bigint {
  if (take === undefined) return value;
  const part = take === 'positive' ? value : -value;
  return part > 0n ? part : 0n;
}

/** The sum of what is published elsewhere; without one of its terms there is none. */
export function addUp(measurand: SumMeasurand, values: ReadonlyMap<string, Measured>): Measured {
  let sum = 0n;
  let readAt: Instant | undefined;
  for (const { key, sign } of measurand.terms) {
    const term = values.get(key);
    if (term?.kind !== 'value') return { kind: 'missing', reason: 'input-missing' };
    sum += sign * term.quantity.value;
    readAt = Instant(Math.min(readAt ?? term.readAt, term.readAt));
  }
  return readAt === undefined
    ? { kind: 'missing', reason: 'input-missing' }
    : { kind: 'value', quantity: published(measurand, sum), readAt };
}

export function measuredMean(measurand: MeanMeasurand, mean: bigint | MissingReason, at: Instant): Measured {
  return typeof mean === 'bigint'
    ? { kind: 'value', quantity: published(measurand, mean), readAt: at }
    : { kind: 'missing', reason: mean };
}

function published({ unit, scaler }: Measurand, value: bigint): Quantity {
  return { value, scaler, unit };
}

/** What the device says about itself, as text: numbers in decimal, texts without their padding. */
export function decodeIdentity(point: IdentityPoint, reading: BlockReading): string {
  if (point.kind === 'number') {
    const registers = slice(reading, point.address, registerFormats[point.format].registers);
    return String(readRegisters(point.format, registers, point.wordOrder));
  }
  return String.fromCharCode(...slice(reading, point.address, point.characters / 2)).replace(/[\0 ]+$/, '');
}

function slice({ bytes, address: start }: BlockReading, address: number, registers: number): Uint8Array {
  return bytes.subarray(2 * (address - start), 2 * (address - start + registers));
}
