import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { Minutes } from '#core/time.ts';
import type { UserAnswer, UsersAnswer } from '#das/api-types.ts';
import { Passwords } from '#das/server/passwords.ts';
import { connectTls, readToEnd } from '../../http/support/connect.ts';
import { clients } from '../../http/support/tls-parties.ts';
import { settle } from '../../support/fake-clock.ts';
import { assertRefused, json } from './support/das-visitor.ts';
import { ExampleDas, FOREIGN, OWN, PASSWORD, user } from './support/example-das.ts';

const [{ id: certificate }] = clients.das.certificates;
const mia = { name: 'mia', role: 'operator', meters: [OWN], password: 'a password of mia' } as const;

describe('users', () => {
  it('are added by an administrator, and come in', async () => {
    await using das = await ExampleDas.open();
    const ada = await das.visitor('ada');
    const reply = await ada.send('POST', '/api/users', { ...mia, certificates: [certificate] });
    const { password: _, ...rest } = mia;
    assert.deepEqual(json(reply), { ...rest, certificates: [certificate], hasPassword: true } satisfies UserAnswer);
    await (await das.visitor()).logIn('mia', mia.password);
    assert.equal((await (await das.visitor(undefined, clients.das)).get('/api/meters')).status, 200);
  });

  it('are listed without anything of their passwords', async () => {
    await using das = await ExampleDas.open();
    const reply = await (await das.visitor('ada')).get('/api/users');
    assert.deepEqual(json(reply), {
      users: [
        { name: 'ada', role: 'administrator', meters: 'all', certificates: [], hasPassword: true },
        { name: 'vera', role: 'viewer', meters: [OWN], certificates: [], hasPassword: true },
      ],
    } satisfies UsersAnswer);
    assert.doesNotMatch(reply.bytes.toString(), /scrypt/);
  });

  it('that were changed have to come in anew, and then may what they may now', async () => {
    await using das = await ExampleDas.open();
    const [ada, vera] = [await das.visitor('ada'), await das.visitor('vera')];
    assertRefused(await vera.get(`/api/meters/${FOREIGN}`), 404, 'RESOURCE_UNKNOWN');
    assert.equal((await ada.send('PATCH', '/api/users/vera', { meters: 'all' })).status, 200);
    assertRefused(await vera.get('/api/meters'), 401, 'SESSION_MISSING');
    await vera.logIn('vera', PASSWORD);
    assert.equal((await vera.get(`/api/meters/${FOREIGN}`)).status, 200);
  });

  it('get another password from an administrator', async () => {
    await using das = await ExampleDas.open();
    await (await das.visitor('ada')).send('PATCH', '/api/users/vera', { password: mia.password });
    await (await das.visitor()).logIn('vera', mia.password);
    const reply = await (await das.visitor()).send('POST', '/api/session', { user: 'vera', password: PASSWORD });
    assertRefused(reply, 401, 'LOG_IN_REFUSED');
  });

  it('that were removed are out at once', async () => {
    await using das = await ExampleDas.open();
    const [ada, vera] = [await das.visitor('ada'), await das.visitor('vera')];
    assert.equal((await ada.send('DELETE', '/api/users/vera')).status, 204);
    assertRefused(await vera.get('/api/meters'), 401, 'SESSION_MISSING');
    assertRefused(await ada.send('DELETE', '/api/users/vera'), 404, 'RESOURCE_UNKNOWN');
    assertRefused(await ada.send('PATCH', '/api/users/vera', { role: 'operator' }), 404, 'RESOURCE_UNKNOWN');
  });

  for (const name of ['ada', 'das', 'demo']) {
    it(`cannot be called ${name}, as somebody is called that`, async () => {
      await using das = await ExampleDas.open();
      assertRefused(await (await das.visitor('ada')).send('POST', '/api/users', { ...mia, name }), 409, 'NAME_TAKEN');
    });
  }

  it('cannot have the certificate of somebody else', async () => {
    await using das = await ExampleDas.open();
    das.store.people.set('cert', { ...user('cert', 'viewer'), certificates: [certificate] });
    const ada = await das.visitor('ada');
    const certificates = [certificate];
    assertRefused(await ada.send('POST', '/api/users', { ...mia, certificates }), 409, 'NAME_TAKEN');
    assertRefused(await ada.send('PATCH', '/api/users/vera', { certificates }), 409, 'NAME_TAKEN');
  });

  for (const [what, member] of Object.entries({
    'a name that is a path': { name: '../ada' },
    'a name that is blank': { name: ' ' },
    'a role that there is not': { role: 'root' },
    'a meter that is none': { meters: ['*'] },
    'a short password': { password: 'elevenchars' },
    'a long password': { password: 'x'.repeat(257) },
    'a certificate that is none': { certificates: ['sha256:00'] },
    'too many certificates': { certificates: Array.from({ length: 21 }, () => certificate) },
    'a number for a text': { name: 7 },
  })) {
    it(`are refused with ${what}`, async () => {
      await using das = await ExampleDas.open();
      const reply = await (await das.visitor('ada')).send('POST', '/api/users', { ...mia, ...member });
      assertRefused(reply, 400, 'INPUT_INVALID');
      assert.equal(das.store.people.size, 2);
    });
  }
});

