import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { Seconds } from '#core/time.ts';
import { ApiError, retryAfter } from './api-error.ts';
import { inTurn } from './in-turn.ts';

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

/** @see RFC 7914 § 2 */
interface Cost {
  /** log2 of the CPU and memory cost N. */
  readonly ln: number;
  /** Block size. */
  readonly r: number;
  /** Parallelisation. */
  readonly p: number;
}

/** 32 MiB and three rounds: as strong as N = 2^17 with one, in a quarter of the memory. @see OWASP Password Storage Cheat Sheet */
const COST: Cost = { ln: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** So many of strangers, and so many of all others, may wait for their turn. */
const MOST_WAITING = 32;

/** For whom a password is looked at: a crowd of strangers at the door keeps nobody waiting who is known. */
type Line = 'strangers' | 'known';

/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding, as the PHC string format has it. */
const WRITTEN = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Hashes passwords, and compares with hashes that carry their own parameters, so that those can be raised one day. */
export class Passwords {
  readonly #cost: Cost;
  /** One at a time of each, so that both together take no more than 64 MiB and two threads. */
  readonly #turns: Readonly<Record<Line, Turns>> = { strangers: new Turns(), known: new Turns() };

  /** A test takes a lesser cost. */
  constructor(cost: Cost = COST) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const { ln, r, p } = this.#cost;
    const hash = await this.#derive('known', password, salt, this.#cost);
    return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /** Takes as long for a user that does not exist, or has no password, as for one that does. */
  async matches(password: string, written: string | undefined, line: Line): Promise<boolean> {
    const known = written === undefined ? undefined : readHash(written);
    const { cost, salt, hash } = known ?? this.#nobodys();
    const equal = timingSafeEqual(await this.#derive(line, password, salt, cost), hash);
    return equal && known !== undefined;
  }

  /** What no password matches. */
  #nobodys(): ReadHash {
    return { cost: this.#cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  }

  /** @throws ApiError `BUSY` */
  #derive(line: Line, password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
    const options = { N: 2 ** ln, r, p, maxmem: 2 * 128 * r * 2 ** ln };
    // The same password can be typed in two ways where letters carry accents. @see RFC 8265 § 4.2.2
    return this.#turns[line].take(() => derive(password.normalize('NFC'), salt, HASH_BYTES, options));
  }
}

/** One after the other, and only so many that wait. */
class Turns {
  readonly #inTurn = inTurn();
  #inLine = 0;

  /** @throws ApiError `BUSY` */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#inLine > MOST_WAITING)
      throw new ApiError('BUSY', 'too many are logging in', { headers: retryAfter(Seconds(5)) });
    this.#inLine += 1;
    try {
      return await this.#inTurn(work);
    } finally {
      this.#inLine -= 1;
    }
  }
}

interface ReadHash {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** @throws TypeError where it is none of ours */
function readHash(written: string): ReadHash {
  const [, ln, r, p, salt, hash] = WRITTEN.exec(written) ?? [];
  if (salt === undefined || hash === undefined) throw new TypeError('this is no password hash of ours');
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
