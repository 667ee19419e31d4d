import type { Located } from '#core/located.ts';
import type { Measurand, StatusWord } from '#modbus/measure-plan.ts';
import { integerAt, need, onlyFields } from './fields.ts';
import { integerRowAt } from './references.ts';

export function readStatus(status: Located | undefined, measurands: readonly Measurand[]): StatusWord | undefined {
  if (status === undefined) return undefined;
  onlyFields(status, ['row', 'restarted', 'countersReset']);
  const key = integerRowAt(need(status, 'row'), measurands, 'the status word');
  return { key, restarted: bitAt(status.get('restarted')), countersReset: bitAt(status.get('countersReset')) };
}

function bitAt(field: Located | undefined): number | undefined {
  return field === undefined ? undefined : integerAt(field, 0, 63);
}