describe('a password that is guessed first', () => {
  const weak: Readonly<Record<string, string>> = {
    'a favourite': 'Password1234!',
    'two favourites': 'adminadmin2026',
    'a row': '123456789012',
    'few characters': 'aaabbbcccabc',
    'the own name': 'I am Hortense, yes',
  };
  for (const [what, password] of Object.entries(weak)) {
    it(`is refused, and not quoted: ${what}`, async () => {
      await using das = await ExampleDas.open();
      das.store.people.set('hortense', user('hortense', 'viewer'));
      const [ada, hortense] = [await das.visitor('ada'), await das.visitor('hortense')];
      const added = { ...mia, name: 'Hortense', password };
      const replies = [
        await ada.send('POST', '/api/users', added),
        await ada.send('PATCH', '/api/users/hortense', { password }),
        await hortense.send('PUT', '/api/session/password', { former: PASSWORD, password }),
      ];
      for (const reply of replies) {
        assertRefused(reply, 400, 'PASSWORD_WEAK');
        assert.ok(!reply.bytes.toString().includes(password));
      }
    });
  }
});

describe('the last administrator of all meters', () => {
  const refused: Readonly<Record<string, readonly [method: string, body?: object]>> = {
    'cannot be removed': ['DELETE'],
    'cannot become a viewer': ['PATCH', { role: 'viewer' }],
    'cannot be kept to some meters': ['PATCH', { meters: [OWN] }],
  };
  for (const [name, [method, body]] of Object.entries(refused)) {
    it(name, async () => {
      await using das = await ExampleDas.open();
      const reply = await (await das.visitor('ada')).send(method, '/api/users/ada', body);
      assertRefused(reply, 409, 'LAST_ADMINISTRATOR');
      assert.equal(das.store.people.get('ada')?.role, 'administrator');
    });
  }

  it('is still there when two remove each other at once', async () => {
    await using das = await ExampleDas.open();
    das.store.people.set('abe', user('abe', 'administrator'));
    const [ada, abe] = [await das.visitor('ada'), await das.visitor('abe')];
    const replies = await Promise.all([ada.send('DELETE', '/api/users/abe'), abe.send('DELETE', '/api/users/ada')]);
    assert.equal(replies.filter(({ status }) => status === 204).length, 1);
    assert.equal([...das.store.people.values()].filter(({ role }) => role === 'administrator').length, 1);
  });
});

