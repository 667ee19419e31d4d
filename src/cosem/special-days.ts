import type { LocalTime } from '#core/zone.ts';
import { AccessRefusal } from './access-result.ts';
import { dateShape, matchesDate } from './calendar-pattern.ts';
import type { CosemData } from './data-types.ts';
import { type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import type { Parameters } from './parameter-store.ts';
import { listOf, small, structureOf, type ValueOf } from './shape.ts';

/** `structure { long-unsigned index, octet-string specialday_date, unsigned day_id }` */
const entryShape = structureOf({
  index: small('long-unsigned'),
  date: dateShape,
  dayId: small('unsigned'),
});

type SpecialDay = ValueOf<typeof entryShape>;

const MOST_ENTRIES = 400;
const entriesShape = listOf(entryShape, { most: MOST_ENTRIES });
const ENTRIES = 2;

/** No day is special. */
export const noSpecialDays: CosemData = entriesShape.write([]);

/**
 * Days that do not follow the week, such as holidays; the activity calendar obeys them.
 * @see IEC 62056-6-2 (Blue Book), Special days table (class_id 11, version 0)
 */
export const specialDaysTable: ClassDefinition<ParameterRow> = {
  classId: 11,
  version: 0,
  name: 'Special days table',
  attributes: [logicalNameAttribute, parameter({ id: ENTRIES, name: 'entries', shape: entriesShape })],
  methods: [
    {
      id: 1,
      name: 'insert',
      running: {
        event: 'parameter-changed',
        prepare({ parameters }, data) {
          const added = entryShape.read(data, 'entry');
          const others = daysOf(parameters).filter(({ index }) => index !== added.index);
          if (others.length === MOST_ENTRIES) throw new AccessRefusal('VALUE_NOT_ALLOWED', 'the table is full');
          return () => keep(parameters, [...others, added]);
        },
      },
    },
    {
      id: 2,
      name: 'delete',
      running: {
        event: 'parameter-changed',
        prepare({ parameters }, data) {
          const index = small('long-unsigned').read(data, 'index');
          const days = daysOf(parameters);
          const others = days.filter((day) => day.index !== index);
          if (others.length === days.length) throw new AccessRefusal('VALUE_NOT_ALLOWED', `there is no entry ${index}`);
          return () => keep(parameters, others);
        },
      },
    },
  ],
};

/** The day profile that a special day prescribes; of several that fit, the first. */
export function specialDayId(parameters: Parameters, local: LocalTime): number | undefined {
  return daysOf(parameters).find(({ date }) => matchesDate(date, local))?.dayId;
}

const daysOf = (parameters: Parameters): readonly SpecialDay[] => valueOfParameter(parameters, ENTRIES, entriesShape);

function keep(parameters: Parameters, days: readonly SpecialDay[]): void {
  parameters.put(ENTRIES, entriesShape.write(days.toSorted((a, b) => a.index - b.index)));
}
