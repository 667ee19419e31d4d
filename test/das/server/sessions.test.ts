import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Hours, Minutes, Seconds } from '#core/time.ts';
import type { AuditAnswer, SessionAnswer } from '#das/api-types.ts';
import { ExampleResponder, revocable } from '../../http/support/ocsp-parties.ts';
import { clients, unreadableClient } from '../../http/support/tls-parties.ts';
import { assertRefused, type DasVisitor, json } from './support/das-visitor.ts';
import { ExampleDas, OWN, PASSWORD, passwords, user } from './support/example-das.ts';

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

it('logging in is refused by a password that was changed while it was looked at', async () => {
  await using das = await ExampleDas.open();
  const { store } = das;
  const audit = store.audit.bind(store);
  store.audit = async (entry) => {
    store.people.set('vera', { ...user('vera', 'viewer', [OWN]), passwordHash: await passwords.hash(ANOTHER) });
    await audit(entry);
  };
  const reply = await (await das.visitor()).send('POST', '/api/session', { user: 'vera', password: PASSWORD });
  assertRefused(reply, 401, 'LOG_IN_REFUSED');
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
    const [{ action, user: who } = { action: '', user: '' }] = das.store.trail;
    assert.deepEqual([action, who], ['password.refused', 'vera']);
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
  const guessUntilRefused = async (das: ExampleDas, name: string) => {
    for (let attempt = 0; attempt < 10; attempt += 1) assertRefused(await guess(das, name), 401, 'LOG_IN_REFUSED');
    assertRefused(await guess(das, name), 429, 'LOG_IN_THROTTLED');
  };
  const comeIn = (visitor: DasVisitor, name = 'vera') =>
    visitor.send('POST', '/api/session', { user: name, password: PASSWORD });

  it('has to wait, for a name from an address, with the right password too', async () => {
    await using das = await ExampleDas.open();
    await guessUntilRefused(das, 'vera');
    const reply = await comeIn(await das.visitor());
    assertRefused(reply, 429, 'LOG_IN_THROTTLED');
    assert.equal(reply.headers['retry-after'], '60');
    await das.clock.advance(Seconds(60));
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
    assert.equal(replies.filter(({ status }) => status === 401).length, 10);
  });

  it('does not count what succeeds', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor();
    for (let attempt = 0; attempt < 50; attempt += 1) await visitor.logIn('vera', PASSWORD);
  });

  it('keeps nobody out who has logged in from this browser before, not even from the same address', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    await visitor.send('DELETE', '/api/session');
    for (let attempt = 0; attempt < 60; attempt += 1) await guess(das, attempt < 30 ? 'vera' : `name${attempt}`);
    assertRefused(await comeIn(await das.visitor()), 429, 'LOG_IN_THROTTLED');
    assert.equal((await comeIn(visitor)).status, 200);
  });

  it('keeps nobody from changing a password who has a session', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    await guessUntilRefused(das, 'vera');
    const change = { former: PASSWORD, password: ANOTHER };
    assert.equal((await visitor.send('PUT', '/api/session/password', change)).status, 200);
  });

  it('keeps nobody from becoming the first administrator who has the link', async () => {
    await using das = await ExampleDas.open();
    das.store.people.clear();
    const token = await das.server.offerFirstAdministrator();
    const apply = async (given: string | undefined) =>
      (await das.visitor()).send('POST', '/api/first-administrator', { token: given, user: 'ada', password: PASSWORD });
    for (let attempt = 0; attempt < 50; attempt += 1) assertRefused(await apply('guessed'), 403, 'LINK_REFUSED');
    assert.equal((await apply(token)).status, 200);
  });

  describe('a browser is known', () => {
    /** Whether it still gets in while somebody guesses from the same address. */
    const isKnown = async (das: ExampleDas, device: string | undefined, name = 'vera'): Promise<boolean> => {
      const visitor = await das.visitor();
      visitor.device = device;
      return (await comeIn(visitor, name)).status === 200;
    };

    it('by a cookie that only this host gets, over TLS, and no script, for half a year', async () => {
      await using das = await ExampleDas.open();
      const reply = await comeIn(await das.visitor());
      const [, device = ''] = reply.headers['set-cookie'] ?? [];
      const shape = /^__Host-sealmeter-device=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000$/;
      assert.match(device, shape);
    });

    it('to the user who has logged in there alone', async () => {
      await using das = await ExampleDas.open();
      const { device } = await das.visitor('vera');
      await guessUntilRefused(das, 'ada');
      await guessUntilRefused(das, 'vera');
      assert.deepEqual([await isKnown(das, device, 'ada'), await isKnown(das, device)], [false, true]);
    });

    it('and lets nobody in without the password, nor guess without end', async () => {
      await using das = await ExampleDas.open();
      const thief = await das.visitor();
      thief.device = (await das.visitor('vera')).device;
      assertRefused(await thief.get('/api/meters'), 401, 'SESSION_MISSING');
      const guesses = Array.from({ length: 21 }, () =>
        thief.send('POST', '/api/session', { user: 'vera', password: ANOTHER }),
      );
      const statuses = (await Promise.all(guesses)).map(({ status }) => status);
      assert.deepEqual([statuses.filter((status) => status === 401).length, statuses.includes(429)], [20, true]);
    });

    it('no longer than half a year, than the password, or than its cookie is whole', async () => {
      await using das = await ExampleDas.open();
      const { device = '' } = await das.visitor('vera');
      await guessUntilRefused(das, 'vera');
      const altered = device.replace(/\.\d+\./, (until) => `.9${until.slice(1)}`);
      for (const forged of [undefined, altered, `${device}; ${device}`, device.slice(0, -1)])
        assert.equal(await isKnown(das, forged), false, forged);
      assert.equal(await isKnown(das, device), true);
      das.store.people.set('vera', { ...user('vera', 'viewer', [OWN]), passwordHash: await passwords.hash(PASSWORD) });
      assert.equal(await isKnown(das, device), false);
      const { device: later } = await das.visitor('ada');
      await das.clock.advance(Hours(24 * 180 + 1));
      await guessUntilRefused(das, 'ada');
      assert.equal(await isKnown(das, later, 'ada'), false);
    });
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

  it('is as good as none: one that OpenSSL can read, and we cannot', async () => {
    await using das = await withCertificate();
    const visitor = await das.visitor(undefined, unreadableClient());
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
    const other = await das.visitor(undefined, clients.das);
    assert.equal((await other.get('/api/meters')).status, 200);
  });
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

  for (const name of ['das', 'demo', 'vera']) {
    it(`is not called ${name}, as somebody is called that; the link can be used again`, async () => {
      await using das = await empty();
      das.store.people.set('vera', user('vera', 'viewer', [OWN]));
      const token = await das.server.offerFirstAdministrator();
      const visitor = await das.visitor();
      const apply = (own: string) =>
        visitor.send('POST', '/api/first-administrator', { token, user: own, password: PASSWORD });
      assertRefused(await apply(name), 409, 'NAME_TAKEN');
      assert.equal(das.store.people.get('vera')?.role, 'viewer');
      assert.equal((await apply('ada')).status, 200);
    });
  }

  it('tells nobody without the link which names there are', async () => {
    await using das = await empty();
    das.store.people.set('vera', user('vera', 'viewer', [OWN]));
    await das.server.offerFirstAdministrator();
    const applied = { token: 'guessed', user: 'vera', password: PASSWORD };
    const reply = await (await das.visitor()).send('POST', '/api/first-administrator', applied);
    assertRefused(reply, 403, 'LINK_REFUSED');
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
    for (const site of ['cross-site', 'same-site'])
      assertRefused(await visitor.get('/api/session', { 'Sec-Fetch-Site': site }), 401, 'SESSION_MISSING');
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
