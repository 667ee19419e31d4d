import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Hours, Minutes, Seconds } from '#core/time.ts';
import type { AuditAnswer, SessionAnswer } from '#das/api-types.ts';
import { ExampleResponder, revocable } from '../../http/support/ocsp-parties.ts';
import { clients } from '../../http/support/tls-parties.ts';
import { assertRefused, json } from './support/das-visitor.ts';
import { ExampleDas, OWN, PASSWORD, user } from './support/example-das.ts';

const ANOTHER = 'another long password';

describe('logging in by a password', () => {
  it('gives a session in a cookie that only this host gets, over TLS, and no script', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor();
    const reply = await visitor.send('POST', '/api/session', { user: 'vera', password: PASSWORD });
    const { csrf, ...session } = json(reply) as SessionAnswer;
    assert.deepEqual(session, { user: 'vera', role: 'viewer', meters: [OWN], by: 'password', demo: false });
    assert.match(csrf, /^[\w-]{43}$/);
    const [cookie] = reply.headers['set-cookie'] ?? [];
    assert.match(cookie ?? '', /^__Host-sealmeter=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    assert.deepEqual(json(await visitor.get('/api/session')), { ...session, csrf });
  });

  it('is refused with a wrong password as with an unknown name', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor();
    const wrong = await visitor.send('POST', '/api/session', { user: 'vera', password: ANOTHER });
    const unknown = await visitor.send('POST', '/api/session', { user: 'nobody', password: PASSWORD });
    assertRefused(wrong, 401, 'LOG_IN_REFUSED');
    assertRefused(unknown, 401, 'LOG_IN_REFUSED');
    assert.deepEqual(
      das.store.trail.map(({ subject }) => subject),
      ['', 'vera'],
      'a name that there is not may be a password',
    );
    assert.deepEqual(
      [wrong, unknown].map(({ headers }) => headers['set-cookie']),
      [undefined, undefined],
    );
  });

  it('is refused to who has no password', async () => {
    await using das = await ExampleDas.open();
    das.store.people.set('cert', { ...user('cert', 'viewer'), passwordHash: undefined });
    assertRefused(
      await (await das.visitor()).send('POST', '/api/session', { user: 'cert', password: PASSWORD }),
      401,
      'LOG_IN_REFUSED',
    );
  });

  it('never takes up a token that somebody else has brought along', async () => {
    await using das = await ExampleDas.open();
    const attacker = await das.visitor('vera');
    const victim = await das.visitor();
    victim.cookie = attacker.cookie;
    await victim.logIn('ada', PASSWORD);
    assert.notEqual(victim.cookie, attacker.cookie);
    assertRefused(await attacker.get('/api/session'), 401, 'SESSION_MISSING');
  });

  it('is refused to who was removed while the password was looked at', async () => {
    await using das = await ExampleDas.open();
    const { store } = das;
    const audit = store.audit.bind(store);
    store.audit = async (entry) => {
      store.people.delete('vera');
      await audit(entry);
    };
    assertRefused(
      await (await das.visitor()).send('POST', '/api/session', { user: 'vera', password: PASSWORD }),
      401,
      'LOG_IN_REFUSED',
    );
  });
});

describe('a session ends', () => {
  it('half an hour after its last request', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    await das.clock.advance(Minutes(30));
    assert.equal((await visitor.get('/api/session')).status, 200);
    await das.clock.advance(Minutes(30));
    assert.equal((await visitor.get('/api/session')).status, 200);
    await das.clock.advance(Seconds(30 * 60 + 1));
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
  });

  it('after twelve hours, however busy it is', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    for (let quarter = 0; quarter < 48; quarter += 1) {
      await das.clock.advance(Minutes(15));
      assert.equal((await visitor.get('/api/session')).status, 200);
    }
    await das.clock.advance(Seconds(1));
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
  });

  it('by logging out, for everybody who has its cookie', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const { cookie } = visitor;
    const reply = await visitor.send('DELETE', '/api/session');
    assert.equal(reply.status, 204);
    assert.match(reply.headers['set-cookie']?.[0] ?? '', /^__Host-sealmeter=;.*; Max-Age=0$/);
    visitor.cookie = cookie;
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
  });

  it('with its name given twice in the header', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const twice = `${visitor.cookie}; ${visitor.cookie}`;
    assertRefused(await visitor.get('/api/session', { Cookie: twice }), 401, 'SESSION_MISSING');
  });
});

describe('changing the own password', () => {
  it('ends all other sessions, and gives a new one', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const elsewhere = await das.visitor('vera');
    const change = { former: PASSWORD, password: ANOTHER };
    const { status } = await visitor.send('PUT', '/api/session/password', change);
    assert.equal(status, 200);
    assert.equal((await visitor.get('/api/session')).status, 200);
    assertRefused(await elsewhere.get('/api/session'), 401, 'SESSION_MISSING');
    await elsewhere.logIn('vera', ANOTHER);
  });

  it('takes the former one', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const reply = await visitor.send('PUT', '/api/session/password', { former: ANOTHER, password: ANOTHER });
    assertRefused(reply, 401, 'LOG_IN_REFUSED');
  });

  it('refuses a short one without quoting it', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const reply = await visitor.send('PUT', '/api/session/password', { former: PASSWORD, password: 'short' });
    assertRefused(reply, 400, 'INPUT_INVALID');
    assert.doesNotMatch(reply.bytes.toString(), /short"/);
  });
});

