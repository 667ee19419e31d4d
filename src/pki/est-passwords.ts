import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '#core/clock.ts';
import { addTime, type Duration, formatInstant, parseInstant } from '#core/time.ts';

/** A password as somebody gives it: for one certificate under one label. */
export interface PasswordClaim {
  readonly label: string;
  readonly user: string;
  readonly password: string;
}

/** Wrong ones included: after that many the password is void. */
const MAX_TRIES = 5;

/** 25 of 32 characters, without those that look like another: 125 bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 25;
const GROUP = 5;

/**
 * One-time passwords in a folder, a file for each. Every step is one call that the file system does at once or not at
 * all, so that the command that makes a password and the server that takes it can run at the same time, and no two
 * requests can use the same password.
 *
 *     ID.password   {"user", "hash", "until"}
 *     ID.tries      a byte for each try
 *     ID.spent      what ID.password becomes when it is used
 */
export class EstPasswords {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Makes a password, in place of an earlier one for the same. This is the only time that anybody sees it. */
  async create(label: string, user: string, validity: Duration): Promise<string> {
    const password = newPassword();
    const until = formatInstant(addTime(this.#clock.now(), validity));
    const content = JSON.stringify({ user, hash: hashOf({ label, user, password }), until });
    const file = this.#file(label, user);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, `${content}\n`, { mode: 0o600 });
    await rm(`${file}.tries`, { force: true });
    await rename(`${file}.new`, `${file}.password`);
    return password;
  }

  /** Whether the password is right, and still good. Each call is a try. */
  async check(claim: PasswordClaim): Promise<boolean> {
    const kept = await this.#read(claim);
    if (kept === undefined) return false;
    // Counted before it is looked at: many at once do not get more tries.
    const tries = `${this.#file(claim.label, claim.user)}.tries`;
    await appendFile(tries, '.', { mode: 0o600 });
    if ((await stat(tries)).size > MAX_TRIES) return false;
    const until = parseInstant(kept.until);
    return until !== undefined && this.#clock.now() <= until && equalHashes(kept.hash, hashOf(claim));
  }

  /** Uses it up. Only one caller ever gets `true`. */
  async spend({ label, user }: PasswordClaim): Promise<boolean> {
    const file = this.#file(label, user);
    try {
      await rename(`${file}.password`, `${file}.spent`);
      return true;
    } catch {
      return false;
    }
  }

  async #read({ label, user }: PasswordClaim): Promise<{ readonly hash: string; readonly until: string } | undefined> {
    try {
      const kept: unknown = JSON.parse(await readFile(`${this.#file(label, user)}.password`, 'utf8'));
      return isKeptPassword(kept) ? kept : undefined;
    } catch {
      return undefined; // never made, or spent
    }
  }

  /** A name may contain anything, a file name may not. */
  #file(label: string, user: string): string {
    return join(this.#folder, createHash('sha256').update(`${label}\n${user}`).digest('hex').slice(0, 32));
  }
}

/** A plain hash will do: nobody searches through 125 random bits, and a slow hash would let strangers keep us busy. */
const hashOf = ({ label, user, password }: PasswordClaim): string =>
  createHash('sha256').update(`${label}\n${user}\n${password}`).digest('hex');

const equalHashes = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** `7k2mp-…`: in groups, for whoever has to type it. */
function newPassword(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return characters.join('').replaceAll(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-');
}

const isKeptPassword = (value: unknown): value is { hash: string; until: string } =>
  typeof value === 'object' &&
  value !== null &&
  'hash' in value &&
  'until' in value &&
  typeof value.hash === 'string' &&
  typeof value.until === 'string';
