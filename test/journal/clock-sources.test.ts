import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '#core/clock.ts';
import { Instant, Milliseconds, Seconds } from '#core/time.ts';
import { chronyClock } from '#journal/chrony-clock.ts';
import { type ClockSource, type ClockStatus, firstOf } from '#journal/clock-status.ts';
import { sntpClock } from '#journal/sntp-clock.ts';
import { timesyncdClock } from '#journal/timesyncd-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type SntpReply, startSntpServer } from './support/sntp-server.ts';

const never = new AbortController().signal;

/** A program that does what a shell script says. */
function script(text: string): string {
  const file = join(temporaryFolder(), 'program');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}

const chrony = (line: string): Promise<ClockStatus | undefined> =>
  chronyClock({ clock: systemClock, program: script(`echo '${line}'`) }).read(never);

test('chrony that follows a server is believed', async () => {
  const line =
    '7F000001,192.0.2.1,2,1795173552.695875549,0.002,0.000026939,0.000203102,-1.065,-0.073,72.470,0.0046,0.0005,1.0,Normal';
  assert.deepEqual(await chrony(line), { synchronised: true, offset: 2, source: 'chrony 192.0.2.1' });
});

/** As chronyd 4.3 wrote them. */
const NOT_SYNCHRONISED = {
  'chrony that has no server yet':
    '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised',
  'chrony that follows its own clock':
    '7F7F0101,,10,1795171057.331474752,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,0.000000000,0.000000000,0.0,Normal',
  'chrony that still has three seconds to correct':
    '7F000001,127.0.0.1,2,1795173552.695875549,2.999327421,0.000026939,0.000203102,-1.065,-0.073,72.470,0.000459050,0.000487784,1.0,Normal',
  'chrony whose server may itself be wrong by more than a second':
    '7F000001,127.0.0.1,2,1795173552.695875549,0.000000001,0.000026939,0.000203102,-1.065,-0.073,72.470,1.5,0.5,1.0,Normal',
};

for (const [what, line] of Object.entries(NOT_SYNCHRONISED)) {
  test(`${what} is not believed`, async () => assert.equal((await chrony(line))?.synchronised, false));
}

test('the offset of chrony is what is to be added to the clock', async () => {
  const slow = await chrony(NOT_SYNCHRONISED['chrony that still has three seconds to correct']);
  assert.equal(slow?.offset, 2_999.327421);
});

for (const [what, text] of Object.entries({
  fails: 'exit 1',
  'says nothing': 'exit 0',
  'says something else': "echo '506 Cannot talk to daemon'",
  'says too little': "echo '7F000001,127.0.0.1,2'",
  'says no number': "echo 'A,B,C,D,E,F,G,H,I,J,K,L,M,Normal'",
  'says too much': 'yes | head -c 100000',
})) {
  test(`a program that ${what} is no answer`, async () => {
    const program = script(text);
    assert.equal(await chronyClock({ clock: systemClock, program }).read(never), undefined);
    assert.equal(await timesyncdClock({ clock: systemClock, program }).read(never), undefined);
  });
}

test('a program that is not there is no answer', async () => {
  const program = join(temporaryFolder(), 'nothing');
  assert.equal(await chronyClock({ clock: systemClock, program }).read(never), undefined);
  assert.equal(await timesyncdClock({ clock: systemClock, program }).read(never), undefined);
});

test('a program that never ends is killed, and is no answer', async () => {
  const clock = new FakeClock();
  const reading = chronyClock({ clock, program: script('exec sleep 1000'), timeout: Seconds(5) }).read(never);
  await clock.advance(Seconds(5));
  assert.equal(await reading, undefined);
  assert.equal(clock.waiting, 0);
});

test('a program is killed when nobody wants its answer any more', async () => {
  const stopping = new AbortController();
  const reading = chronyClock({ clock: new FakeClock(), program: script('exec sleep 1000') }).read(stopping.signal);
  stopping.abort();
  assert.equal(await reading, undefined);
});

/** What `timedatectl` says on Debian, for both of its questions. */
const timedatectl = (synchronised: string, server: string): string =>
  script(`if [ "$1" = show ]; then echo NTPSynchronized=${synchronised}; else ${server}; fi`);

test('systemd says whether the clock is synchronised, and by which server', async () => {
  const read = (synchronised: string, server: string): Promise<ClockStatus | undefined> =>
    timesyncdClock({ clock: systemClock, program: timedatectl(synchronised, server) }).read(never);
  assert.deepEqual(await read('yes', 'echo ServerName=0.debian.pool.ntp.org'), {
    synchronised: true,
    offset: undefined,
    source: 'systemd 0.debian.pool.ntp.org',
  });
  assert.deepEqual(await read('no', 'echo ServerName=0.debian.pool.ntp.org'), {
    synchronised: false,
    offset: undefined,
    source: 'systemd 0.debian.pool.ntp.org',
  });
  assert.deepEqual(await read('yes', 'exit 1'), { synchronised: true, offset: undefined, source: 'systemd' });
});