describe('a password', () => {
  it('is hashed with its parameters and a salt of its own', async () => {
    const passwords = new Passwords();
    const [one, other] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    assert.match(one, /^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    assert.notEqual(one, other);
    assert.equal(await passwords.matches(PASSWORD, one, 'known'), true);
    assert.equal(await passwords.matches(`${PASSWORD} `, one, 'known'), false);
    assert.equal(await passwords.matches('', undefined, 'strangers'), false);
  });

  it('matches by the parameters that it was hashed with', async () => {
    const earlier = await new Passwords({ ln: 4, r: 8, p: 1 }).hash(PASSWORD);
    assert.equal(await new Passwords({ ln: 5, r: 8, p: 1 }).matches(PASSWORD, earlier, 'known'), true);
  });

  it('may be typed with its accents as one character or as two', async () => {
    const passwords = new Passwords({ ln: 4, r: 8, p: 1 });
    assert.equal(
      await passwords.matches('cafe\u0301 au lait', await passwords.hash('caf\u00e9 au lait'), 'known'),
      true,
    );
  });

  it('has to wait where many are looked at, and is refused where too many are', async () => {
    const passwords = new Passwords({ ln: 10, r: 8, p: 1 });
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => passwords.hash(PASSWORD)));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as { code: string }] : [],
    );
    assert.ok(refused.length >= 15 && refused.length < 50, `${refused.length}`);
    assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(['BUSY']));
    assert.ok(await passwords.hash(PASSWORD));
  });

  it('is looked at however many strangers are in line, for who is known', async () => {
    const passwords = new Passwords({ ln: 10, r: 8, p: 1 });
    const written = await passwords.hash(PASSWORD);
    const order: string[] = [];
    const strangers = Array.from({ length: 40 }, () =>
      passwords.matches('guessed', written, 'strangers').finally(() => order.push('stranger')),
    );
    const known = passwords.matches(PASSWORD, written, 'known').finally(() => order.push('known'));
    await Promise.allSettled([...strangers, known]);
    assert.equal(await known, true);
    assert.ok(order.slice(order.indexOf('known')).filter((who) => who === 'stranger').length > 25, order.join(' '));
  });
});

it('a session of a user who is being changed does not outlive the change by a request that came before', async () => {
  await using das = await ExampleDas.open();
  const [ada, vera] = [await das.visitor('ada'), await das.visitor('vera')];
  await Promise.all([ada.send('PATCH', '/api/users/vera', { role: 'operator' }), vera.get('/api/meters')]);
  await das.clock.advance(Minutes(1));
  assertRefused(await vera.get('/api/meters'), 401, 'SESSION_MISSING');
});

describe('who was removed while a change of theirs was on its way changes nothing', () => {
  const two = async () => {
    const das = await ExampleDas.open();
    das.store.people.set('abe', user('abe', 'administrator'));
    return { das, ada: await das.visitor('ada'), abe: await das.visitor('abe') };
  };

  it('with a body that comes after it', async () => {
    const { das, ada, abe } = await two();
    await using _ = das;
    const body = '{"url":"https://127.0.0.1"}';
    const socket = await connectTls(das);
    const answer = readToEnd(socket);
    socket.write(
      `POST /api/meters/probe HTTP/1.1\r\nHost: 127.0.0.1:${das.port}\r\nOrigin: ${abe.origin}\r\nConnection: close\r\n` +
        `Cookie: ${abe.cookie}\r\nX-CSRF-Token: ${abe.csrf}\r\nContent-Type: application/json\r\n` +
        `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    // The server has looked at the header, and lets the body come.
    await once(socket, 'data');
    assert.equal((await ada.send('DELETE', '/api/users/abe')).status, 204);
    socket.write(body);
    assert.match(await answer, /HTTP\/1.1 401 [^]*SESSION_MISSING/);
    assert.deepEqual(
      das.store.trail.filter(({ action }) => action === 'meter.probed'),
      [],
    );
  });

  it('with one that waits for its turn behind the removal', async () => {
    const { das, ada, abe } = await two();
    await using _ = das;
    const { store } = das;
    const [removing, removed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const removeUser = store.removeUser.bind(store);
    store.removeUser = async (name) => {
      removing.resolve();
      await removed.promise;
      return removeUser(name);
    };
    const removal = ada.send('DELETE', '/api/users/abe');
    await removing.promise;
    const change = abe.send('PATCH', '/api/users/vera', { role: 'administrator', meters: 'all' });
    // Long enough for it to be let in as somebody who is still there.
    for (let round = 0; round < 20; round += 1) await settle();
    removed.resolve();
    assert.equal((await removal).status, 204);
    assertRefused(await change, 401, 'SESSION_MISSING');
    assert.equal(store.people.get('vera')?.role, 'viewer');
  });
});
