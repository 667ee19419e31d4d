import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';

import { addTime, Hours, Minutes, Seconds } from '#core/time.ts';
import { Stapler } from '#http/stapler.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import type { RevocationCheckerOptions } from '#pki/revocation-checker.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectTls, get, type HttpsAnswer, readToEnd } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import { dasKey, exampleClient } from './support/example-service.ts';
import { ANSWER_HOLDS, ExampleResponder, revocable } from './support/ocsp-parties.ts';
import { RecordingLog } from './support/recording-log.ts';
import { sClient } from './support/s-client.ts';
import { TODAY } from './support/tls-parties.ts';

const { das, meter, root, sub } = revocable;
const TRUST = { ca: certificatesToPem([root]) };

/** A door that asks about its clients. Nobody is asked over the network. */
async function askingDoor(options: Partial<RevocationCheckerOptions> = {}) {
  const clock = new FakeClock(TODAY);
  const responder = new ExampleResponder(clock);
  const log = new RecordingLog();
  const door = await exampleDoor(
    {
      clock,
      log,
      clients: [exampleClient('das', 'administrator', das.certificates[0].id, dasKey)],
      revocation: responder.checker(log, options),
    },
    { tls: { ...meter, clientRoots: [root] } },
  );
  return { ...door, responder, ask: () => get(door, '/cosem/', das, TRUST) };
}

const codeOf = ({ body }: HttpsAnswer): unknown => (JSON.parse(body) as { code: string }).code;

function assertRefused(answer: HttpsAnswer, status: number, code: string): void {
  assert.equal(answer.status, status, answer.body);
  assert.equal(codeOf(answer), code);
}

describe('a client', () => {
  it('is served while its CAs say that leaf and sub-CA are good; each is asked about once', async () => {
    await using door = await askingDoor();
    for (let time = 0; time < 3; time += 1) assert.equal((await door.ask()).status, 200);
    assert.equal(door.responder.asked, 2);
  });

  for (const [what, certificate] of [
    ['whose certificate is revoked', das.certificates[0]],
    ['whose sub-CA is revoked', sub],
  ] as const) {
    it(`${what} gets 403, is told so, and its connection ends`, async () => {
      await using door = await askingDoor();
      door.responder.revoke(certificate);
      const answer = await door.ask();
      assertRefused(answer, 403, 'CLIENT_CERTIFICATE_REVOKED');
      assert.equal(answer.headers['connection'], 'close');
      assert.match(answer.body, new RegExp(`${certificate.subject.text}: its CA has revoked it`));
      assert.equal(door.log.of('revocation.refused')[0]?.['outcome'], 'revoked');
    });
  }

  it('that its CA does not know gets 403', async () => {
    await using door = await askingDoor({
      source: {
        ask: () =>
          Promise.resolve({
            status: { status: 'unknown' },
            holdsUntil: addTime(TODAY, Hours(1)),
            proof: new Uint8Array(),
          }),
      },
    });
    assertRefused(await door.ask(), 403, 'CLIENT_CERTIFICATE_REVOKED');
  });

  it('gets 503 and a Retry-After while nobody says anything, and nothing of whom was asked', async () => {
    await using door = await askingDoor();
    door.responder.goAway();
    const answer = await door.ask();
    assertRefused(answer, 503, 'REVOCATION_UNKNOWN');
    assert.equal(answer.headers['retry-after'], '10');
    assert.doesNotMatch(answer.body, /127\.0\.0\.1|8889|refused/);
    assert.match(String(door.log.of('revocation.refused')[0]?.['message']), /http:\/\/127\.0\.0\.1:8889\/ocsp/);
    door.responder.comeBack();
    assertRefused(await door.ask(), 503, 'REVOCATION_UNKNOWN');
    await door.clock.advance(Seconds(10));
    assert.equal((await door.ask()).status, 200);
  });

  it('gets 503 while what comes from the responder cannot be believed, soft-fail or not', async () => {
    await using door = await askingDoor({ whenUnavailable: 'soft-fail' });
    door.responder.trouble = () => Promise.resolve(new Response('<html>log in to the WiFi</html>'));
    assertRefused(await door.ask(), 503, 'REVOCATION_UNKNOWN');
  });

  it('passes over an outage by the earlier answer, as long as that holds', async () => {
    await using door = await askingDoor();
    assert.equal((await door.ask()).status, 200);
    door.responder.goAway();
    await door.clock.advance(Minutes(30));
    assert.equal((await door.ask()).status, 200);
    assert.equal(door.log.of('revocation.passed-without-answer')[0]?.['ground'], 'earlier answer');
    await door.clock.advance(ANSWER_HOLDS);
    assertRefused(await door.ask(), 503, 'REVOCATION_UNKNOWN');
  });

  it('does not pass by an earlier answer when the clock is set beyond its end', async () => {
    await using door = await askingDoor();
    assert.equal((await door.ask()).status, 200);
    door.responder.goAway();
    door.clock.set(addTime(TODAY, Hours(5)));
    assertRefused(await door.ask(), 503, 'REVOCATION_UNKNOWN');
  });

  it('passes with soft-fail, and the log says so for each certificate each time', async () => {
    await using door = await askingDoor({ whenUnavailable: 'soft-fail' });
    door.responder.goAway();
    for (let time = 1; time <= 3; time += 1) {
      assert.equal((await door.ask()).status, 200);
      assert.equal(door.log.of('revocation.passed-without-answer').length, 2 * time);
    }
  });
});

