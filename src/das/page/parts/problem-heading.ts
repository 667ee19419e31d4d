import { ApiError } from '#das/page/api.ts';
import type { TextKey } from '#das/page/language/texts.ts';

/** What somebody has entered cannot be, as the page itself sees: the DAS was not asked. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
  readonly says: TextKey;

  constructor(says: TextKey) {
    super(says);
    this.says = says;
  }
}

/** What the DAS refuses most often, in the language of the page; its own words follow in English. */
const REFUSALS: Readonly<Record<string, TextKey>> = {
  LOG_IN_REFUSED: 'problem.logIn',
  LOG_IN_THROTTLED: 'problem.throttled',
  PASSWORD_WEAK: 'problem.weak',
  LINK_REFUSED: 'problem.link',
  SESSION_MISSING: 'problem.session',
  ROLE_INSUFFICIENT: 'problem.role',
  RESOURCE_UNKNOWN: 'problem.unknown',
  NAME_TAKEN: 'problem.nameTaken',
  LAST_ADMINISTRATOR: 'problem.lastAdministrator',
  METER_CONFIGURED: 'problem.configured',
  METER_NOT_MET: 'problem.notMet',
  CERTIFICATE_UNCONFIRMED: 'problem.unconfirmed',
  EXPORT_TOO_LARGE: 'problem.tooLarge',
  BUSY: 'problem.busy',
};

export const refusalCodes: readonly string[] = Object.keys(REFUSALS);

export function problemHeading(error: unknown): TextKey {
  if (error instanceof Unfit) return error.says;
  if (!(error instanceof ApiError)) return 'app.unreachable';
  return REFUSALS[error.code] ?? (error.isChange ? 'app.refused' : 'app.failed');
}
