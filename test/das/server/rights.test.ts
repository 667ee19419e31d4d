import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { Seconds } from '#core/time.ts';
import type { Role } from '#das/api-types.ts';
import { clients } from '../../http/support/tls-parties.ts';
import { assertRefused, type DasVisitor, type Headers } from './support/das-visitor.ts';
import { everyRoute } from './support/every-route.ts';
import {
  ExampleDas,
  exampleDocument,
  FOREIGN,
  OWN,
  PASSWORD,
  pinnedMeter,
  pinOf,
  signature,
  user,
} from './support/example-das.ts';

const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];

/** Written down a second time, by hand: what the table of rights says is what was meant. */
interface Expectation {
  /** V, O and A: who may. */
  readonly who: 'VOA' | 'OA' | 'A';
  /** `meter`: with meters that one sees; `site`: only who sees all of them; `any`: whatever one sees. */
  readonly per: 'meter' | 'site' | 'any';
  /** What makes the request complete, about a meter. */
  readonly path?: (meter: string) => string;
  readonly body?: (meter: string) => unknown;
  readonly status?: number;
}

const documentOf = (meter: string): string => exampleDocument(meter, 7n).id;
const aMonth = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';
const onePem = { pem: signature.pem };

const EXPECTED: Readonly<Record<string, Expectation>> = {
  'DELETE /api/session': { who: 'VOA', per: 'any', status: 204 },
  'PUT /api/session/password': {
    who: 'VOA',
    per: 'any',
    body: () => ({ former: PASSWORD, password: `${PASSWORD} anew` }),
  },
  'GET /api/meters': { who: 'VOA', per: 'any' },
  'POST /api/meters': {
    who: 'A',
    per: 'site',
    body: () => ({ url: 'https://127.0.0.1', id: '1sie0000000003.sm', name: 'new', zone: 'UTC', ...onePem }),
    status: 201,
  },
  'POST /api/meters/probe': { who: 'A', per: 'site', body: () => ({ url: 'https://127.0.0.1' }) },
  'GET /api/meters/:meter': { who: 'VOA', per: 'meter', path: (meter) => `/api/meters/${meter}` },
  'PATCH /api/meters/:meter': {
    who: 'A',
    per: 'meter',
    path: (meter) => `/api/meters/${meter}`,
    body: () => ({ name: 'renamed' }),
  },
  'DELETE /api/meters/:meter': { who: 'A', per: 'meter', path: (meter) => `/api/meters/${meter}`, status: 204 },
  'GET /api/meters/:meter/live': { who: 'VOA', per: 'meter', path: (meter) => `/api/meters/${meter}/live` },
  'GET /api/meters/:meter/series': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/meters/${meter}/series?object=3-0100010800ff&attribute=2&${aMonth}`,
  },
  'GET /api/meters/:meter/documents': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/meters/${meter}/documents?kind=capture&${aMonth}`,
  },
  'GET /api/meters/:meter/events': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/meters/${meter}/events?book=system`,
  },
  'GET /api/meters/:meter/export': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/meters/${meter}/export?format=csv&${aMonth}`,
  },
  'GET /api/meters/:meter/quarantine': { who: 'VOA', per: 'meter', path: (meter) => `/api/meters/${meter}/quarantine` },
  'GET /api/documents/:document': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/documents/${documentOf(meter)}`,
  },
  'GET /api/documents/:document/content': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/documents/${documentOf(meter)}/content`,
  },
  'GET /api/certificates/:certificate': {
    who: 'VOA',
    per: 'meter',
    path: (meter) => `/api/certificates/${meter === OWN ? signature.id : strangersCertificate.id}`,
  },
  'GET /api/alarms': { who: 'VOA', per: 'any' },
  'POST /api/alarms/:alarm/acknowledgement': {
    who: 'OA',
    per: 'meter',
    path: (meter) => `/api/alarms/${meter === OWN ? 1 : 2}/acknowledgement`,
  },
  'GET /api/users': { who: 'A', per: 'site' },
  'POST /api/users': {
    who: 'A',
    per: 'site',
    body: () => ({ name: 'new', role: 'viewer', meters: [OWN], password: PASSWORD }),
    status: 201,
  },
  'PATCH /api/users/:user': {
    who: 'A',
    per: 'site',
    path: () => '/api/users/vera',
    body: () => ({ role: 'operator' }),
  },
  'DELETE /api/users/:user': { who: 'A', per: 'site', path: () => '/api/users/vera', status: 204 },
  'GET /api/audit': { who: 'A', per: 'site' },
  'GET /metrics': { who: 'VOA', per: 'site' },
};

/** To be asked without being logged in; sessions.test.ts has what comes of it. */
const OPEN = ['GET /api/session', 'POST /api/session', 'POST /api/first-administrator'];

const [strangersCertificate] = clients.stranger.certificates;

