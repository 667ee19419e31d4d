import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#core/clock.ts';
import { addTime, Days, formatInstant, type Instant, Seconds } from '#core/time.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';
import { journalFolder } from '#meter/meter-journal.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import { CAPTURE_PERIOD, CAPTURES_PER_DAY, CAPTURES_PER_YEAR, captureOf, fillJournal } from './captured-year.ts';
import { compare, type Effort, type Figure, median, type Row, WARM_UP_ROUNDS } from './compare.ts';
import { writeConfiguration } from './configuration.ts';
import { type ServerProcess, startServer, startService } from './server-process.ts';
import { signatureOfGet } from './signed-get.ts';
import { type Site, tlsOf } from './site.ts';
import { type TimedAnswer, timedGet } from './timed-get.ts';

export interface JournalEffort extends Effort {
  /** What lies in the journal that is read, up to a year. */
  readonly captures: number;
  /** How often the whole profile is read. */
  readonly readings: number;
}

interface Measured {
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
}

const OBJECTS = `/cosem/ldevs/${DEVELOPMENT_DEFAULTS.names.meter}/objects`;
const LOAD_PROFILE = `${OBJECTS}/7-0100630100ff/attributes/2`;
const NAME = 'journal';

/** What the journal costs to write, and then what it costs to read through the service. */
export async function journalRows(site: Site, effort: JournalEffort): Promise<Measured> {
  const folder = journalFolder(join(site.folder, `state-${NAME}`));
  const now = systemClock.now();
  const written = await writingRows(site, effort);
  const size = await fill(site, folder, effort, now);
  const read = await readingRows(site, effort, now);
  return { rows: [...written.rows, ...read.rows], figures: [...written.figures, size, ...read.figures] };
}

async function fill(site: Site, folder: string, { captures }: JournalEffort, now: Instant): Promise<Figure> {
  {
    using journal = openJournal({ folder, clock: systemClock });
    await fillJournal(journal, site, captures, now);
  }
  const perCapture = statSync(join(folder, 'journal.db')).size / captures;
  return {
    name: 'journal per meter and year: captures of 15 min, each with a sealed document of all objects',
    value: (perCapture * CAPTURES_PER_YEAR) / 1_000_000,
    unit: 'MB',
    reach: undefined,
  };
}

async function writingRows(site: Site, effort: Effort): Promise<Measured> {
  using journal = openJournal({ folder: join(site.folder, 'written'), clock: systemClock });
  const row = await capturesPerSecond(site, journal, effort);
  return { rows: [row], figures: [await writtenPerDay(site)] };
}

/** Every capture has a commit of its own: what was acknowledged is on the disk. */
async function capturesPerSecond(site: Site, journal: Journal, { rounds, calls }: Effort): Promise<Row> {
  const start = systemClock.now();
  const count = (rounds + WARM_UP_ROUNDS) * calls;
  const captures = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      captureOf(index + 1, addTime(start, Seconds((index * CAPTURE_PERIOD) / 1_000)), site),
    ),
  );
  const floor = bareDatabase(join(site.folder, 'bare.db'));
  let next = 0;
  const ours = (): void => {
    const capture = captures[next];
    next += 1;
    if (capture === undefined) throw new TypeError('the bench has used up its captures');
    journal.capture(capture);
  };
  const row = await compare('a capture, sealed before', { ours, floor }, { rounds, calls });
  return { ...row, name: 'captures, each on the disk, floor: a row of SQLite of that size', ...perSecond(row) };
}

const perSecond = ({ ours, floor, ratio }: Row) => ({
  ours: 1_000_000 / ours,
  floor: 1_000_000 / floor,
  unit: '/s',
  ratio: 1 / ratio,
});

/** About what a capture takes on the disk. */
const BYTES_OF_CAPTURE = 1_400;

function bareDatabase(file: string): () => void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (content BLOB) STRICT');
  const insert = database.prepare('INSERT INTO bare VALUES (?)');
  const content = randomBytes(BYTES_OF_CAPTURE);
  return () => {
    insert.run(content);
  };
}

/** A day of a meter, without waiting for it: its captures, an hourly checkpoint, a number for every second's sample. */
async function writtenPerDay(site: Site): Promise<Figure> {
  const folder = join(site.folder, 'day');
  mkdirSync(folder);
  const numbers = new SequenceNumbers(join(folder, 'numbers'));
  using journal = openJournal({ folder: join(folder, 'journal'), clock: systemClock });
  const start = systemClock.now();
  const before = writtenBytes();
  for (let number = 1; number <= CAPTURES_PER_DAY; number++) {
    const captureTime = addTime(start, Seconds((number * CAPTURE_PERIOD) / 1_000));
    journal.capture(await captureOf(number, captureTime, site));
    for (let sample = 0; sample < CAPTURE_PERIOD / Seconds(1); sample++) numbers.next();
    if (number % 4 === 0) await journal.checkpoint((text) => sealed(text, site));
  }
  return {
    name: 'written per day: 1 s samples, captures of 15 min, hourly checkpoints',
    value: (writtenBytes() - before) / 1_000_000,
    unit: 'MB',
    reach: { at: 'most', value: 50 },
  };
}

const sealed = async (text: Uint8Array, { meter }: Site) => ({
  keyId: meter.keyId,
  signature: await meter.signer.sign(text),
});

/** What this process has sent to the disk. @see proc_pid_io(5) */
const writtenBytes = (): number => Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