describe('while a connection lasts', () => {
  const REQUEST = 'GET /cosem/ HTTP/1.1\r\nHost: localhost\r\n\r\n';

  async function answerOn(socket: TLSSocket): Promise<string> {
    socket.write(REQUEST);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('latin1');
  }

  it('a certificate that is revoked is cut off within the time after which it is asked about again', async () => {
    await using door = await askingDoor({ recheckAfter: Minutes(5) });
    const socket = await connectTls(door, das, TRUST);
    assert.match(await answerOn(socket), /^HTTP\/1\.1 200 /);
    door.responder.revoke(das.certificates[0]);
    await door.clock.advance(Seconds(299));
    assert.match(await answerOn(socket), /^HTTP\/1\.1 200 /);
    await door.clock.advance(Seconds(1));
    const rest = readToEnd(socket);
    socket.write(REQUEST);
    assert.match(await rest, /^HTTP\/1\.1 403 .*CLIENT_CERTIFICATE_REVOKED/s);
  });

  it('a certificate that expires is told so, and the connection ends', async () => {
    await using door = await askingDoor();
    const socket = await connectTls(door, das, TRUST);
    assert.match(await answerOn(socket), /^HTTP\/1\.1 200 /);
    door.clock.set(addTime(das.certificates[0].notAfter, Seconds(1)));
    const rest = readToEnd(socket);
    socket.write(REQUEST);
    assert.match(await rest, /^HTTP\/1\.1 403 .*CLIENT_CERTIFICATE_EXPIRED/s);
  });
});

