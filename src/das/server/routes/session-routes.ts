import type { SessionAnswer } from '#das/api-types.ts';
import type { DasUser } from '#das/das-registry.ts';
import { ApiError } from '#das/server/api-error.ts';
import { type ApiParts, audit } from '#das/server/api-parts.ts';
import { type Call, sendJson, sendNothing } from '#das/server/call.ts';
import { sessionUser } from '#das/server/identify.ts';
import * as inputs from '#das/server/inputs.ts';
import type { SessionUser } from '#das/server/rights.ts';
import type { Route } from '#das/server/route.ts';
import { cookieFor, NO_COOKIE, tokenOf } from '#das/server/session-cookie.ts';
import type { Session } from '#das/server/sessions.ts';
import { canAdminister } from '#das/server/users.ts';

/** Logging in and out, and what goes with it. */
export function sessionRoutes(parts: ApiParts): readonly Route[] {
  return [
    { method: 'GET', path: '/api/session', operation: 'anybody', handle: (call) => showSession(parts, call) },
    { method: 'POST', path: '/api/session', operation: 'anybody', handle: (call) => logIn(parts, call) },
    { method: 'DELETE', path: '/api/session', operation: 'own-session', handle: (call) => logOut(parts, call) },
    {
      method: 'PUT',
      path: '/api/session/password',
      operation: 'own-session',
      handle: (call) => changePassword(parts, call),
    },
    {
      method: 'POST',
      path: '/api/first-administrator',
      operation: 'anybody',
      handle: (call) => makeFirstAdministrator(parts, call),
    },
  ];
}

/** Who is known by the connection alone gets a session by asking for it. */
async function showSession(parts: ApiParts, call: Call): Promise<void> {
  const { caller } = call;
  if (caller?.session !== undefined) sendSession(parts, call, caller.session);
  else if (isAskedByForeignPage(call)) throw new ApiError('SESSION_MISSING', 'another page has asked');
  else if (caller !== undefined) await begin(parts, call, caller.user, 'certificate');
  else if (parts.demo && isLoopback(call.address)) await begin(parts, call, DEMO_USER, 'demo');
  else throw new ApiError('SESSION_MISSING', 'there is no session, or it is over');
}

/** Such a page learns nothing from the answer; but sessions that it begins would push out those of the user. */
const isAskedByForeignPage = ({ request }: Call): boolean => request.headers['sec-fetch-site'] === 'cross-site';

/** Who looks at the demonstration on the machine that runs it. Nobody else can be this user: it has no password at all. */
const DEMO_USER: SessionUser = { name: 'demo', role: 'administrator', meters: 'all' };

const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/.test(address);

async function logIn(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, throttle } = parts;
  const { user: name, password } = inputs.logIn(call.body, 'body');
  throttle.begin(name, call.address);
  const user = await store.user(name);
  if (!(await passwords.matches(password, user?.passwordHash)) || user === undefined) {
    // A name that there is not may be a password in the wrong field.
    const known = user?.name ?? '';
    await audit(parts, call, { user: known, action: 'session.refused', subject: known });
    throw new ApiError('LOG_IN_REFUSED', 'the name or the password is wrong');
  }
  throttle.succeeded(name, call.address);
  await begin(parts, call, sessionUser(user), 'password');
}

async function begin(parts: ApiParts, call: Call, user: SessionUser, by: Session['by']): Promise<void> {
  await audit(parts, call, { user: user.name, action: 'session.begun', subject: user.name, detail: `by ${by}` });
  await demandUnchanged(parts, user, by);
  const former = tokenOf(call.request);
  if (former !== undefined) parts.sessions.end(former);
  const shown = call.caller?.certificate;
  const certificate = by === 'certificate' ? shown : undefined;
  const { token, session } = parts.sessions.begin({ user, by, certificate });
  call.caller = { user, session, certificate: shown };
  call.response.setHeader('Set-Cookie', cookieFor(token));
  sendSession(parts, call, session);
}

/** A user who was changed or removed while the password was being looked at must not come in as what is no more. */
async function demandUnchanged({ store }: ApiParts, user: SessionUser, by: Session['by']): Promise<void> {
  if (by === 'demo') return;
  const now = await store.user(user.name);
  if (now !== undefined && JSON.stringify(sessionUser(now)) === JSON.stringify(user)) return;
  throw new ApiError('LOG_IN_REFUSED', 'the user was changed meanwhile');
}

function sendSession({ demo }: ApiParts, call: Call, { user, by, csrf }: Session): void {
  const answer: SessionAnswer = { user: user.name, role: user.role, meters: user.meters, csrf, by, demo };
  sendJson(call, answer);
}

async function logOut(parts: ApiParts, call: Call): Promise<void> {
  await audit(parts, call, { action: 'session.ended', subject: call.user.name });
  const token = tokenOf(call.request);
  if (token !== undefined) parts.sessions.end(token);
  call.response.setHeader('Set-Cookie', NO_COOKIE);
  sendNothing(call);
}

/** Ends all sessions of the user, and begins one anew: whoever knew the old password is out. */
async function changePassword(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, throttle, sessions, userChanges } = parts;
  const { former, password } = inputs.passwordChange(call.body, 'body');
  const { name } = call.user;
  throttle.begin(name, call.address);
  await userChanges(async () => {
    const user = await store.user(name);
    if (!(await passwords.matches(former, user?.passwordHash)) || user === undefined)
      throw new ApiError('LOG_IN_REFUSED', 'the former password is wrong');
    throttle.succeeded(name, call.address);
    await audit(parts, call, { action: 'password.changed', subject: name });
    await store.putUser({ ...user, passwordHash: await passwords.hash(password) });
    sessions.endAllOf(name);
    await begin(parts, call, sessionUser(user), 'password');
  });
}

async function makeFirstAdministrator(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, firstAdministrator, throttle, userChanges } = parts;
  const { token, user: name, password } = inputs.firstAdministrator(call.body, 'body');
  throttle.begin('', call.address);
  await userChanges(async () => {
    if ((await store.users()).some(canAdminister)) throw new ApiError('LINK_REFUSED', 'there is an administrator');
    if (!firstAdministrator.redeem(token)) throw new ApiError('LINK_REFUSED', 'it was used, is too old, or is another');
    throttle.succeeded('', call.address);
    await audit(parts, call, { user: name, action: 'first-administrator.made', subject: name });
    const passwordHash = await passwords.hash(password);
    const user: DasUser = { name, role: 'administrator', meters: 'all', passwordHash, certificates: [] };
    await store.putUser(user);
    await begin(parts, call, sessionUser(user), 'password');
  });
}
