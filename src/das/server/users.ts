import type { UserAnswer } from '#das/api-types.ts';
import type { DasUser } from '#das/das-registry.ts';

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
