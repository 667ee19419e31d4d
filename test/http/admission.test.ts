import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { addTime, Days } from '#core/time.ts';
import type { RefusalReason } from '#http/refusals.ts';
import { METER_ID } from '../support/example-meter.ts';
import { connectTls, get, readToEnd } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import { clients, type TlsParty, unreadableClient } from './support/tls-parties.ts';

const PATH = `/cosem/ldevs/${METER_ID}/`;

it('a known client is served', async () => {
  await using door = await exampleDoor();
  const { status, body } = await get(door, PATH);
  assert.equal(status, 200, body);
  assert.deepEqual([...door.server.refusals], []);
});

const refused: Readonly<Record<string, readonly [RefusalReason, TlsParty | 'nobody']>> = {
  'no-certificate': ['certificate-missing', 'nobody'],
  'certificate-of-the-wrong-ca': ['certificate-not-trusted', clients.ofOtherCa],
  'certificate-without-its-sub-ca': ['certificate-not-trusted', clients.withoutSubCa],
  'certificate-expired': ['certificate-expired', clients.expired],
  'certificate-not-yet-valid': ['certificate-not-yet-valid', clients.notYetValid],
  'certificate-of-wrong-usage': ['certificate-wrong-usage', clients.forOcsp],
  'certificate-without-usage': ['certificate-wrong-usage', clients.forAnything],
  'client-unknown': ['client-unknown', clients.stranger],
};

describe('refused before any handler, with one log line that says why', () => {
  for (const [name, [reason, who]] of Object.entries(refused)) {
    it(name, async () => {
      await using door = await exampleDoor();
      const socket = await connectTls(door, who);
      const answer = readToEnd(socket);
      socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.equal(await answer, '');
      assert.deepEqual(
        door.log.lines.map((line) => [line.event, line['reason'], line['certificate']]),
        [['connection.refused', reason, who === 'nobody' ? undefined : who.certificates[0].id]],
      );
      assert.deepEqual([...door.server.refusals], [[reason, 1]]);
    });
  }

  it('certificate-unreadable, to us but not to OpenSSL', async () => {
    await using door = await exampleDoor();
    assert.equal(await readToEnd(await connectTls(door, unreadableClient())), '');
    assert.deepEqual(
      door.log.lines.map((line) => [line.event, line['reason'], line['detail']]),
      [['connection.refused', 'certificate-not-trusted', 'the AuthorityInfoAccess extension cannot be read']],
    );
  });

  it('certificate-expired-by-the-meter-s-clock, which was set, on a resumed session too', async () => {
    await using door = await exampleDoor();
    const first = await connectTls(door);
    const session = await new Promise<Buffer>((resolve) => {
      first.once('session', resolve);
      first.resume();
    });
    first.destroy();
    door.clock.set(addTime(door.clock.now(), Days(20 * 365)));
    const again = await connectTls(door, clients.das, { session });
    assert.equal(again.isSessionReused(), true);
    assert.equal(await readToEnd(again), '');
    assert.deepEqual([...door.server.refusals], [['certificate-expired', 1]]);
  });
});
