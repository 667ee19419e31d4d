import type { MeterScope, Role } from '#das/api-types.ts';
import { ApiError } from './api-error.ts';

/** Whose session it is, as it was when it began: whatever changes about a user ends that user's sessions. */
export interface SessionUser {
  readonly name: string;
  readonly role: Role;
  readonly meters: MeterScope;
}

interface RightsRow {
  /** `meter`: with those meters that the user sees. `site`: only who sees them all. `self`: with nobody's but one's own. */
  readonly per: 'meter' | 'site' | 'self';
  readonly viewer: boolean;
  readonly operator: boolean;
  readonly administrator: boolean;
}

const EVERYBODY = { viewer: true, operator: true, administrator: true } as const;
const FROM_OPERATOR = { viewer: false, operator: true, administrator: true } as const;
const ADMINISTRATOR = { viewer: false, operator: false, administrator: true } as const;

/** Who may do what: the only table of it. */
export const RIGHTS = {
  'own-session': { per: 'self', ...EVERYBODY },
  'see-meters': { per: 'meter', ...EVERYBODY },
  'export-readings': { per: 'meter', ...EVERYBODY },
  'acknowledge-alarms': { per: 'meter', ...FROM_OPERATOR },
  'change-meters': { per: 'meter', ...ADMINISTRATOR },
  'add-meters': { per: 'site', ...ADMINISTRATOR },
  'administer-users': { per: 'site', ...ADMINISTRATOR },
  'read-audit': { per: 'site', ...ADMINISTRATOR },
  'read-metrics': { per: 'site', ...EVERYBODY },
} as const satisfies Readonly<Record<string, RightsRow>>;

export type Operation = keyof typeof RIGHTS;

/** @throws ApiError `ROLE_INSUFFICIENT` */
export function demandRight({ role, meters }: SessionUser, operation: Operation): void {
  const { per, [role]: permitted } = RIGHTS[operation];
  if (!permitted) throw new ApiError('ROLE_INSUFFICIENT', `not as ${role}`);
  if (per === 'site' && meters !== 'all') throw new ApiError('ROLE_INSUFFICIENT', 'only who sees all meters may');
}

/** Whether the user sees the meter. */
export const sees = ({ meters }: Pick<SessionUser, 'meters'>, meter: string): boolean =>
  meters === 'all' || meters.includes(meter);
