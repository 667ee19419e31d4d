import type { Reading } from '#modbus/simulator/model/measurands.ts';
import { LIMIT_LOGIC_BIT } from './limits.ts';
import type { Settings } from './settings.ts';

/** What the parameter output-mode makes of the one digital output. */
const outputModes: readonly ((io: { readonly isSwitchedOn: boolean; readonly isLimitViolated: boolean }) => boolean)[] =
  [
    () => false,
    () => true,
    ({ isSwitchedOn }) => isSwitchedOn,
    () => false, // on where the phases turn the other way; here they never do
    ({ isLimitViolated }) => isLimitViolated,
    () => false, // an energy pulse is over before anybody can read it
  ];

export const REMOTE_OUTPUT = 2;
const PULSE_OUTPUT = 5;

export const inputModes = { pulses: 1, tariff: 2, demandSynchronization: 3 } as const;

export function outputState(settings: Settings, limits: number): boolean {
  const limit = settings.parameter('output-limit');
  const bit = limit === 0 ? LIMIT_LOGIC_BIT : limit - 1;
  const mode = outputModes[settings.parameter('output-mode')];
  return mode?.({ isSwitchedOn: settings.isOutputOn, isLimitViolated: (limits & (1 << bit)) !== 0 }) ?? false;
}

/** The power, in W or var, that the output's pulses count. */
const pulsedPower: readonly ((reading: Reading) => number)[] = [
  (reading) => reading['active-power-total'],
  (reading) => -reading['active-power-total'],
  (reading) => reading['reactive-power-total'],
  (reading) => -reading['reactive-power-total'],
];

const WATT_SECONDS_PER_UNIT = 1_000 * 3_600;

/** Whether pulses would have to follow each other faster than their length and a pause of that length allow. */
export function isPulseRateExceeded(settings: Settings, reading: Reading): boolean {
  if (settings.parameter('output-mode') !== PULSE_OUTPUT) return false;
  const power = pulsedPower[settings.parameter('output-pulse-kind')]?.(reading) ?? 0;
  const pulsesPerSecond = (power * settings.parameter('output-pulses-per-unit')) / WATT_SECONDS_PER_UNIT;
  const shortestPeriod = (2 * settings.parameter('output-pulse-length')) / 1_000;
  return pulsesPerSecond * shortestPeriod > 1;
}