/** As it is before each request. */
async function fill(das: ExampleDas, caller: Caller): Promise<void> {
  das.furnish();
  const { store, collection } = das;
  const [{ id }] = clients.das.certificates;
  const scope = caller.scope === 'all' ? 'all' : [OWN];
  store.people.set('caller', { ...user('caller', caller.role, scope), certificates: [id] });
  store.pinned.set(FOREIGN, { ...pinnedMeter(FOREIGN), signatures: [pinOf(strangersCertificate)] });
  for (const meter of [OWN, FOREIGN])
    await store.raise({ meter, kind: 'gap', code: 'GAP', raisedAt: das.clock.now(), text: 'a gap' });
  store.drawn = { scaler: 0, unit: 30, aggregated: false, step: Seconds(0), points: [], gaps: [] };
  collection.site = {
    tls: { id: signature.id, subject: '', issuer: '', notBefore: '', notAfter: '' },
    devices: [{ id: '1sie0000000003.sm', keyName: signature.id }],
  };
}

interface Caller {
  readonly role: Role;
  readonly scope: 'all' | 'own';
  readonly by: 'session' | 'certificate';
}

const CALLERS: readonly Caller[] = ROLES.flatMap((role) =>
  (['all', 'own'] as const).flatMap((scope) =>
    (['session', 'certificate'] as const).map((by) => ({ role, scope, by })),
  ),
);

/** What a foreign page, or a page without the token, would send; and what ours does. */
const MANNERS = ['proper', 'without-token', 'wrong-token', 'other-token', 'foreign-origin', 'without-origin'] as const;
type Manner = (typeof MANNERS)[number];

function headersOf(manner: Manner, strangersToken: string): Headers {
  switch (manner) {
    case 'without-token':
      return { 'X-CSRF-Token': undefined };
    case 'without-origin':
      return { Origin: undefined };
    case 'wrong-token':
      return { 'X-CSRF-Token': 'guessed' };
    case 'other-token':
      return { 'X-CSRF-Token': strangersToken };
    case 'foreign-origin':
      return { Origin: 'https://evil.example' };
    default:
      return {};
  }
}

type Outcome = number | readonly [status: number, code: string];

/** What has to come of it, in the order in which it is looked at. */
function outcomeOf(route: string, expected: Expectation, caller: Caller, meter: string, manner: Manner): Outcome {
  const { who, per, status = 200 } = expected;
  const changes = !route.startsWith('GET');
  if (changes && manner.endsWith('-origin')) return [403, 'ORIGIN_FOREIGN'];
  if (!who.includes(caller.role.charAt(0).toUpperCase())) return [403, 'ROLE_INSUFFICIENT'];
  if (per === 'site' && caller.scope === 'own') return [403, 'ROLE_INSUFFICIENT'];
  if (changes && caller.by === 'certificate') return [401, 'SESSION_MISSING'];
  if (changes && manner.endsWith('-token')) return [403, 'CSRF_TOKEN_WRONG'];
  if (per === 'meter' && caller.scope === 'own' && meter === FOREIGN) return [404, 'RESOURCE_UNKNOWN'];
  return status;
}

async function send(
  visitor: DasVisitor,
  route: string,
  expected: Expectation,
  meter: string,
  manner: Manner,
  token: string,
) {
  const [method = '', template = ''] = route.split(' ');
  const path = expected.path?.(meter) ?? template;
  if (method === 'GET') return visitor.glance(path);
  return visitor.send(method, path, expected.body?.(meter), headersOf(manner, token));
}

it('every route of the API has its row here, and no other', () => {
  const routes = everyRoute().map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(new Set(routes), new Set([...OPEN, ...Object.keys(EXPECTED)]));
});

/** Each case is filled anew, so that they can share one DAS. */
const das = await ExampleDas.open({ metrics: () => '' });
const stranger = await das.visitor('ada');
after(() => das[Symbol.asyncDispose]());

for (const [route, expected] of Object.entries(EXPECTED)) {
  describe(route, () => {
    it('is nothing for who is not logged in', async () => {
      await fill(das, { role: 'viewer', scope: 'all', by: 'session' });
      const before = das.state();
      const reply = await send(await das.visitor(), route, expected, OWN, 'proper', '');
      assertRefused(reply, 401, 'SESSION_MISSING');
      assert.deepEqual(das.state(), before);
    });

    for (const caller of CALLERS) {
      it(`by ${caller.role} of ${caller.scope} meters, by ${caller.by}`, async () => {
        const manners = route.startsWith('GET') ? (['proper'] as const) : MANNERS;
        for (const meter of expected.per === 'meter' ? [OWN, FOREIGN] : [OWN])
          for (const manner of manners) await tryCase(route, expected, caller, meter, manner);
      });
    }
  });
}

async function tryCase(route: string, expected: Expectation, caller: Caller, meter: string, manner: Manner) {
  await fill(das, caller);
  const visitor = await (caller.by === 'session' ? das.visitor('caller') : das.visitor(undefined, clients.das));
  const before = das.state();
  const reply = await send(visitor, route, expected, meter, manner, stranger.csrf ?? '');
  visitor.leave();
  const outcome = outcomeOf(route, expected, caller, meter, manner);
  const what = `${meter}, ${manner}: ${reply.bytes.toString()}`;
  if (typeof outcome === 'number') {
    assert.equal(reply.status, outcome, what);
  } else {
    assertRefused(reply, ...outcome);
    assert.deepEqual(das.state(), before, what);
  }
}
