import { formatInstant } from '#core/time.ts';
import type { AuditAnswer, UsersAnswer } from '#das/api-types.ts';
import type { DasUser } from '#das/das-registry.ts';
import { ApiError } from '#das/server/api-error.ts';
import { type ApiParts, audit, changeInTurn } from '#das/server/api-parts.ts';
import { type Call, sendJson, sendNothing } from '#das/server/call.ts';
import { count, optional } from '#das/server/input.ts';
import * as inputs from '#das/server/inputs.ts';
import { type Route, unknownResource } from '#das/server/route.ts';
import { canAdminister, demandFreeName, userAnswer } from '#das/server/users.ts';
import { demandStrong } from '#das/server/weak-passwords.ts';

/** Who may come in, and what everybody has done. */
export function userRoutes(parts: ApiParts): readonly Route[] {
  const operation = 'administer-users';
  return [
    { method: 'GET', path: '/api/users', operation, handle: (call) => listUsers(parts, call) },
    { method: 'POST', path: '/api/users', operation, handle: (call) => addUser(parts, call) },
    { method: 'PATCH', path: '/api/users/:user', operation, handle: (call) => changeUser(parts, call) },
    { method: 'DELETE', path: '/api/users/:user', operation, handle: (call) => removeUser(parts, call) },
    { method: 'GET', path: '/api/audit', operation: 'read-audit', handle: (call) => showAudit(parts, call) },
  ];
}

async function listUsers({ store }: ApiParts, call: Call): Promise<void> {
  const users = (await store.users()).map(userAnswer);
  sendJson(call, { users } satisfies UsersAnswer);
}

async function addUser(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords } = parts;
  const { name, role, meters, password, certificates = [] } = inputs.newUser(call.body, 'body');
  if (password !== undefined) demandStrong(password, name);
  await changeInTurn(parts, call, async () => {
    const users = await store.users();
    demandFreeName(name, users);
    const passwordHash = password === undefined ? undefined : await passwords.hash(password);
    const user: DasUser = { name, role, meters, certificates, passwordHash };
    demandOwnCertificates(user, users);
    await audit(parts, call, { action: 'user.added', subject: name, detail: inWords(user) });
    await store.putUser(user);
    sendJson(call, userAnswer(user), 201);
  });
}

async function changeUser(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, sessions } = parts;
  const name = call.parameter('user', inputs.userName);
  const { password, role, meters, certificates } = inputs.userChange(call.body, 'body');
  if (password !== undefined) demandStrong(password, name);
  await changeInTurn(parts, call, async () => {
    const users = await store.users();
    const former = users.find((user) => user.name === name);
    if (former === undefined) throw unknownResource();
    const user: DasUser = {
      name,
      role: role ?? former.role,
      meters: meters ?? former.meters,
      certificates: certificates ?? former.certificates,
      passwordHash: password === undefined ? former.passwordHash : await passwords.hash(password),
    };
    demandOwnCertificates(user, users);
    demandAdministrator(users, user);
    const detail = password === undefined ? inWords(user) : `${inWords(user)}; another password`;
    await audit(parts, call, { action: 'user.changed', subject: name, detail });
    await store.putUser(user);
    sessions.endAllOf(name);
    sendJson(call, userAnswer(user));
  });
}

async function removeUser(parts: ApiParts, call: Call): Promise<void> {
  const { store, sessions } = parts;
  const name = call.parameter('user', inputs.userName);
  await changeInTurn(parts, call, async () => {
    const users = await store.users();
    if (users.every((user) => user.name !== name)) throw unknownResource();
    demandAdministrator(users, { name });
    await audit(parts, call, { action: 'user.removed', subject: name });
    await store.removeUser(name);
    sessions.endAllOf(name);
    sendNothing(call);
  });
}

/** It has to be clear whose a certificate is. @throws ApiError `NAME_TAKEN` */
function demandOwnCertificates({ name, certificates }: DasUser, users: readonly DasUser[]): void {
  const other = users.find((user) => user.name !== name && user.certificates.some((id) => certificates.includes(id)));
  if (other !== undefined) throw new ApiError('NAME_TAKEN', `a certificate belongs to ${other.name} already`);
}

/** @throws ApiError `LAST_ADMINISTRATOR` */
function demandAdministrator(users: readonly DasUser[], change: DasUser | Pick<DasUser, 'name'>): void {
  const others = users.filter(({ name }) => name !== change.name);
  const after = 'role' in change ? [...others, change] : others;
  if (users.some(canAdminister) && !after.some(canAdminister))
    throw new ApiError('LAST_ADMINISTRATOR', `${change.name} is the only administrator of all meters`);
}

function inWords({ role, meters, certificates }: DasUser): string {
  const scope = meters === 'all' ? 'all meters' : `${meters.length} meters`;
  return `${role} of ${scope}, ${certificates.length} certificates`;
}

async function showAudit({ store }: ApiParts, call: Call): Promise<void> {
  const { before, limit = 100 } = call.query({ before: optional(inputs.entryId), limit: optional(count(1, 1_000)) });
  const trail = await store.auditTrail({ limit, ...(before !== undefined && { before }) });
  const entries = trail.map((entry) => ({ ...entry, at: formatInstant(entry.at) }));
  sendJson(call, { entries } satisfies AuditAnswer);
}
