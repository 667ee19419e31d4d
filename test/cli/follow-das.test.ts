import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { readDasConfiguration } from '#cli/configuration.ts';
import { followDas } from '#cli/follow-das.ts';
import { Seconds } from '#core/time.ts';
import type { PinnedMeter } from '#das/das-registry.ts';
import { revocable } from '../http/support/ocsp-parties.ts';
import { RecordingLog } from '../http/support/recording-log.ts';
import { meter as first } from '../http/support/tls-parties.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIGURATION = `listen: { host: 127.0.0.1, port: 0, certificate: server.pem, key: server.key }
tls: { certificate: tls.pem, key: tls.key, roots: [root.pem] }
signature: { certificate: signature.pem, key: signature.key }
state: state
`;

function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('server.pem', first.cert);
  write('server.key', first.key);
  write('das.yaml', CONFIGURATION);
  const path = join(folder, 'das.yaml');
  const [clock, log] = [new FakeClock(), new RecordingLog()];
  const taken: string[] = [];
  const meters: PinnedMeter[] = [];
  const das = {
    replaceTls: ({ certificates: [leaf] }: { readonly certificates: typeof first.certificates }) => {
      taken.push(leaf.id);
    },
    replaceMeters: (pinned: readonly PinnedMeter[]) => {
      meters.splice(0, meters.length, ...pinned);
      return Promise.resolve();
    },
  };
  const follower = followDas(path, readDasConfiguration(path), das, { clock, log });
  t.after(() => follower[Symbol.dispose]());
  return { write, clock, log, taken, meters, follower };
}

const { meter: renewed } = revocable;

it('a DAS takes up its server certificate when its files have changed', async (t) => {
  const { write, clock, log, taken, follower } = setUp(t);
  await clock.advance(Seconds(10));
  assert.deepEqual(taken, []);
  write('server.pem', renewed.cert);
  write('server.key', renewed.key);
  await clock.advance(Seconds(10));
  await follower.now('SIGHUP');
  assert.deepEqual(taken, Array(2).fill(renewed.certificates[0].id), 'by itself, and when it is told to');
  assert.deepEqual(
    log.of('das.reloaded').map(({ why }) => why),
    ['a file has changed', 'SIGHUP'],
  );
});

it('its meters are those of the file, each of its own zone, and asked in the form that it takes', async (t) => {
  const { write, meters, follower } = setUp(t);
  write(
    'das.yaml',
    `${CONFIGURATION}timeZone: Europe/Lisbon
meters:
  - { id: 1sie0000000001.sm, url: 'https://one.example', signature: [server.pem] }
  - { id: 1sie0000000002.sm, url: 'https://two.example', signature: [server.pem], zone: Europe/Athens, form: draft-cavage }
`,
  );
  await follower.now('SIGHUP');
  assert.deepEqual(
    meters.map(({ url, zone, requestForm }) => [url, zone, requestForm]),
    [
      ['https://one.example', 'Europe/Lisbon', 'rfc9421'],
      ['https://two.example', 'Europe/Athens', 'draft-cavage'],
    ],
  );
});

it('a meter’s signature certificates are trusted for as long as its entry says', async (t) => {
  const { write, log, meters, follower } = setUp(t);
  const entry = (until: string): string => `${CONFIGURATION}meters:
  - id: 1sie0000000001.sm
    url: https://one.example
    signature:
      - { certificate: server.pem, from: 2026-01-01T00:00:00Z, until: ${until} }
      - server.pem
`;
  write('das.yaml', entry('2026-06-01T12:00:00Z'));
  await follower.now('SIGHUP');
  const lives = meters[0]?.signatures.map(({ from, until }) => [from, until]);
  const unlimited = first.certificates.map(() => [undefined, undefined]);
  const limited = first.certificates.map(() => [Date.UTC(2026, 0, 1), Date.UTC(2026, 5, 1, 12)]);
  assert.deepEqual(lives, [...limited, ...unlimited]);
  write('das.yaml', entry('2026-02-31T12:00:00Z'));
  await follower.now('SIGHUP');
  assert.match(String(log.of('das.reload-refused')[0]?.['reason']), /2026-02-31T12:00:00Z is no time/);
});

it('what cannot be used is refused, and the log says why', async (t) => {
  const { write, log, taken, follower } = setUp(t);
  write('server.pem', 'no certificate');
  await follower.now('SIGHUP');
  write('das.yaml', 'listen: 7');
  await follower.now('SIGHUP');
  assert.deepEqual(taken, []);
  assert.equal(log.of('das.reload-refused').length, 2);
});
