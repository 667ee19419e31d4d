import type { UserAnswer } from '#das/api-types.ts';
import { CONFIGURED_BY, type DasUser } from '#das/das-registry.ts';
import { ApiError } from './api-error.ts';

/** Who looks at a demonstration. */
export const DEMO_NAME = 'demo';

/** What the DAS calls itself, as whom it adds the meters of its configuration, and who looks at a demonstration. */
const TAKEN: readonly string[] = [CONFIGURED_BY, DEMO_NAME];

/** @throws ApiError `NAME_TAKEN` */
export function demandFreeName(name: string, users: readonly DasUser[]): void {
  if (TAKEN.includes(name) || users.some((other) => other.name === name))
    throw new ApiError('NAME_TAKEN', 'there is a user of this name');
}

/** Whether somebody can come in and change everything, other users included. */
export const canAdminister = ({ role, meters, passwordHash, certificates }: DasUser): boolean =>
  role === 'administrator' && meters === 'all' && (passwordHash !== undefined || certificates.length > 0);

/** What is told of a user; never anything of the password. */
export const userAnswer = ({ name, role, meters, certificates, passwordHash }: DasUser): UserAnswer => ({
  name,
  role,
  meters,
  certificates,
  hasPassword: passwordHash !== undefined,
});
