import { isDeepStrictEqual } from 'node:util';

import type { SessionAnswer } from '#das/api-types.ts';
import type { DasUser } from '#das/das-registry.ts';
import { ApiError } from '#das/server/api-error.ts';
import { type ApiParts, audit, changeInTurn } from '#das/server/api-parts.ts';
import { type Call, type Caller, sendJson, sendNothing } from '#das/server/call.ts';
import { COOKIES, cookieFor, noCookie, tokenOf } from '#das/server/cookies.ts';
import { isAskedByForeignPage, sessionUser } from '#das/server/identify.ts';
import * as inputs from '#das/server/inputs.ts';
import { deviceToken, KNOWN_FOR_SECONDS, knownDevice } from '#das/server/known-devices.ts';
import type { SessionUser } from '#das/server/rights.ts';
import type { Route } from '#das/server/route.ts';
import type { Session } from '#das/server/sessions.ts';
import { canAdminister, DEMO_NAME, demandFreeName } from '#das/server/users.ts';
import { demandStrong } from '#das/server/weak-passwords.ts';

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
  else if (caller !== undefined) await beginByCertificate(parts, call, caller);
  else if (parts.demo && isLoopback(call.address) && !isAskedByForeignPage(call)) await beginDemo(parts, call);
  else throw new ApiError('SESSION_MISSING', 'there is no session, or it is over');
}

/** Who looks at the demonstration on the machine that runs it. Nobody else can be this user: it has no password at all. */
const DEMO_USER: SessionUser = { name: DEMO_NAME, role: 'administrator', meters: 'all' };

const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/.test(address);

async function logIn(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, throttle, clock } = parts;
  const { user: name, password } = inputs.logIn(call.body, 'body');
  const user = await store.user(name);
  const known = knownDevice(user, tokenOf(call.request, COOKIES.device), clock.now());
  const trier = known === undefined ? { name, address: call.address } : { known };
  const line = known === undefined ? 'strangers' : 'known';
  const isRight = await throttle.attempt(trier, () => passwords.matches(password, user?.passwordHash, line));
  if (isRight && user !== undefined) return beginByPassword(parts, call, user);
  // A name that there is not may be a password in the wrong field.
  const subject = user?.name ?? '';
  await audit(parts, call, { user: subject, action: 'session.refused', subject });
  throw new ApiError('LOG_IN_REFUSED', 'the name or the password is wrong');
}

/** The browser is known from now on, as long as the password is this one. */
async function beginByPassword(parts: ApiParts, call: Call, user: DasUser): Promise<void> {
  const session = await begin(parts, call, user, 'password');
  const device = deviceToken(user, parts.clock.now());
  call.response.append('Set-Cookie', cookieFor(COOKIES.device, device, KNOWN_FOR_SECONDS));
  sendSession(parts, call, session);
}

async function beginByCertificate(parts: ApiParts, call: Call, { user: { name }, certificate }: Caller): Promise<void> {
  const user = await parts.store.user(name);
  if (user === undefined || certificate === undefined || !user.certificates.includes(certificate)) throw wasChanged();
  sendSession(parts, call, await begin(parts, call, user, 'certificate'));
}

async function beginDemo(parts: ApiParts, call: Call): Promise<void> {
  await auditBeginning(parts, call, DEMO_USER, 'demo');
  sendSession(parts, call, open(parts, call, { user: DEMO_USER, by: 'demo', certificate: undefined }));
}

async function begin(parts: ApiParts, call: Call, user: DasUser, by: 'password' | 'certificate'): Promise<Session> {
  await auditBeginning(parts, call, user, by);
  await demandUnchanged(parts, user);
  const certificate = by === 'certificate' ? call.caller?.certificate : undefined;
  return open(parts, call, { user: sessionUser(user), by, certificate });
}

const auditBeginning = (parts: ApiParts, call: Call, { name }: SessionUser, by: Session['by']): Promise<void> =>
  audit(parts, call, { user: name, action: 'session.begun', subject: name, detail: `by ${by}` });

/** Who was changed or removed while the password was being looked at must not come in as what is no more, or by what is. */
async function demandUnchanged({ store }: ApiParts, user: DasUser): Promise<void> {
  if (!isDeepStrictEqual(await store.user(user.name), user)) throw wasChanged();
}

const wasChanged = (): ApiError => new ApiError('LOG_IN_REFUSED', 'the user was changed meanwhile');

function open(parts: ApiParts, call: Call, opened: Omit<Session, 'csrf'>): Session {
  const former = tokenOf(call.request, COOKIES.session);
  if (former !== undefined) parts.sessions.end(former);
  const { token, session } = parts.sessions.begin(opened);
  call.caller = { user: opened.user, session, certificate: call.caller?.certificate };
  call.response.append('Set-Cookie', cookieFor(COOKIES.session, token));
  return session;
}

function sendSession({ demo }: ApiParts, call: Call, { user, by, csrf }: Session): void {
  const answer: SessionAnswer = { user: user.name, role: user.role, meters: user.meters, csrf, by, demo };
  sendJson(call, answer);
}

async function logOut(parts: ApiParts, call: Call): Promise<void> {
  await audit(parts, call, { action: 'session.ended', subject: call.user.name });
  const token = tokenOf(call.request, COOKIES.session);
  if (token !== undefined) parts.sessions.end(token);
  call.response.setHeader('Set-Cookie', noCookie(COOKIES.session));
  sendNothing(call);
}

/** Ends all sessions of the user, and begins one anew: whoever knew the old password is out. */
async function changePassword(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, throttle, sessions } = parts;
  const { former, password } = inputs.passwordChange(call.body, 'body');
  const { name } = call.user;
  demandStrong(password, name);
  await changeInTurn(parts, call, async () => {
    const user = await store.user(name);
    // Who has a session guesses on an account of his own: guesses from elsewhere do not keep him from changing it.
    const isRight = await throttle.attempt({ known: `session of ${name}` }, () =>
      passwords.matches(former, user?.passwordHash, 'known'),
    );
    if (!isRight || user === undefined) {
      await audit(parts, call, { action: 'password.refused', subject: name });
      throw new ApiError('LOG_IN_REFUSED', 'the former password is wrong');
    }
    await audit(parts, call, { action: 'password.changed', subject: name });
    const changed: DasUser = { ...user, passwordHash: await passwords.hash(password) };
    await store.putUser(changed);
    sessions.endAllOf(name);
    await beginByPassword(parts, call, changed);
  });
}

async function makeFirstAdministrator(parts: ApiParts, call: Call): Promise<void> {
  const { store, passwords, firstAdministrator, changes } = parts;
  const { token, user: name, password } = inputs.firstAdministrator(call.body, 'body');
  // Strangers without the link keep nobody's changes waiting. What has 256 bits need not be throttled.
  if (!firstAdministrator.isOffered(token)) throw linkRefused();
  demandStrong(password, name);
  await changes(async () => {
    const users = await store.users();
    if (users.some(canAdminister)) throw new ApiError('LINK_REFUSED', 'there is an administrator');
    demandFreeName(name, users);
    if (!firstAdministrator.redeem(token)) throw linkRefused();
    await audit(parts, call, { user: name, action: 'first-administrator.made', subject: name });
    const passwordHash = await passwords.hash(password);
    const user: DasUser = { name, role: 'administrator', meters: 'all', passwordHash, certificates: [] };
    await store.putUser(user);
    await beginByPassword(parts, call, user);
  });
}

const linkRefused = (): ApiError => new ApiError('LINK_REFUSED', 'it was used, is too old, or is another');