describe('logging in that fails too often', () => {
  const guess = async (das: ExampleDas, name: string) =>
    (await das.visitor()).send('POST', '/api/session', { user: name, password: ANOTHER });

  it('has to wait, for the name that is guessed at, with the right password too', async () => {
    await using das = await ExampleDas.open();
    for (let attempt = 0; attempt < 20; attempt += 1) assertRefused(await guess(das, 'vera'), 401, 'LOG_IN_REFUSED');
    const reply = await (await das.visitor()).send('POST', '/api/session', { user: 'vera', password: PASSWORD });
    assertRefused(reply, 429, 'LOG_IN_THROTTLED');
    assert.equal(reply.headers['retry-after'], '30');
    await das.clock.advance(Seconds(30));
    await (await das.visitor()).logIn('vera', PASSWORD);
  });

  it('has to wait, from the address that it comes from', async () => {
    await using das = await ExampleDas.open();
    for (let attempt = 0; attempt < 40; attempt += 1)
      assertRefused(await guess(das, `name${attempt}`), 401, 'LOG_IN_REFUSED');
    assertRefused(await guess(das, 'another'), 429, 'LOG_IN_THROTTLED');
  });

  it('counts attempts at once as it counts attempts one after the other', async () => {
    await using das = await ExampleDas.open();
    const replies = await Promise.all(Array.from({ length: 30 }, () => guess(das, 'vera')));
    assert.equal(replies.filter(({ status }) => status === 401).length, 20);
  });

  it('does not count what succeeds', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor();
    for (let attempt = 0; attempt < 50; attempt += 1) await visitor.logIn('vera', PASSWORD);
  });
});

describe('a client certificate', () => {
  const withCertificate = async () => {
    const das = await ExampleDas.open();
    const [{ id }] = clients.das.certificates;
    das.store.people.set('cert', { ...user('cert', 'operator'), passwordHash: undefined, certificates: [id] });
    return das;
  };

  it('reads without a session', async () => {
    await using das = await withCertificate();
    const visitor = await das.visitor(undefined, clients.das);
    assert.equal((await visitor.get('/api/meters')).status, 200);
  });

  it('changes nothing without a session', async () => {
    await using das = await withCertificate();
    const visitor = await das.visitor(undefined, clients.das);
    assertRefused(await visitor.send('DELETE', '/api/session'), 401, 'SESSION_MISSING');
  });

  it('gets a session by asking for it', async () => {
    await using das = await withCertificate();
    const visitor = await das.visitor(undefined, clients.das);
    const session = json(await visitor.get('/api/session')) as SessionAnswer;
    assert.deepEqual([session.user, session.by], ['cert', 'certificate']);
    visitor.csrf = session.csrf;
    assert.equal((await visitor.send('DELETE', '/api/session')).status, 204);
  });

  it('and nobody who has only its cookie comes into its session', async () => {
    await using das = await withCertificate();
    const visitor = await das.visitor(undefined, clients.das);
    await visitor.get('/api/session');
    const thief = await das.visitor();
    thief.cookie = visitor.cookie;
    assertRefused(await thief.get('/api/meters'), 401, 'SESSION_MISSING');
    assert.equal((await visitor.get('/api/meters')).status, 200);
  });

  it('that is revoked is as good as none, on an open connection and in a session too', async () => {
    let responder: ExampleResponder | undefined;
    await using das = await ExampleDas.open({
      clientRoots: [revocable.root],
      clientIssuers: [revocable.sub],
      revocationBy(clock, log) {
        responder = new ExampleResponder(clock);
        return responder.checker(log);
      },
    });
    const [certificate] = revocable.das.certificates;
    das.store.people.set('cert', { ...user('cert', 'operator'), certificates: [certificate.id] });
    const visitor = await das.visitor(undefined, revocable.das);
    assert.equal((await visitor.get('/api/session')).status, 200);
    responder?.revoke(certificate);
    await das.clock.advance(Minutes(10));
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
    visitor.cookie = undefined;
    assertRefused(await visitor.get('/api/meters'), 401, 'SESSION_MISSING');
  });

  for (const who of ['stranger', 'ofOtherCa', 'expired', 'notYetValid', 'forOcsp', 'forAnything'] as const) {
    it(`is as good as none: ${who}`, async () => {
      await using das = await withCertificate();
      const [{ id }] = clients[who].certificates;
      // Even where somebody has entered it, unless it is merely unknown.
      if (who !== 'stranger') das.store.people.set('cert', { ...user('cert', 'operator'), certificates: [id] });
      const visitor = await das.visitor(undefined, clients[who]);
      assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
    });
  }
});

