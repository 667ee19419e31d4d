import { formatObis, parseObis } from '#core/obis.ts';
import { addTime, type Instant, Seconds, timeBetween } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { type CosemData, integerData } from './data-types.ts';
import { instantOf, unspecifiedDateTime } from './date-time.ts';
import { type AccessContext, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type MonitoredValue, monitored, monitoredValueShape, thresholdShape } from './monitored-value.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import type { Defaults } from './parameter-store.ts';
import { runScript, scriptCallShape } from './script-table.ts';
import { integerIn, listOf, octets, small, structureOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import { recordCrossing } from './threshold-event.ts';
import type { Watcher } from './watcher.ts';

const MONITORED = 2;
const NORMAL = 4;
const EMERGENCY = 5;
const MIN_OVER = 6;
const MIN_UNDER = 7;
const PROFILE = 8;
const GROUPS = 9;
const ACTIONS = 11;

const secondsShape = small('double-long-unsigned');

/** `structure { long-unsigned id, octet-string activation_time, double-long-unsigned duration }` */
const profileShape = structureOf({
  id: small('long-unsigned'),
  activation: octets({ least: 12, most: 12 }),
  duration: secondsShape,
});

const groupsShape = listOf(small('long-unsigned'), { most: 16 });

/** `structure { action_over_threshold, action_under_threshold }` */
const actionsShape = structureOf({ over: scriptCallShape, under: scriptCallShape });

const LARGEST = integerData('double-long-unsigned', 0xffff_ffffn);
const noScript = { table: parseObis('0-0:10.0.106.255'), selector: 0 };

/** Limits that nothing reaches, and nothing to do. */
export const limiterDefaults = (value: MonitoredValue): Defaults => ({
  [MONITORED]: monitoredValueShape.write(value),
  [NORMAL]: LARGEST,
  [EMERGENCY]: LARGEST,
  [MIN_OVER]: secondsShape.write(60),
  [MIN_UNDER]: secondsShape.write(60),
  [PROFILE]: profileShape.write({ id: 0, activation: unspecifiedDateTime, duration: 0 }),
  [GROUPS]: groupsShape.write([]),
  [ACTIONS]: actionsShape.write({ over: noScript, under: noScript }),
});

export interface LimiterRow extends ParameterRow {
  readonly zone: Zone;
}

/**
 * Runs a script when a value has been above its threshold for long enough, and another when it has been below. During an
 * emergency, another threshold holds.
 * @see IEC 62056-6-2 (Blue Book), Limiter (class_id 71, version 0)
 */
export const limiter: ClassDefinition<LimiterRow> = {
  classId: 71,
  version: 0,
  name: 'Limiter',
  attributes: [
    logicalNameAttribute,
    setting(MONITORED, 'monitored_value', monitoredValueShape),
    {
      id: 3,
      name: 'threshold_active',
      types: thresholdShape.types,
      companions: [],
      read: (row, { at }) => activeThreshold(row, at),
    },
    setting(NORMAL, 'threshold_normal', thresholdShape),
    setting(EMERGENCY, 'threshold_emergency', thresholdShape),
    setting(MIN_OVER, 'min_over_threshold_duration', secondsShape),
    setting(MIN_UNDER, 'min_under_threshold_duration', secondsShape),
    setting(PROFILE, 'emergency_profile', profileShape),
    setting(GROUPS, 'emergency_profile_group_id_list', groupsShape),
    {
      id: 10,
      name: 'emergency_profile_active',
      types: ['boolean'],
      companions: [],
      read: (row, { at }) => ({ type: 'boolean', value: isEmergency(row, at) }),
    },
    setting(ACTIONS, 'actions', actionsShape),
  ],
  methods: [],
};

function setting(id: number, name: string, shape: Parameters<typeof parameter>[0]['shape']) {
  return parameter({ id, name, shape, event: 'setting-changed' });
}

/** An emergency that is meant for a group of this meter, between its beginning and its end. */
function isEmergency({ parameters, zone }: LimiterRow, at: Instant): boolean {
  const { id, activation, duration } = valueOfParameter(parameters, PROFILE, profileShape);
  const start = instantOf(activation, zone);
  const isMeant = valueOfParameter(parameters, GROUPS, groupsShape).includes(id);
  return isMeant && start !== undefined && at >= start && at < addTime(start, Seconds(duration));
}

const activeThreshold = (row: LimiterRow, at: Instant): CosemData =>
  row.parameters.get(isEmergency(row, at) ? EMERGENCY : NORMAL);

/** Watches the value of one limiter. It begins below: what the value was before it looked, it does not know. */
export class LimiterWatch implements Watcher {
  readonly actor: string;
  readonly #row: LimiterRow;
  #isOver = false;
  /** Since when the value has been on the other side. */
  #otherSide: Instant | undefined;

  constructor(row: LimiterRow) {
    this.#row = row;
    this.actor = `limiter ${formatObis(row.logicalName)}`;
  }

  async observe(snapshot: Snapshot, context: AccessContext): Promise<void> {
    const { parameters } = this.#row;
    const value = monitored(valueOfParameter(parameters, MONITORED, monitoredValueShape), context.device, snapshot);
    const threshold = integerIn(activeThreshold(this.#row, snapshot.at));
    if (value === undefined || threshold === undefined) return;
    if (value > threshold === this.#isOver) this.#otherSide = undefined;
    else await this.#onOtherSide(value, snapshot.at, context);
  }

  async #onOtherSide(value: bigint, at: Instant, context: AccessContext): Promise<void> {
    const { parameters } = this.#row;
    this.#otherSide ??= at;
    const patience = valueOfParameter(parameters, this.#isOver ? MIN_UNDER : MIN_OVER, secondsShape);
    if (timeBetween(this.#otherSide, at) < Seconds(patience)) return;
    recordCrossing(value, context);
    const { over, under } = valueOfParameter(parameters, ACTIONS, actionsShape);
    const outcome = await runScript(this.#isOver ? under : over, context);
    // What was not done is tried again: the value is still on the other side.
    if (outcome.kind === 'refused') throw outcome.refusal;
    this.#isOver = !this.#isOver;
    this.#otherSide = undefined;
  }
}
