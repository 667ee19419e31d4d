import type { Reading } from '#modbus/simulator/model/measurands.ts';

/** Share of its rated value from which an input is overloaded. */
const OVERLOAD = 1.2;
const RATED_VOLTAGE = 400; // V, phase to neutral

export const isVoltageOverloaded = (reading: Reading): boolean =>
  [reading['voltage-l1-n'], reading['voltage-l2-n'], reading['voltage-l3-n']].some(
    (voltage) => voltage > OVERLOAD * RATED_VOLTAGE,
  );

/** `rated` is the current transformers' primary current, in A. */
export const isCurrentOverloaded = (reading: Reading, rated: number): boolean =>
  [reading['current-l1'], reading['current-l2'], reading['current-l3']].some((current) => current > OVERLOAD * rated);
