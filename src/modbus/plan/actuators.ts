import { FileError, type Located } from '#core/located.ts';
import type { ActuatorPlan, BreakerPoint, DisplayPoint, SwitchPoint } from '#modbus/actuator-plan.ts';
import type { Access, IdentityPoint, Measurand } from '#modbus/measure-plan.ts';
import { addressAt } from './access.ts';
import { choiceAt, integerAt, invalid, itemsOf, need, onlyFields } from './fields.ts';
import { integerRowAt } from './references.ts';

const LARGEST_REGISTER = 0xffff;
/** @see MODBUS Application Protocol V1.1b3 § 6.12: at most 123 registers, of two characters each */
const MOST_CHARACTERS = 246;

interface Read {
  readonly access: Access;
  readonly measurands: readonly Measurand[];
  readonly identity: readonly IdentityPoint[];
}

export function readActuators(actuators: Located | undefined, read: Read): ActuatorPlan {
  if (actuators === undefined) return {};
  onlyFields(actuators, ['breaker', 'tariff', 'display']);
  requireIdentity(actuators, read);
  const breaker = actuators.get('breaker');
  const tariff = actuators.get('tariff');
  const display = actuators.get('display');
  return {
    ...(breaker && { breaker: readBreaker(breaker, read) }),
    ...(tariff && { tariff: readSwitch(tariff, read.access) }),
    ...(display && { display: readDisplay(display, read.access) }),
  };
}

/** Nothing is written to a device that could be another one. */
function requireIdentity({ place }: Located, { identity }: Read): void {
  if (identity.some(({ expect }) => expect !== undefined)) return;
  const problem = 'actuators of a device that nothing identifies';
  throw new FileError('DEVICE_NOT_IDENTIFIABLE', place, problem, 'an entry with "expect" under "identify"');
}

function readBreaker(point: Located, { access, measurands }: Read): BreakerPoint {
  const state = integerRowAt(need(point, 'state'), measurands, "the breaker's state");
  return { ...readSwitch(point, access, ['state']), state };
}

function readSwitch(point: Located, access: Access, more: readonly string[] = []): SwitchPoint {
  onlyFields(point, ['at', 'functionCode', 'values', ...more]);
  return {
    address: addressAt(need(point, 'at'), access),
    functionCode: choiceAt(need(point, 'functionCode'), [6, 16]),
    values: itemsOf(need(point, 'values')).map((value) => integerAt(value, 0, LARGEST_REGISTER)),
  };
}

function readDisplay(point: Located, access: Access): DisplayPoint {
  onlyFields(point, ['at', 'lines', 'columns']);
  const columns = integerAt(need(point, 'columns'), 2, MOST_CHARACTERS);
  if (columns % 2 !== 0) throw invalid(need(point, 'columns'), 'an even number: a register has two characters');
  return {
    address: addressAt(need(point, 'at'), access),
    lines: integerAt(need(point, 'lines'), 1, Math.floor(MOST_CHARACTERS / columns)),
    columns,
  };
}
