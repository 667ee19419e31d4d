import { formatObis } from '#core/obis.ts';
import { type AccessContext, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type MonitoredValue, monitored, monitoredValueShape, thresholdShape } from './monitored-value.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import type { Defaults } from './parameter-store.ts';
import { runScript, type ScriptCall, scriptCallShape } from './script-table.ts';
import { integerIn, listOf, structureOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import { recordCrossing } from './threshold-event.ts';
import type { Watcher } from './watcher.ts';

const THRESHOLDS = 2;
const MONITORED = 3;
const ACTIONS = 4;
const MOST_THRESHOLDS = 16;

const thresholdsShape = listOf(thresholdShape, { most: MOST_THRESHOLDS });

/** `structure { action_up, action_down }`, one per threshold */
const actionsShape = listOf(structureOf({ up: scriptCallShape, down: scriptCallShape }), { most: MOST_THRESHOLDS });

/**
 * Runs a script when a value passes a threshold, upwards or downwards.
 * @see IEC 62056-6-2 (Blue Book), Register monitor (class_id 21, version 0)
 */
export const registerMonitor: ClassDefinition<ParameterRow> = {
  classId: 21,
  version: 0,
  name: 'Register monitor',
  attributes: [
    logicalNameAttribute,
    parameter({ id: THRESHOLDS, name: 'thresholds', shape: thresholdsShape, event: 'setting-changed' }),
    parameter({ id: MONITORED, name: 'monitored_value', shape: monitoredValueShape, event: 'setting-changed' }),
    parameter({ id: ACTIONS, name: 'actions', shape: actionsShape, event: 'setting-changed' }),
  ],
  methods: [],
};

/** No threshold. */
export const registerMonitorDefaults = (value: MonitoredValue): Defaults => ({
  [THRESHOLDS]: thresholdsShape.write([]),
  [MONITORED]: monitoredValueShape.write(value),
  [ACTIONS]: actionsShape.write([]),
});

/** Watches the value of one monitor. The first value that it sees passes nothing. */
export class RegisterMonitorWatch implements Watcher {
  readonly actor: string;
  readonly #row: ParameterRow;
  #before: bigint | undefined;

  constructor(row: ParameterRow) {
    this.#row = row;
    this.actor = `register monitor ${formatObis(row.logicalName)}`;
  }

  async observe(snapshot: Snapshot, context: AccessContext): Promise<void> {
    const { parameters } = this.#row;
    const value = monitored(valueOfParameter(parameters, MONITORED, monitoredValueShape), context.device, snapshot);
    if (value === undefined) return;
    const before = this.#before ?? value;
    this.#before = value;
    for (const call of this.#passed(before, value)) {
      recordCrossing(value, context);
      const outcome = await runScript(call, context);
      if (outcome.kind === 'refused') throw outcome.refusal;
    }
  }

  #passed(before: bigint, value: bigint): readonly ScriptCall[] {
    const { parameters } = this.#row;
    const actions = valueOfParameter(parameters, ACTIONS, actionsShape);
    return valueOfParameter(parameters, THRESHOLDS, thresholdsShape).flatMap((data, index) => {
      const threshold = integerIn(data);
      const action = actions[index];
      if (threshold === undefined || action === undefined) return [];
      if (before <= threshold && value > threshold) return [action.up];
      return before >= threshold && value < threshold ? [action.down] : [];
    });
  }
}
