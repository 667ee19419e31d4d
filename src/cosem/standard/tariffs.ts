import { type ObisCode, obisGroups, parseObis } from '#core/obis.ts';
import { activityCalendar, CalendarWatch, emptyCalendar } from '#cosem/activity-calendar.ts';
import { createObject } from '#cosem/interface-class.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { maskName, registerActivation, type Tariff, type TariffSwitch } from '#cosem/register-activation.ts';
import { scriptTable, writeAction } from '#cosem/script-table.ts';
import { noSpecialDays, specialDaysTable } from '#cosem/special-days.ts';
import type { StandardObjects, StandardParts, TariffOrder } from '#cosem/standard-parts.ts';
import type { ObjectMaker } from './object-maker.ts';

/** Where the device says which tariff is active: 0 for the first. */
const ACTIVE_TARIFF = parseObis('0-0:96.14.0.255');
const REGISTER_ACTIVATION = parseObis('0-0:14.0.0.255');
const TARIFF_SCRIPTS = '0-0:10.0.100.255';
const ACTIVE_MASK = 4;
const TIME_INTEGRAL = 8;

const nothing: StandardObjects = { objects: [], watchers: [] };

/**
 * Which registers count in which tariff; and, where the device lets itself be told, scripts that switch it and a calendar
 * that runs them.
 */
export function tariffObjects({ rows, zone, switchTariff }: StandardParts, make: ObjectMaker): StandardObjects {
  const active = rows.find(({ logicalName }) => logicalName === ACTIVE_TARIFF);
  const tariffs = tariffsOf(rows);
  if (active === undefined || tariffs.length === 0) return nothing;
  const activation = createObject(registerActivation, {
    logicalName: REGISTER_ACTIVATION,
    name: 'Register activation of tariffs',
    tariffs: tariffSwitch(active.key, tariffs, switchTariff),
  });
  if (switchTariff === undefined) return { objects: [activation], watchers: [] };
  const scripts = createObject(scriptTable, {
    logicalName: parseObis(TARIFF_SCRIPTS),
    name: 'Tariff scripts',
    scripts: tariffs.map((tariff, index) => ({
      identifier: index + 1,
      actions: [writeAction(registerActivation.classId, REGISTER_ACTIVATION, ACTIVE_MASK, maskName(tariff))],
    })),
  });
  const days = make.make(
    specialDaysTable,
    '0-0:11.0.0.255',
    'Special days of the tariff calendar',
    { 2: noSpecialDays },
    {},
  );
  const calendar = make.make(activityCalendar, '0-0:13.0.0.255', 'Tariff calendar', emptyCalendar, {});
  return {
    objects: [activation, scripts, days.object, calendar.object],
    watchers: [new CalendarWatch({ calendar: calendar.row, specialDays: days.row.parameters, zone })],
  };
}

function tariffSwitch(key: string, tariffs: readonly Tariff[], order: TariffOrder | undefined): TariffSwitch {
  return {
    tariffs,
    active({ sample }) {
      const measured = sample.values.get(key);
      const value = measured?.kind === 'value' ? measured.quantity.value : undefined;
      return tariffs.find((tariff) => tariff.value === value);
    },
    ...(order === undefined ? {} : { order: (tariff) => order(Number(tariff.value) + 1) }),
  };
}

/** The tariffs that the device has energy registers for. */
function tariffsOf(rows: readonly ObjectRow[]): readonly Tariff[] {
  const byTariff = new Map<number, { readonly classId: number; readonly logicalName: ObisCode }[]>();
  for (const { classId, logicalName } of rows) {
    const [medium, , , processing, tariff = 0] = obisGroups(logicalName);
    if (medium !== 1 || processing !== TIME_INTEGRAL || tariff === 0 || tariff >= 128) continue;
    byTariff.set(tariff, [...(byTariff.get(tariff) ?? []), { classId, logicalName }]);
  }
  return [...byTariff]
    .sort(([a], [b]) => a - b)
    .map(([tariff, registers]) => ({ name: `T${tariff}`, value: BigInt(tariff - 1), registers }));
}
