import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

import { SealmeterError } from '#core/errors.ts';
import { Days, Hours, Minutes, Seconds } from '#core/time.ts';
import { sessionProfiles, sessionRules } from '#http/session-rules.ts';
import { SessionStore } from '#http/session-store.ts';
import { CIPHER_SUITES, type TlsRules, tlsOptions } from '#http/tls-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectTls, get, readToEnd } from './support/connect.ts';
import { type ExampleDoor, exampleDoor } from './support/example-door.ts';
import { dasKey, exampleClient } from './support/example-service.ts';
import { revocable } from './support/ocsp-parties.ts';
import { sClient } from './support/s-client.ts';
import { clients, meter, root } from './support/tls-parties.ts';

const REQUEST = 'GET /cosem/ HTTP/1.1\r\nHost: localhost\r\n\r\n';
const LAST_REQUEST = REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

const TLS12 = { maxVersion: 'TLSv1.2' } as const;
const WITHOUT_TICKETS = { ...TLS12, secureOptions: constants.SSL_OP_NO_TICKET };

async function answerOn(socket: TLSSocket): Promise<string> {
  socket.write(REQUEST);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('latin1');
}

/** Asks once on a connection of its own, and keeps the session. */
async function sessionOf(door: ExampleDoor, options: ConnectionOptions = {}): Promise<Buffer> {
  let session: Buffer | undefined;
  const socket = await connectTls(door, clients.das, options, (early) => {
    early.on('session', (ticket: Buffer) => {
      session = ticket;
    });
  });
  const answer = readToEnd(socket);
  socket.write(LAST_REQUEST);
  assert.match(await answer, /^HTTP\/1\.1 200 /);
  assert.ok(session);
  return session;
}

/** Whether the door takes up the session, and answers. */
async function isResumed(door: ExampleDoor, session: Buffer, options: ConnectionOptions = {}): Promise<boolean> {
  const socket = await connectTls(door, clients.das, { ...options, session });
  const resumed = socket.isSessionReused();
  const answer = readToEnd(socket);
  socket.write(LAST_REQUEST);
  assert.match(await answer, /^HTTP\/1\.1 200 /);
  return resumed;
}

describe('a session is resumed', () => {
  const ways: Readonly<Record<string, ConnectionOptions>> = {
    'by ticket, TLS 1.2': TLS12,
    'by ticket, TLS 1.3': {},
    'by session id': WITHOUT_TICKETS,
  };

  for (const [way, options] of Object.entries(ways)) {
    it(`${way}, as often as one likes, and nobody is refused`, async () => {
      await using door = await exampleDoor();
      const session = await sessionOf(door, options);
      for (let time = 0; time < 3; time += 1) assert.equal(await isResumed(door, session, options), true);
      assert.deepEqual([...door.server.refusals], []);
    });

    it(`${way}, and no more after the certificates were replaced`, async () => {
      await using door = await exampleDoor();
      const session = await sessionOf(door, options);
      door.server.renew({ ...meter, clientRoots: [root, revocable.root] });
      assert.equal(await isResumed(door, session, options), false);
    });

    it(`${way}, after the same certificates were read again`, async () => {
      await using door = await exampleDoor();
      const session = await sessionOf(door, options);
      door.server.renew({ ...meter, clientRoots: [root] });
      assert.equal(await isResumed(door, session, options), true);
    });
  }

  for (const way of ['by ticket, TLS 1.2', 'by ticket, TLS 1.3'] as const) {
    it(`${way}, until the ticket key changes`, async () => {
      await using door = await exampleDoor({}, { sessions: sessionRules('wan', { ticketKeysFor: Hours(2) }) });
      const session = await sessionOf(door, ways[way]);
      await door.clock.advance(Hours(2));
      assert.equal(await isResumed(door, session, ways[way]), false);
      const next = await sessionOf(door, ways[way]);
      assert.equal(await isResumed(door, next, ways[way]), true);
    });
  }

  it('by session id, until its time is over by the monotonic clock, whatever the wall clock says', async () => {
    await using door = await exampleDoor({}, { sessions: sessionRules('wan', { resumeFor: Minutes(30) }) });
    const session = await sessionOf(door, WITHOUT_TICKETS);
    await door.clock.advance(Minutes(29));
    assert.equal(await isResumed(door, session, WITHOUT_TICKETS), true);
    await door.clock.advance(Minutes(1));
    assert.equal(await isResumed(door, session, WITHOUT_TICKETS), false);
  });
});