/** A question to a server that gives these replies, by a clock that stands still. */
async function sntp(...replies: readonly SntpReply[]): Promise<ClockStatus | undefined> {
  const clock = new FakeClock();
  await using server = await startSntpServer(() => clock.now(), ...replies);
  return await sntpClock({ host: '127.0.0.1', port: server.port, clock }).read(never);
}

/** The same, where no answer comes until the time for it has passed. */
async function sntpInVain(...replies: readonly SntpReply[]): Promise<ClockStatus | undefined> {
  const clock = new FakeClock();
  await using server = await startSntpServer(() => clock.now(), ...replies);
  const reading = sntpClock({ host: '127.0.0.1', port: server.port, clock }).read(never);
  await server.asked;
  await clock.advance(Seconds(2));
  return reading;
}

test('a time server that agrees is believed', async () => {
  assert.deepEqual(await sntp({}), { synchronised: true, offset: 0, source: 'sntp 127.0.0.1' });
});

for (const ahead of [400, -400, 60_000, -86_400_000]) {
  test(`a time server that is ${ahead} ms ahead tells by how much the clock is behind`, async () => {
    assert.deepEqual(await sntp({ ahead }), {
      synchronised: Math.abs(ahead) < 1_000,
      offset: ahead,
      source: 'sntp 127.0.0.1',
    });
  });
}

test('a time server that may be wrong itself does not make the clock right', async () => {
  assert.deepEqual(await sntp({ ahead: 500, rootDispersion: 600 }), {
    synchronised: false,
    offset: 500,
    source: 'sntp 127.0.0.1',
  });
});

for (const [what, reply] of Object.entries({
  'has no time itself': { leap: 3 },
  'sends a kiss of death': { stratum: 0 },
  'has no source': { stratum: 16 },
  'leaves out the time': { edit: (packet: Buffer) => packet.fill(0, 40) },
})) {
  test(`a time server that ${what} does not make the clock right`, async () => {
    assert.deepEqual(await sntp(reply), { synchronised: false, offset: undefined, source: 'sntp 127.0.0.1' });
  });
}

const UNRELATED: Readonly<Record<string, SntpReply>> = {
  'is too short': { edit: (packet) => packet.subarray(0, 47) },
  'is empty': { edit: () => Buffer.alloc(0) },
  'answers another question': { edit: (packet) => packet.fill(7, 24, 32) },
  'is a question itself': { mode: 3 },
  'is a broadcast': { mode: 5 },
};

for (const [what, reply] of Object.entries(UNRELATED)) {
  test(`a packet that ${what} is passed over, and the answer is waited for`, async () => {
    assert.equal(await sntpInVain(reply), undefined);
    assert.equal((await sntp(reply, { ahead: 5 }))?.offset, 5);
  });
}

test('a time server that is not there is no answer', async () => {
  const clock = new FakeClock();
  const server = await startSntpServer(() => clock.now());
  const { port } = server;
  await server[Symbol.asyncDispose]();
  assert.equal(await sntpClock({ host: '127.0.0.1', port, clock }).read(never), undefined);
});

test('the question tells nothing of our clock, and differs each time', async () => {
  const clock = new FakeClock();
  await using server = await startSntpServer(() => clock.now(), {});
  const source = sntpClock({ host: '127.0.0.1', port: server.port, clock });
  await source.read(never);
  await source.read(never);
  const [first, second] = server.requests;
  assert.equal(first?.length, 48);
  assert.equal(first?.[0], 0x23, 'version 4, client');
  assert.deepEqual(first?.subarray(1, 40), Buffer.alloc(39));
  assert.notDeepEqual(first?.subarray(40), second?.subarray(40));
});

test('the time goes on after 2036, when its seconds begin at 0 again', async () => {
  const clock = new FakeClock(Instant(Date.UTC(2036, 1, 7, 6, 28, 15, 900)));
  await using server = await startSntpServer(() => clock.now(), { ahead: 300 });
  const status = await sntpClock({ host: '127.0.0.1', port: server.port, clock }).read(never);
  assert.equal(status?.offset, 300);
});

test('the first that answers is asked', async () => {
  const answer: ClockStatus = { synchronised: true, offset: Milliseconds(1), source: 'second' };
  const asked: string[] = [];
  const source = (name: string, status: ClockStatus | undefined): ClockSource => ({
    read() {
      asked.push(name);
      return Promise.resolve(status);
    },
  });
  const first = firstOf(source('first', undefined), source('second', answer), source('third', answer));
  assert.equal(await first.read(never), answer);
  assert.deepEqual(asked, ['first', 'second']);
  assert.equal(await firstOf(source('only', undefined)).read(never), undefined);
});
