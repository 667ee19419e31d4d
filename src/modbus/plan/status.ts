import { FileError, type Located } from '#core/located.ts';
import type { Measurand, StatusWord } from '#modbus/measure-plan.ts';
import { registerFormats } from '#modbus/register-format.ts';
import { integerAt, keyAt, need, onlyFields } from './fields.ts';

export function readStatus(status: Located | undefined, measurands: readonly Measurand[]): StatusWord | undefined {
  if (status === undefined) return undefined;
  onlyFields(status, ['row', 'restarted', 'countersReset']);
  const row = need(status, 'row');
  const key = keyAt(row);
  const word = measurands.find((measurand) => measurand.key === key);
  if (word?.kind !== 'read' || registerFormats[word.source.format].kind !== 'integer') {
    const problem = `"${key}" is not the key of a row that reads an integer`;
    throw new FileError('DEVICE_KEY_UNKNOWN', row.place, problem, 'the key of the row with the status word');
  }
  return { key, restarted: bitAt(status.get('restarted')), countersReset: bitAt(status.get('countersReset')) };
}

function bitAt(field: Located | undefined): number | undefined {
  return field === undefined ? undefined : integerAt(field, 0, 63);
}