async function readingRows(site: Site, effort: JournalEffort, now: Instant): Promise<Measured> {
  await using simulator = await startServer('./simulator-server.ts', []);
  await using bare = await startServer('./bare-server.ts', [site.folder]);
  const configuration = writeConfiguration(site, simulator.ready, { name: NAME });
  const begun = performance.now();
  await using service = await startService(configuration);
  const start: Figure = {
    name: 'start of the service with that journal',
    value: (performance.now() - begun) / 1_000,
    unit: 's',
    reach: { at: 'most', value: 5 },
  };
  const agent = new Agent({ ...tlsOf(site), keepAlive: true, maxSockets: 1 });
  using _ = { [Symbol.dispose]: () => agent.destroy() };
  const reader: Reader = { site, service, bare, agent };
  const day = `${LOAD_PROFILE}?q.fromtime=${formatInstant(addTime(now, Days(-1)))}`;
  const rows = [
    ...(await bothRows(reader, 'the object list', `${OBJECTS}/`, effort)),
    ...(await bothRows(reader, 'one attribute', `${OBJECTS}/3-0100010800ff/attributes/2`, effort)),
    ...(await bothRows(reader, "a day's load profile", day, effort)),
  ];
  const whole = await wholeProfile(reader, effort);
  return { rows: [...rows, whole.row], figures: [start, ...whole.figures, await sealedByMonths(reader, now)] };
}

interface Reader {
  readonly site: Site;
  readonly service: ServerProcess;
  readonly bare: ServerProcess;
  readonly agent: Agent;
}

const bothRows = async (reader: Reader, what: string, target: string, effort: Effort): Promise<readonly Row[]> => [
  await unsignedRow(reader, what, target, effort),
  await signedRow(reader, what, target, effort),
];

/** The floor sends as many bytes, which it has beforehand. */
async function unsignedRow(reader: Reader, what: string, target: string, effort: Effort): Promise<Row> {
  const { agent } = reader;
  const { url, floorUrl } = await urlsOf(reader, target, 'plain');
  const sides = { ours: () => timedGet(url, agent), floor: () => timedGet(floorUrl, agent) };
  return compare(`unsigned GET of ${what}, floor: its bytes alone`, sides, effort);
}

/** The floor verifies and signs once, and sends as many bytes. */
async function signedRow(reader: Reader, what: string, target: string, effort: Effort): Promise<Row> {
  const { agent } = reader;
  const { url, floorUrl } = await urlsOf(reader, target, 'sealed');
  const count = (effort.rounds + WARM_UP_ROUNDS) * effort.calls;
  const signed = await Promise.all(Array.from({ length: count }, () => signatureOfGet(reader.site, url)));
  const ours = () => timedGet(url, agent, signed.pop());
  return compare(
    `signed GET of ${what}, floor: one signature`,
    { ours, floor: () => timedGet(floorUrl, agent) },
    effort,
  );
}

async function urlsOf({ service, bare, agent }: Reader, target: string, kind: 'plain' | 'sealed') {
  const url = new URL(target, service.ready);
  const { bytes } = await timedGet(url, agent);
  return { url, floorUrl: new URL(`/${kind}/${bytes}`, bare.ready) };
}

/** The reaches are for a year, which a short run does not have. */
async function wholeProfile(reader: Reader, { captures, readings }: JournalEffort) {
  const { agent, service } = reader;
  const { url, floorUrl } = await urlsOf(reader, LOAD_PROFILE, 'plain');
  const measured: { ours: TimedAnswer; floor: TimedAnswer }[] = [];
  for (let reading = 0; reading < readings; reading++) {
    measured.push({ floor: await timedGet(floorUrl, agent), ours: await timedGet(url, agent) });
  }
  const name = `unsigned GET of a load profile of ${captures} entries`;
  const row: Row = {
    name: `${name}, floor: its bytes alone`,
    ours: median(measured.map(({ ours }) => ours.whole)),
    floor: median(measured.map(({ floor }) => floor.whole)),
    unit: 'ms',
    ratio: median(measured.map(({ ours, floor }) => ours.whole / floor.whole)),
    reach: undefined,
  };
  const { peak } = await service.usage();
  const figures: readonly Figure[] = [
    { name, value: row.ours / 1_000, unit: 's', reach: { at: 'most', value: 1 } },
    {
      name: `${name}, to the first byte`,
      value: median(measured.map(({ ours }) => ours.firstByte)),
      unit: 'ms',
      reach: { at: 'most', value: 100 },
    },
    {
      name: 'largest resident memory of the service meanwhile',
      value: peak / 1_000_000,
      unit: 'MB',
      reach: { at: 'most', value: 200 },
    },
  ];
  return { row, figures };
}

const MONTHS = 12;

/** A seal is over the whole, so that a year is had in parts. */
async function sealedByMonths(reader: Reader, now: Instant): Promise<Figure> {
  const month = Days(365 / MONTHS);
  let milliseconds = 0;
  for (let part = MONTHS; part > 0; part--) {
    const from = addTime(now, (-part * month) as typeof month);
    const query = `q.fromtime=${formatInstant(from)}&q.totime=${formatInstant(addTime(from, month))}`;
    const url = new URL(`${LOAD_PROFILE}?${query}`, reader.service.ready);
    milliseconds += (await timedGet(url, reader.agent, await signatureOfGet(reader.site, url))).whole;
  }
  return { name: `all of it sealed, in ${MONTHS} documents`, value: milliseconds / 1_000, unit: 's', reach: undefined };
}
