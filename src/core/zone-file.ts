import { readFileSync } from 'node:fs';
import { posixOffsets } from './posix-zone.ts';
import { type Instant, Seconds } from './time.ts';
import { intlOffsets, type OffsetAt, Zone } from './zone.ts';

const DATABASE = '/usr/share/zoneinfo';

/** Nothing that would lead out of the database. */
const NAME = /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/;

/**
 * A zone as the operating system knows it, whose updates bring changes of the law before those of Node.js do; and the
 * whole of `Intl`, which would cost a small meter 9 MB, is not loaded for it. Where the system has no database, `Intl` is
 * asked after all.
 * @throws SealmeterError (configuration) `ZONE_UNKNOWN`
 */
export function systemZone(name: string): Zone {
  const file = readZoneFile(name);
  return new Zone(name, file === undefined ? intlOffsets(name) : zoneFileOffsets(file));
}

function readZoneFile(name: string): Buffer | undefined {
  if (!NAME.test(name)) return undefined;
  try {
    const file = readFileSync(`${DATABASE}/${name}`);
    return isZoneFile(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

const isZoneFile = (file: Buffer): boolean =>
  file.toString('latin1', 0, 4) === 'TZif' && file.readUInt8(4) >= VERSION_2;

const VERSION_2 = 0x32;
const HEADER = 44;
/** A kind of local time: offset (4 octets), whether it is daylight saving time, index of its name. */
const LOCAL_TIME_TYPE = 6;

interface Counts {
  readonly isUtc: number;
  readonly isStandard: number;
  readonly leapSeconds: number;
  readonly transitions: number;
  readonly types: number;
  readonly characters: number;
}

/**
 * Local time minus UTC by a file of the database: what it lists, and behind that the rule in its footer.
 * @see RFC 9636 § 3: since version 2 a block with times of 64 bits follows the one with times of 32, and then the footer
 */
function zoneFileOffsets(file: Buffer): OffsetAt {
  const start = HEADER + lengthOf(countsAt(file, 0), 4);
  const counts = countsAt(file, start);
  const times = start + HEADER;
  const indices = times + counts.transitions * 8;
  const types = indices + counts.transitions;
  const offsetOf = (type: number) => Seconds(file.readInt32BE(types + type * LOCAL_TIME_TYPE));
  const timeOf = (index: number): number => Number(file.readBigInt64BE(times + index * 8)) * 1_000;
  const later = laterOffsets(file, start + HEADER + lengthOf(counts, 8));

  return (at) => {
    const index = lastNotAfter(at, counts.transitions, timeOf);
    if (index === undefined) return offsetOf(0);
    if (index === counts.transitions - 1 && later !== undefined) return later(at);
    return offsetOf(file.readUInt8(indices + index));
  };
}

function countsAt(file: Buffer, start: number): Counts {
  const count = (index: number): number => file.readUInt32BE(start + 20 + index * 4);
  return {
    isUtc: count(0),
    isStandard: count(1),
    leapSeconds: count(2),
    transitions: count(3),
    types: count(4),
    characters: count(5),
  };
}

/** Of the block behind a header. */
const lengthOf = (counts: Counts, timeSize: 4 | 8): number =>
  counts.transitions * (timeSize + 1) +
  counts.types * LOCAL_TIME_TYPE +
  counts.characters +
  counts.leapSeconds * (timeSize + 4) +
  counts.isStandard +
  counts.isUtc;

function laterOffsets(file: Buffer, footer: number): OffsetAt | undefined {
  const rule = file.toString('latin1', footer + 1, file.length - 1);
  return rule === '' ? undefined : posixOffsets(rule);
}

/** The index of the last transition that is not after an instant. */
function lastNotAfter(at: Instant, count: number, timeOf: (index: number) => number): number | undefined {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeOf(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}