describe('the first administrator', () => {
  const empty = async () => {
    const das = await ExampleDas.open();
    das.store.people.clear();
    return das;
  };

  it('is whoever has the link of the console', async () => {
    await using das = await empty();
    const token = await das.server.offerFirstAdministrator();
    const visitor = await das.visitor();
    const reply = await visitor.send('POST', '/api/first-administrator', { token, user: 'ada', password: PASSWORD });
    const { role, meters } = json(reply) as SessionAnswer;
    assert.deepEqual([reply.status, role, meters], [200, 'administrator', 'all']);
    assert.equal((await visitor.get('/api/users')).status, 200);
    assert.equal(await das.server.offerFirstAdministrator(), undefined);
  });

  it('is nobody by another token, by one that was used, or by an earlier one', async () => {
    await using das = await empty();
    const earlier = await das.server.offerFirstAdministrator();
    const token = await das.server.offerFirstAdministrator();
    const visitor = await das.visitor();
    const apply = (given: unknown) =>
      visitor.send('POST', '/api/first-administrator', { token: given, user: 'eve', password: PASSWORD });
    assertRefused(await apply('guessed'), 403, 'LINK_REFUSED');
    assertRefused(await apply(earlier), 403, 'LINK_REFUSED');
    assert.equal((await apply(token)).status, 200);
    das.store.people.clear();
    assertRefused(await apply(token), 403, 'LINK_REFUSED');
  });

  it('is nobody after an hour', async () => {
    await using das = await empty();
    const token = await das.server.offerFirstAdministrator();
    await das.clock.advance(Hours(1));
    await das.clock.advance(Seconds(1));
    const visitor = await das.visitor();
    const reply = await visitor.send('POST', '/api/first-administrator', { token, user: 'eve', password: PASSWORD });
    assertRefused(reply, 403, 'LINK_REFUSED');
  });

  it('is one, however many come at once', async () => {
    await using das = await empty();
    const token = await das.server.offerFirstAdministrator();
    const apply = async (name: string) =>
      (await das.visitor()).send('POST', '/api/first-administrator', { token, user: name, password: PASSWORD });
    const replies = await Promise.all(['a1', 'a2', 'a3', 'a4'].map(apply));
    assert.deepEqual(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 403, 403, 403],
    );
    assert.equal(das.store.people.size, 1);
  });
});

describe('a demonstration', () => {
  it('lets in whoever asks from the same machine', async () => {
    await using das = await ExampleDas.open({ demo: true });
    const visitor = await das.visitor();
    const { user: name, by, demo } = json(await visitor.get('/api/session')) as SessionAnswer;
    assert.deepEqual([name, by, demo], ['demo', 'demo', true]);
    assert.equal((await visitor.get('/api/meters')).status, 200);
  });

  it('begins no session for a foreign page', async () => {
    await using das = await ExampleDas.open({ demo: true });
    const visitor = await das.visitor();
    assertRefused(await visitor.get('/api/session', { 'Sec-Fetch-Site': 'cross-site' }), 401, 'SESSION_MISSING');
    assert.equal((await visitor.get('/api/session', { 'Sec-Fetch-Site': 'same-origin' })).status, 200);
  });

  it('has no password that anybody could know', async () => {
    await using das = await ExampleDas.open({ demo: true });
    for (const password of ['demo', 'admin', 'sealmeter'])
      assertRefused(
        await (await das.visitor()).send('POST', '/api/session', { user: 'demo', password }),
        401,
        'LOG_IN_REFUSED',
      );
  });

  it('is nothing that a DAS in earnest has', async () => {
    await using das = await ExampleDas.open();
    assertRefused(await (await das.visitor()).get('/api/session'), 401, 'SESSION_MISSING');
  });
});

it('who comes in, who is refused and who leaves stands in the audit trail', async () => {
  await using das = await ExampleDas.open();
  const visitor = await das.visitor('vera');
  await visitor.send('PUT', '/api/session/password', { former: PASSWORD, password: ANOTHER });
  visitor.csrf = (json(await visitor.get('/api/session')) as SessionAnswer).csrf;
  await visitor.send('DELETE', '/api/session');
  await visitor.send('POST', '/api/session', { user: 'vera', password: PASSWORD });
  const { entries } = json(await (await das.visitor('ada')).get('/api/audit?limit=20')) as AuditAnswer;
  assert.deepEqual(
    entries.map(({ user: name, address, action, subject }) => [name, address, action, subject]).toReversed(),
    [
      ['vera', '127.0.0.1', 'session.begun', 'vera'],
      ['vera', '127.0.0.1', 'password.changed', 'vera'],
      ['vera', '127.0.0.1', 'session.begun', 'vera'],
      ['vera', '127.0.0.1', 'session.ended', 'vera'],
      ['vera', '127.0.0.1', 'session.refused', 'vera'],
      ['ada', '127.0.0.1', 'session.begun', 'ada'],
    ],
  );
});
