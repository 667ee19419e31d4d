import { parseObis } from '#core/obis.ts';
import { type Duration, type Instant, Seconds, toSeconds } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { integerData } from '#cosem/data-types.ts';
import type { ParameterAddress, ParameterStore } from '#cosem/parameter-store.ts';
import { type CapturePeriod, profileGeneric } from '#cosem/profile-generic.ts';
import { integerIn } from '#cosem/shape.ts';
import type { ProfileName } from '#cosem/standard-parts.ts';
import { type CaptureTimes, everyDay, everyMonth, everyPeriod, type PeriodicTimes } from '#journal/capture-schedule.ts';

/** The profiles that have a period of their own, and the objects whose attribute it is. */
const PROFILES = { 'load-profile-1': '1-0:99.1.0.255', 'load-profile-2': '1-0:99.2.0.255' } as const;

type PeriodicProfile = keyof typeof PROFILES;

/** How often entries of each profile are captured until somebody writes another period. */
export type CapturePeriods = Readonly<Record<PeriodicProfile, PeriodicTimes>>;

const CAPTURE_PERIOD = 4;

/**
 * The moments of a load profile, which change when its period is written. What was written is kept, and counts for more
 * than the configuration.
 */
export class AdjustableTimes implements PeriodicTimes, CapturePeriod {
  readonly #store: ParameterStore;
  readonly #address: ParameterAddress;
  #times: PeriodicTimes;

  constructor(store: ParameterStore, address: ParameterAddress, configured: PeriodicTimes) {
    this.#store = store;
    this.#address = address;
    const written = integerIn(store.get(address));
    this.#times = written === undefined ? configured : everyPeriod(Seconds(Number(written)));
  }

  get period(): Duration {
    return this.#times.period;
  }

  atOrBefore(instant: Instant): Instant {
    return this.#times.atOrBefore(instant);
  }

  after(instant: Instant): Instant {
    return this.#times.after(instant);
  }

  current(): Duration {
    return this.period;
  }

  change(to: Duration): void {
    const times = everyPeriod(to);
    this.#store.put(this.#address, integerData('double-long-unsigned', BigInt(toSeconds(to))));
    this.#times = times;
  }
}

/** The moments of every profile of a device. */
export type ProfileTimes = Readonly<Record<ProfileName, CaptureTimes>>;

export interface ProfileTimesParts {
  readonly capturePeriods: CapturePeriods;
  /** The legal time of the site, by which days and months begin. */
  readonly zone: Zone;
  readonly parameters: ParameterStore;
}

export function profileTimes(ldev: string, { capturePeriods, zone, parameters }: ProfileTimesParts): ProfileTimes {
  const adjustable = (profile: PeriodicProfile): AdjustableTimes => {
    const logicalName = parseObis(PROFILES[profile]);
    const address = { ldev, classId: profileGeneric.classId, logicalName, attribute: CAPTURE_PERIOD };
    return new AdjustableTimes(parameters, address, capturePeriods[profile]);
  };
  return {
    'load-profile-1': adjustable('load-profile-1'),
    'load-profile-2': adjustable('load-profile-2'),
    'billing-daily': everyDay(zone),
    'billing-monthly': everyMonth(zone),
  };
}