describe('openssl s_client', () => {
  let door: ExampleDoor;
  let openssl: Awaited<ReturnType<typeof sClient>>;

  before(async () => {
    door = await exampleDoor();
    openssl = await sClient(door);
  });
  after(async () => {
    await openssl[Symbol.asyncDispose]();
    await door[Symbol.asyncDispose]();
  });

  for (const [way, parameters] of Object.entries({
    'session id': ['-tls1_2', '-no_ticket'],
    'ticket (1.2)': ['-tls1_2'],
    'ticket (1.3)': ['-tls1_3'],
  })) {
    it(`resumes by ${way}`, async () => {
      const first = await openssl.run([...parameters, '-ign_eof', '-sess_out', 'kept.pem'], LAST_REQUEST);
      assert.match(first.output, /\nNew, TLSv1/);
      const second = await openssl.run([...parameters, '-ign_eof', '-sess_in', 'kept.pem'], LAST_REQUEST);
      assert.match(second.output, /\nReused, TLSv1/);
      assert.match(second.output, /HTTP\/1\.1 200 OK/);
    });
  }

  for (const version of ['-tls1_2', '-tls1_3']) {
    it(`is told how long a ticket is good for (${version})`, async () => {
      await using shorter = await exampleDoor({}, { sessions: sessionRules('wan', { resumeFor: Minutes(10) }) });
      await using client = await sClient(shorter);
      const { output } = await client.run([version, '-ign_eof'], LAST_REQUEST);
      assert.match(output, /ticket lifetime hint: 600 \(seconds\)/);
    });
  }
});