it('a resumed session is checked like any other', async () => {
  await using door = await askingDoor();
  const first = await connectTls(door, das, TRUST);
  const session = await new Promise<Buffer>((resolve) => {
    first.once('session', resolve);
    first.resume();
  });
  first.destroy();
  door.responder.revoke(das.certificates[0]);
  await door.clock.advance(Minutes(5));
  const again = await connectTls(door, das, { ...TRUST, session });
  assert.equal(again.isSessionReused(), true);
  const answer = readToEnd(again);
  again.write('GET /cosem/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.match(await answer, /^HTTP\/1\.1 403 .*CLIENT_CERTIFICATE_REVOKED/s);
});

it('the door begins to ask when a client comes in, before it says anything', async () => {
  await using door = await askingDoor();
  const asked = Promise.withResolvers<void>();
  door.responder.trouble = () => {
    asked.resolve();
    return Promise.reject(new TypeError('away'));
  };
  const silent = await connectTls(door, das, TRUST);
  await asked.promise;
  silent.destroy();
});

describe('what we staple', () => {
  async function setUp() {
    const clock = new FakeClock(TODAY);
    const responder = new ExampleResponder(clock);
    const log = new RecordingLog();
    const stapler = new Stapler({ source: responder.source(), refreshAfter: Minutes(5), clock, log });
    return { clock, responder, log, stapler, [Symbol.dispose]: () => stapler[Symbol.dispose]() };
  }

  it('is there after the first answer, and is replaced before it ends', async () => {
    using set = await setUp();
    assert.equal(set.stapler.proof, undefined);
    await set.stapler.serve(meter.certificates);
    const first = set.stapler.proof;
    assert.ok(first);
    await set.clock.advance(Minutes(5));
    assert.notDeepEqual(set.stapler.proof, first);
    assert.equal(set.responder.asked, 2);
  });

  it('outlives an outage until its own end, and comes again after it', async () => {
    using set = await setUp();
    await set.stapler.serve(meter.certificates);
    set.responder.goAway();
    await set.clock.advance(Minutes(59));
    assert.ok(set.stapler.proof);
    await set.clock.advance(Minutes(2));
    assert.equal(set.stapler.proof, undefined);
    set.responder.comeBack();
    await set.clock.advance(Seconds(10));
    assert.ok(set.stapler.proof);
  });

  it('is nothing while our certificate is revoked, and the log says why', async () => {
    using set = await setUp();
    set.responder.revoke(meter.certificates[0]);
    await set.stapler.serve(meter.certificates);
    assert.equal(set.stapler.proof, undefined);
    assert.match(String(set.log.of('tls.nothing-to-staple')[0]?.['reason']), /"revoked"/);
  });

  it('is nothing without a sub-CA in the file, and the log says why', async () => {
    using set = await setUp();
    await set.stapler.serve([meter.certificates[0]]);
    assert.equal(set.stapler.proof, undefined);
    assert.match(String(set.log.of('tls.nothing-to-staple')[0]?.['reason']), /sub-CA/);
  });

  it('ends with the stapler: nobody is asked any more', async () => {
    const set = await setUp();
    await set.stapler.serve(meter.certificates);
    set[Symbol.dispose]();
    assert.equal(set.clock.waiting, 0);
  });

  async function staplingDoor() {
    const set = await setUp();
    await set.stapler.serve(meter.certificates);
    const clients = [exampleClient('das', 'administrator', das.certificates[0].id, dasKey)];
    const tls = { ...meter, clientRoots: [root] };
    const door = await exampleDoor({ clock: set.clock, clients }, { tls, stapler: set.stapler });
    return {
      ...door,
      stapler: set.stapler,
      async [Symbol.asyncDispose]() {
        set[Symbol.dispose]();
        await door[Symbol.asyncDispose]();
      },
    };
  }

  for (const protocol of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`is given to who asks for it in a ${protocol} handshake`, async () => {
      await using door = await staplingDoor();
      const stapled = Promise.withResolvers<Buffer>();
      const options = { ...TRUST, requestOCSP: true, maxVersion: protocol, ecdhCurve: 'P-256' };
      const socket = await connectTls(door, das, options, (early) => early.once('OCSPResponse', stapled.resolve));
      assert.deepEqual(await stapled.promise, door.stapler.proof);
      socket.destroy();
    });
  }

  for (const protocol of ['-tls1_2', '-tls1_3'] as const) {
    it(`convinces openssl s_client (${protocol})`, async () => {
      await using door = await staplingDoor();
      await using openssl = await sClient(door, das, root);
      const { output } = await openssl.run([protocol, '-groups', 'P-256', '-status']);
      assert.match(output, /OCSP Response Status: successful/);
      assert.match(output, /Cert Status: good/);
      assert.doesNotMatch(output, /revoked|WARNING/);
    });
  }
});
