import { FileError, type Located } from '#core/located.ts';
import { type Scaler, type Unit, unitOf, unitSymbols } from '#core/quantity.ts';
import type { Access, Measurand, ReadMeasurand, Source, Term } from '#modbus/measure-plan.ts';
import { type FormatName, formatNames, isFormatName, registerFormats } from '#modbus/register-format.ts';
import { addressAt } from './access.ts';
import {
  bigintAt,
  booleanAt,
  choiceAt,
  integerAt,
  invalid,
  itemsOf,
  keyAt,
  need,
  onlyFields,
  textAt,
} from './fields.ts';
import { checkLength, type Point } from './point.ts';

/** A measurand that still knows its row. */
export interface PlacedMeasurand {
  readonly at: Located;
  readonly measurand: Measurand;
}

export interface Rows {
  readonly measurands: readonly PlacedMeasurand[];
  readonly points: readonly Point[];
}

/** What a row may say beside its source. The second line is read and checked by whoever gives the row its meaning. */
const COMMON_FIELDS = ['key', 'unit', 'scaler', 'name', 'obis', 'class', 'version', 'type'] as const;
const SOURCE_FIELDS = ['at', 'format', 'registers', 'wordOrder', 'factor'] as const;
const VALUE_FIELDS = [...SOURCE_FIELDS, 'absent', 'mask', 'map', 'plus', 'take', 'counter', 'rollover'] as const;
const DEMAND_FIELDS = ['last', 'period', 'elapsed'] as const;

export function readRows(objects: Located, access: Access): Rows {
  const measurands = itemsOf(objects).flatMap((row) => readRow(row, access));
  return { measurands, points: measurands.flatMap(pointOf) };
}

function readRow(row: Located, access: Access): readonly PlacedMeasurand[] {
  if (row.get('sum') !== undefined) return [{ at: row, measurand: readSum(row) }];
  if (DEMAND_FIELDS.some((name) => row.get(name) !== undefined)) return readDemand(row, access);
  onlyFields(row, [...COMMON_FIELDS, ...VALUE_FIELDS]);
  return [{ at: row, measurand: readValue(row, publishedAs(row), access) }];
}

function readSum(row: Located): Measurand {
  onlyFields(row, [...COMMON_FIELDS, 'sum']);
  return { kind: 'sum', ...publishedAs(row), terms: itemsOf(need(row, 'sum')).map(readTerm) };
}

function readTerm(item: Located): Term {
  const [, minus, key] = /^(-?)(.+)$/.exec(textAt(item)) ?? [];
  if (key === undefined) throw invalid(item, 'the key of a row, or -key');
  return { key, sign: minus === '-' ? -1n : 1n };
}

/** One row of class 5 has four values: the current average, that of the last period, its length, its age. */
function readDemand(row: Located, access: Access): readonly PlacedMeasurand[] {
  const isMean = row.get('mean') !== undefined;
  onlyFields(row, [...COMMON_FIELDS, ...DEMAND_FIELDS, ...(isMean ? ['mean' as const] : VALUE_FIELDS)]);
  const published = publishedAs(row);
  const { key } = published;
  const seconds = { unit: unitNamed('s'), scaler: 0 };
  const part = (name: string, as: { unit: Unit; scaler: Scaler }): PlacedMeasurand => {
    const at = need(row, name);
    onlyFields(at, SOURCE_FIELDS);
    return { at, measurand: readValue(at, { ...as, key: `${key}/${name}` }, access) };
  };
  const current: Measurand = isMean
    ? {
        kind: 'mean',
        ...published,
        of: keyAt(need(row, 'mean')),
        period: `${key}/period`,
        elapsed: `${key}/elapsed`,
      }
    : readValue(row, published, access);
  return [{ at: row, measurand: current }, part('last', published), part('period', seconds), part('elapsed', seconds)];
}

interface PublishedAs {
  readonly key: string;
  readonly unit: Unit;
  readonly scaler: Scaler;
}