describe('a connection', () => {
  for (const [profile, age] of [
    ['wan', Days(2)],
    ['lmn', Days(31)],
  ] as const) {
    it(`of profile ${profile} ends with the first answer after its age`, async () => {
      await using door = await exampleDoor({}, { sessions: sessionRules(profile) });
      const socket = await connectTls(door);
      assert.match(await answerOn(socket), /\r\nConnection: keep-alive\r\n/);
      await door.clock.advance(Seconds(age / 1_000 - 1));
      assert.match(await answerOn(socket), /\r\nConnection: keep-alive\r\n/);
      await door.clock.advance(Seconds(1));
      const rest = readToEnd(socket);
      socket.write(REQUEST);
      assert.match(await rest, /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n/s);
    });
  }

  it('does not end because the wall clock is set', async () => {
    await using door = await exampleDoor();
    const socket = await connectTls(door);
    door.clock.set(clients.das.certificates[0].notAfter);
    assert.match(await answerOn(socket), /\r\nConnection: keep-alive\r\n/);
    socket.destroy();
  });

  it('on a resumed session ends as much earlier as that may be old', async () => {
    await using door = await exampleDoor({}, { sessions: sessionRules('wan', { age: Hours(3), resumeFor: Hours(1) }) });
    const socket = await connectTls(door, clients.das, { session: await sessionOf(door) });
    assert.equal(socket.isSessionReused(), true);
    await door.clock.advance(Minutes(119));
    assert.match(await answerOn(socket), /\r\nConnection: keep-alive\r\n/);
    await door.clock.advance(Minutes(1));
    assert.match(await answerOn(socket), /\r\nConnection: close\r\n/);
  });

  it('ends with the first answer after it has carried so many octets', async () => {
    await using door = await exampleDoor({}, { sessions: sessionRules('lmn', { octets: 10_000 }) });
    const socket = await connectTls(door);
    const text = readToEnd(socket);
    const carried = async (): Promise<void> => {
      for (let request = 0; request < 1_000 && !socket.readableEnded; request += 1) {
        if (!socket.write(REQUEST)) await once(socket, 'drain');
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await carried();
    const answers = (await text).split('HTTP/1.1 ').slice(1);
    const last = answers.at(-1) ?? '';
    assert.match(last, /\r\nConnection: close\r\n/);
    assert.ok(answers.slice(0, -1).every((answer) => answer.includes('\r\nConnection: keep-alive\r\n')));
    const octets = answers.join('HTTP/1.1 ').length;
    assert.ok(octets > 5_000 && octets < 20_000, `${octets} octets of answers`);
  });
});

describe('other certificates are taken up while the door is open', () => {
  const ours = revocable;

  it('by all who come from then on; who is there already is served, and ends in order', async () => {
    await using door = await exampleDoor();
    const before = await connectTls(door);
    assert.match(await answerOn(before), /\r\nConnection: keep-alive\r\n/);
    door.server.renew({ ...ours.meter, clientRoots: [root, ours.root] });
    const rest = readToEnd(before);
    before.write(REQUEST);
    assert.match(await rest, /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n/s);
    const after = await connectTls(door, clients.das, { rejectUnauthorized: false });
    assert.equal(after.getPeerCertificate().serialNumber.toLowerCase(), ours.meter.certificates[0].serial);
    assert.match(await answerOn(after), /^HTTP\/1\.1 200 /);
    after.destroy();
  });

  it('and a root that is trusted no longer ends the connections of those below it at once', async () => {
    await using door = await exampleDoor();
    const idle = await connectTls(door);
    assert.match(await answerOn(idle), /^HTTP\/1\.1 200 /);
    const ended = readToEnd(idle);
    door.server.renew({ ...meter, clientRoots: [ours.root] });
    assert.equal(await ended, '');
    const again = await connectTls(door);
    assert.equal(await readToEnd(again), '');
    assert.deepEqual([...door.server.refusals], [['certificate-not-trusted', 1]]);
    const [line] = door.log.of('connection.refused');
    assert.deepEqual([line?.['reason'], line?.['count']], ['certificate-not-trusted', 1]);
  });

  it('and a root that is trusted from then on lets its clients in', async () => {
    await using door = await exampleDoor({
      clients: [exampleClient('new', 'administrator', ours.das.certificates[0].id, dasKey)],
    });
    assert.equal(await readToEnd(await connectTls(door, ours.das)), '');
    door.server.renew({ ...meter, clientRoots: [root, ours.root] });
    assert.equal((await get(door, '/cosem/', ours.das)).status, 200);
  });

  it('but not those that cannot be used: then nothing changes', async () => {
    await using door = await exampleDoor();
    const session = await sessionOf(door);
    assert.throws(
      () => door.server.renew({ ...ours.meter, privateKey: meter.privateKey, clientRoots: [ours.root] }),
      (error: unknown) => error instanceof SealmeterError && error.code === 'TLS_CREDENTIALS_UNUSABLE',
    );
    assert.equal(await isResumed(door, session), true);
  });
});

describe('what is spoken can be narrowed', () => {
  const narrowed = (rules: Partial<TlsRules>) =>
    exampleDoor(
      {},
      {
        tlsRules: {
          minimumVersion: 'TLS 1.2',
          suites: CIPHER_SUITES,
          groups: ['P-256', 'P-384', 'P-521'],
          ...rules,
        },
      },
    );
  const spoken = async (door: ExampleDoor, options: ConnectionOptions): Promise<string> => {
    const socket = await connectTls(door, clients.das, options);
    const text = `${socket.getProtocol()} ${socket.getCipher().name}`;
    socket.destroy();
    return text;
  };

  it('to TLS 1.3', async () => {
    await using door = await narrowed({ minimumVersion: 'TLS 1.3' });
    await assert.rejects(spoken(door, TLS12), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    assert.match(await spoken(door, {}), /^TLSv1\.3 /);
  });

  it('to suites of TLS 1.2: then TLS 1.3 is not spoken, although nobody has said so', async () => {
    await using door = await narrowed({ suites: ['ECDHE-ECDSA-AES128-SHA256'] });
    assert.equal(await spoken(door, {}), 'TLSv1.2 ECDHE-ECDSA-AES128-SHA256');
  });

  it('to one group', async () => {
    await using door = await narrowed({ groups: ['P-256'] });
    await assert.rejects(spoken(door, { ecdhCurve: 'secp384r1' }));
    assert.match(await spoken(door, { ecdhCurve: 'prime256v1' }), /^TLSv1\.3 /);
  });

  const impossible: Readonly<Record<string, Partial<TlsRules>>> = {
    'no suite of the version': { minimumVersion: 'TLS 1.3', suites: ['ECDHE-ECDSA-AES128-SHA256'] },
    'not the curve of our own certificate': { groups: ['P-384'] },
  };
  for (const [name, rules] of Object.entries(impossible)) {
    it(`but not to what nobody could ever agree on: ${name}`, async () => {
      await assert.rejects(narrowed(rules), { code: 'TLS_RULES_IMPOSSIBLE', fault: 'configuration' });
    });
  }

  it('and at TLS 1.3 the curve of our own certificate does not matter', () => {
    const rules: TlsRules = { minimumVersion: 'TLS 1.3', suites: CIPHER_SUITES, groups: ['P-384'] };
    assert.equal(tlsOptions({ ...meter, clientRoots: [root] }, rules).ecdhCurve, 'secp384r1');
  });
});

describe('the rules of sessions', () => {
  it('have a profile for each network', () => {
    assert.deepEqual(
      sessionProfiles.map((profile) => [profile, sessionRules(profile).age, sessionRules(profile).octets]),
      [
        ['wan', Days(2), Number.POSITIVE_INFINITY],
        ['lmn', Days(31), 5_000_000],
      ],
    );
  });

  for (const [name, rules] of Object.entries({
    'resumed for longer than a session lives': { age: Hours(1), resumeFor: Hours(2) },
    'resumed for longer than TLS allows': { age: Days(31), resumeFor: Days(8) },
    'ticket keys that outlive every ticket': { ticketKeysFor: Days(8) },
  })) {
    it(`are refused: ${name}`, () => {
      assert.throws(() => sessionRules('wan', rules), { code: 'TLS_SESSION_RULES', fault: 'configuration' });
    });
  }
});

describe('the store of sessions', () => {
  const id = (number: number): Uint8Array => Uint8Array.of(number >> 8, number & 0xff);
  const session = Buffer.from('308202ae0201010202030304', 'hex');

  it('is bounded: who used it longest ago is forgotten first', () => {
    const store = new SessionStore(new FakeClock(), Hours(1));
    for (let number = 0; number < 4_000; number += 1) store.add(id(number), session);
    assert.equal(store.find(id(0)), session);
    store.add(id(4_000), session);
    assert.deepEqual([store.size, store.find(id(1)), store.find(id(0))], [4_000, undefined, session]);
  });

  it('takes none of TLS 1.3, however long its encoding is', () => {
    const store = new SessionStore(new FakeClock(), Hours(1));
    for (const head of ['308202ae', '3081ae', '307e']) {
      store.add(id(1), Buffer.from(`${head}02010102020304`, 'hex'));
      assert.equal(store.size, 0);
      store.add(id(1), Buffer.from(`${head}02010102020303`, 'hex'));
      assert.equal(store.size, 1);
      store.clear();
    }
  });
});
