import { SealmeterError } from '#core/errors.ts';
import { FileError, type Located, type Place } from '#core/located.ts';
import { formatObis, type ObisCode, parseObis } from '#core/obis.ts';
import { type Scaler, type Unit, unitOf, unitSymbols } from '#core/quantity.ts';
import { type IntegerType, isIntegerType } from './data-types.ts';
import { logicalDeviceName } from './logical-device-name.ts';
import { measuredClass, measuredClassIds, type ObjectRow } from './measured-object.ts';

/**
 * The meaning half of a device description: its `objects`, each a COSEM object with class, logical name, type, unit and
 * scaler. How the values are read from registers is the other half; nobody here looks at it.
 * @throws FileError at the first row that cannot be, with its line
 */
export function readObjectList(file: Located): readonly ObjectRow[] {
  const rows = file.get('objects')?.items() ?? [];
  if (rows.length === 0) {
    throw new FileError('OBJECT_LIST_EMPTY', file.place, 'no objects', 'list at least one measurand under "objects"');
  }
  const seen = new Map<string, Place>();
  return rows.map((located) => {
    const row = readRow(located);
    refuseDuplicate(seen, `object ${row.classId}-${formatObis(row.logicalName)}`, member(located, 'obis').place);
    refuseDuplicate(seen, `key "${row.key}"`, member(located, 'key').place);
    return row;
  });
}

function readRow(row: Located): ObjectRow {
  const { classId, version } = readClass(row);
  const logicalName = readLogicalName(row, classId);
  return {
    key: readText(row, 'key'),
    name: readText(row, 'name'),
    classId,
    version,
    logicalName,
    type: readType(row, classId),
    unit: readUnit(row),
    scaler: readScaler(row),
  };
}

function readClass(row: Located): { classId: number; version: number } {
  const located = member(row, 'class');
  const definition = typeof located.value === 'number' ? measuredClass(located.value)?.definition : undefined;
  if (definition === undefined) {
    const expected = `use one of the interface classes ${measuredClassIds.join(', ')}`;
    throw new FileError('OBJECT_CLASS_UNKNOWN', located.place, `class ${shown(located)} is not known`, expected);
  }
  const { classId, version } = definition;
  const asked = row.get('version');
  if (asked !== undefined && asked.value !== version) {
    const problem = `version ${shown(asked)} of class ${classId} is not known`;
    throw new FileError('OBJECT_CLASS_UNKNOWN', asked.place, problem, `use version ${version}, or leave it out`);
  }
  return { classId, version };
}

function readLogicalName(row: Located, classId: number): ObisCode {
  const located = member(row, 'obis');
  const logicalName = parseLocatedObis(located);
  if (classId === logicalDeviceName.classId && logicalName === logicalDeviceName.logicalName) {
    const problem = `${shown(located)} is the logical device name, which every device has already`;
    throw new FileError('OBJECT_DUPLICATE', located.place, problem, 'leave this row out');
  }
  return logicalName;
}

function parseLocatedObis(located: Located): ObisCode {
  try {
    return parseObis(String(located.value));
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    throw new FileError('OBJECT_OBIS_UNREADABLE', located.place, error.message, error.mend ?? '', error);
  }
}

function readType(row: Located, classId: number): IntegerType {
  const located = member(row, 'type');
  const type = String(located.value);
  const allowed = measuredClass(classId)?.types ?? [];
  if (isIntegerType(type) && allowed.includes(type)) return type;
  const problem = `a value of class ${classId} cannot be of type ${shown(located)}`;
  throw new FileError('OBJECT_TYPE_NOT_ALLOWED', located.place, problem, `use one of ${allowed.join(', ')}`);
}

/** A row without a unit counts or states something: unit 255, none. */
function readUnit(row: Located): Unit {
  const located = row.get('unit');
  const symbol = located?.value ?? '';
  const unit = typeof symbol === 'string' ? unitOf(symbol) : undefined;
  if (unit !== undefined) return unit;
  const known = unitSymbols.map((symbol) => `"${symbol}"`).join(', ');
  throw new FileError(
    'OBJECT_UNIT_UNKNOWN',
    (located ?? row).place,
    `unit ${shown(located)} is not known`,
    `use one of ${known}`,
  );
}

/** An integer of eight bits in `scaler_unit`. */
function readScaler(row: Located): Scaler {
  const located = row.get('scaler');
  const scaler = located?.value ?? 0;
  if (typeof scaler === 'number' && Number.isInteger(scaler) && scaler >= -128 && scaler <= 127) return scaler;
  const problem = `scaler ${shown(located)} is not possible`;
  throw new FileError(
    'OBJECT_SCALER_OUT_OF_RANGE',
    (located ?? row).place,
    problem,
    'use a whole number from -128 to 127',
  );
}

function readText(row: Located, name: string): string {
  const located = member(row, name);
  if (typeof located.value === 'string' && located.value !== '') return located.value;
  throw new FileError('OBJECT_TEXT_MISSING', located.place, `"${name}" is ${shown(located)}`, 'write a text');
}

function member(row: Located, name: string): Located {
  const located = row.get(name);
  if (located === undefined) {
    throw new FileError('OBJECT_MEMBER_MISSING', row.place, `"${name}" is missing`, `add "${name}" to this object`);
  }
  return located;
}

function refuseDuplicate(seen: Map<string, Place>, what: string, place: Place): void {
  const before = seen.get(what);
  if (before !== undefined) {
    throw new FileError(
      'OBJECT_DUPLICATE',
      place,
      `${what} stands at line ${before.line} already`,
      'leave one of them out',
    );
  }
  seen.set(what, place);
}

const shown = (located: Located | undefined): string => JSON.stringify(located?.value) ?? 'nothing';