function publishedAs(row: Located): PublishedAs {
  const unit = row.get('unit');
  const scaler = row.get('scaler');
  return {
    key: keyAt(need(row, 'key')),
    unit: unit === undefined ? unitNamed('') : unitAt(unit),
    scaler: scaler === undefined ? 0 : integerAt(scaler, -128, 127),
  };
}

function unitAt(field: Located): Unit {
  const unit = unitOf(String(field.value));
  if (unit !== undefined) return unit;
  const expected = `one of ${unitSymbols.filter(Boolean).join(', ')}; for kWh say Wh and factor: 3`;
  throw new FileError('DEVICE_UNIT_UNKNOWN', field.place, `${JSON.stringify(field.value)} is not a unit`, expected);
}

function unitNamed(symbol: 's' | ''): Unit {
  const unit = unitOf(symbol);
  if (unit === undefined) throw new TypeError(`core has no unit "${symbol}"`);
  return unit;
}

function readValue(at: Located, published: PublishedAs, access: Access): ReadMeasurand {
  const source = sourceAt(at, access);
  const mask = integersOnly(at.get('mask'), source.format);
  const map = integersOnly(at.get('map'), source.format);
  const absent = integersOnly(at.get('absent'), source.format);
  const factor = at.get('factor');
  const plus = at.get('plus');
  const take = at.get('take');
  return {
    kind: 'read',
    ...published,
    source,
    absent: absent === undefined ? [] : itemsOf(absent).map((item) => bigintAt(item)),
    mask: mask === undefined ? undefined : bigintAt(mask, 1),
    map: map === undefined ? undefined : mapAt(map),
    factor: factor === undefined ? 0 : integerAt(factor, -18, 18),
    plus: plus === undefined ? 0n : bigintAt(plus),
    take: take === undefined ? undefined : choiceAt(take, ['positive', 'negative']),
    counter: counterAt(at),
  };
}

function sourceAt(at: Located, access: Access): Source {
  const format = formatAt(need(at, 'format'));
  const wordOrder = at.get('wordOrder');
  checkLength(at, format, registerFormats[format].registers);
  return {
    address: addressAt(need(at, 'at'), access),
    format,
    wordOrder: wordOrder === undefined ? access.wordOrder : choiceAt(wordOrder, ['big', 'little']),
  };
}

function formatAt(field: Located): FormatName {
  const name = String(field.value);
  if (isFormatName(name)) return name;
  throw invalid(field, `one of ${formatNames.join(', ')}`);
}

/** Bits, sentinels and enumerations are ideas about integers; on a float they would be a mistake. */
function integersOnly(field: Located | undefined, format: FormatName): Located | undefined {
  if (field === undefined || registerFormats[format].kind === 'integer') return field;
  throw new FileError(
    'DEVICE_FORMAT_UNFIT',
    field.place,
    `${format} is not an integer`,
    'this for integer formats only',
  );
}

function mapAt(field: Located): ReadonlyMap<bigint, bigint> {
  const names = Object.keys(field.value ?? {});
  onlyFields(field, names);
  return new Map(
    names.map((name) => {
      if (!/^(0|-?[1-9]\d{0,18})$/.test(name)) throw invalid(field, 'integers on both sides');
      return [BigInt(name), bigintAt(need(field, name))];
    }),
  );
}

function counterAt(at: Located): ReadMeasurand['counter'] {
  const rollover = at.get('rollover');
  if (booleanAt(at.get('counter'))) return { rollover: rollover === undefined ? undefined : bigintAt(rollover, 1) };
  if (rollover !== undefined) throw invalid(rollover, 'counter: true beside it');
  return undefined;
}

function pointOf({ at, measurand }: PlacedMeasurand): readonly Point[] {
  if (measurand.kind !== 'read') return [];
  const { address, format, wordOrder } = measurand.source;
  const { registers } = registerFormats[format];
  const reading = wordOrder === 'big' ? format : `${format} (little word order)`;
  return [{ at, address, registers, reading, measurand }];
}
