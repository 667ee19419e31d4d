import { parseObis } from '#core/obis.ts';
import { DEFAULT_CONTROL_MODE, disconnectControl } from '#cosem/disconnect-control.ts';
import { displayMessage, messageDefaults } from '#cosem/display.ts';
import { ImageTransfer, imageTransfer, imageTransferDefaults } from '#cosem/image-transfer.ts';
import { createObject } from '#cosem/interface-class.ts';
import { LimiterWatch, limiter, limiterDefaults } from '#cosem/limiter.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import type { MonitoredValue } from '#cosem/monitored-value.ts';
import { RegisterMonitorWatch, registerMonitor, registerMonitorDefaults } from '#cosem/register-monitor.ts';
import { methodAction, scriptTable } from '#cosem/script-table.ts';
import { ScheduleWatch, scheduleDefaults, singleActionSchedule } from '#cosem/single-action-schedule.ts';
import type { StandardObjects, StandardParts } from '#cosem/standard-parts.ts';
import type { ObjectMaker } from './object-maker.ts';

const nothing: StandardObjects = { objects: [], watchers: [] };

/** What monitors and limiters look at until somebody chooses otherwise, the first of these that the device measures. */
const POWERS = ['1-0:1.7.0.255', '1-0:16.7.0.255'].map(parseObis);

function powerOf(rows: readonly ObjectRow[]): MonitoredValue | undefined {
  const row = POWERS.map((name) => rows.find(({ logicalName }) => logicalName === name)).find((found) => found);
  return row && { classId: row.classId, logicalName: row.logicalName, attribute: 2 };
}

/** A monitor that somebody can give thresholds. */
export function monitorObjects({ rows }: StandardParts, make: ObjectMaker): StandardObjects {
  const monitored = powerOf(rows);
  if (monitored === undefined) return nothing;
  const defaults = registerMonitorDefaults(monitored);
  const { object, row } = make.make(registerMonitor, '0-0:16.0.0.255', 'Register monitor', defaults, {});
  return { objects: [object], watchers: [new RegisterMonitorWatch(row)] };
}

const DISCONNECT_CONTROL = '0-0:96.3.10.255';
const BREAKER_SCRIPTS = '0-0:10.0.106.255';
const DISCONNECT = 1;
const RECONNECT = 2;

/** The breaker, the scripts that move it, and a schedule and a limiter that can run these. */
export function breakerObjects({ rows, zone, breaker }: StandardParts, make: ObjectMaker): StandardObjects {
  if (breaker === undefined) return nothing;
  const defaults = { 4: DEFAULT_CONTROL_MODE };
  const control = make.make(disconnectControl, DISCONNECT_CONTROL, 'Disconnect control', defaults, { breaker });
  const table = parseObis(BREAKER_SCRIPTS);
  const { classId, logicalName } = control.object;
  const scripts = createObject(scriptTable, {
    logicalName: table,
    name: 'Breaker scripts',
    scripts: [DISCONNECT, RECONNECT].map((method) => ({
      identifier: method,
      actions: [methodAction(classId, logicalName, method)],
    })),
  });
  const idle = scheduleDefaults({ table, selector: DISCONNECT }, []);
  const schedule = make.make(singleActionSchedule, '0-0:15.0.1.255', 'Breaker schedule', idle, {});
  const limits = limiterObjects(powerOf(rows), { zone }, make);
  return {
    objects: [control.object, scripts, schedule.object, ...limits.objects],
    watchers: [new ScheduleWatch(schedule.row, zone), ...limits.watchers],
  };
}

function limiterObjects(
  monitored: MonitoredValue | undefined,
  { zone }: Pick<StandardParts, 'zone'>,
  make: ObjectMaker,
): StandardObjects {
  if (monitored === undefined) return nothing;
  const { object, row } = make.make(limiter, '0-0:17.0.0.255', 'Limiter', limiterDefaults(monitored), { zone });
  return { objects: [object], watchers: [new LimiterWatch(row)] };
}

/** The message on the display. */
export function displayObjects({ display }: StandardParts, make: ObjectMaker): StandardObjects {
  if (display === undefined) return nothing;
  const { object } = make.make(displayMessage, '0-0:96.13.1.255', 'Message on the display', messageDefaults, {
    display,
  });
  return { objects: [object], watchers: [] };
}

/** A new program, where there is somebody to take it. */
export function imageObjects({ images }: StandardParts, make: ObjectMaker): StandardObjects {
  if (images === undefined) return nothing;
  const transfer = new ImageTransfer(images);
  const { object } = make.make(imageTransfer, '0-0:44.0.0.255', 'Image transfer', imageTransferDefaults, { transfer });
  return { objects: [object], watchers: [] };
}
