import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { concatBytes, equalBytes, fromHex, toHex } from '#core/bytes.ts';
import { program } from '../support/programs.ts';
import type { SigningKey } from '../support/signing-keys.ts';

// A PIV card as a program: APDUs in, APDUs out. As much of it as OpenSC needs to find two keys and to sign with them.
// @see NIST SP 800-73-4 Part 1 § 4 (data objects), Part 2 § 3 (commands); ISO/IEC 7816-4 § 5

/** What OpenSC 0.23 knows as a YubiKey 4: it does ECDSA only with cards of which it knows the answer to reset. */
export const ANSWER_TO_RESET = bytes('3bf81300008131fe15597562696b657934d4');

const AID = bytes('a000000308');
const FULL_AID = bytes('a000000308000010000100');
const YUBIKEY_VERSION = bytes('050403');

const STATUS = {
  ok: 0x9000,
  pinNeeded: 0x6982,
  pinLocked: 0x6983,
  notFound: 0x6a82,
  keyNotFound: 0x6a88,
  unknownInstruction: 0x6d00,
  triesLeft: 0x63c0,
  moreData: 0x6100,
} as const;

/** The keys by their reference, the data object of their certificate, and whether each use wants the PIN just before. */
const SLOTS = {
  '9a': { certificate: '5fc105', pinAlways: false },
  '9c': { certificate: '5fc10a', pinAlways: true },
} as const;

export type Slot = keyof typeof SLOTS;

interface Command {
  readonly instruction: number;
  readonly parameters: string;
  readonly data: Uint8Array;
}

interface Response {
  readonly status: number;
  readonly data?: Uint8Array;
}

export interface PivCardParts {
  readonly pin: string;
  readonly keys: Readonly<Record<Slot, SigningKey>>;
  /** 16 hex digits. */
  readonly serial: string;
}

export class PivCard implements Disposable {
  /** How long the card computes at a signature beside what openssl takes, in milliseconds. */
  signingTime = 0;
  /** Called when it begins to sign. */
  onSigning: () => void = () => {};
  /** How many tries of the PIN are left. They outlive power-off, as on a real card. */
  tries = 3;
  /** Every PIN that the card was shown. */
  readonly pins: string[] = [];
  readonly #parts: PivCardParts;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealmeter-card-'));
  readonly #objects: ReadonlyMap<string, Uint8Array>;
  #verified = false;
  #justVerified = false;
  #rest: Uint8Array = Uint8Array.of();
  #chained: Uint8Array = Uint8Array.of();

  constructor(parts: PivCardParts) {
    this.#parts = parts;
    this.#objects = new Map([
      ['7e', tlv('7e', tlv('4f', FULL_AID), tlv('5f2f', bytes('4000')))],
      ['5fc102', tlv('53', holderIdentifier(parts.serial), tlv('fe'))],
      ...this.#slots().map(([slot, key]) => {
        writeFileSync(this.#keyFile(slot), key.privateKeyPem, { mode: 0o600 });
        const certificate = tlv('70', key.certificate.raw);
        return [SLOTS[slot].certificate, tlv('53', certificate, tlv('71', bytes('00')), tlv('fe'))] as const;
      }),
    ]);
  }

  /** Power on, power off and reset: what the card knew only for the session is gone. */
  reset(): void {
    this.#verified = false;
    this.#justVerified = false;
    this.#rest = Uint8Array.of();
    this.#chained = Uint8Array.of();
  }

  async answer(apdu: Uint8Array): Promise<Uint8Array> {
    const isChained = ((apdu[0] ?? 0) & 0x10) !== 0;
    const command = readCommand(apdu);
    if (isChained) {
      this.#chained = concatBytes(this.#chained, command.data);
      return statusBytes(STATUS.ok);
    }
    const whole = { ...command, data: concatBytes(this.#chained, command.data) };
    this.#chained = Uint8Array.of();
    const { status, data = Uint8Array.of() } = await this.#perform(whole);
    return status === STATUS.ok ? this.#inPieces(data) : statusBytes(status);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #perform(command: Command): Promise<Response> {
    const justVerified = this.#justVerified;
    this.#justVerified = false;
    switch (command.instruction) {
      case 0xa4:
        return this.#select(command);
      case 0xcb:
        return this.#getData(command);
      case 0x20:
        return this.#verify(command);
      case 0x87:
        return await this.#authenticate(command, justVerified);
      case 0xc0:
        return { status: STATUS.ok, data: this.#rest };
      case 0xfd:
        return { status: STATUS.ok, data: YUBIKEY_VERSION };
      default:
        return { status: STATUS.unknownInstruction };
    }
  }

  /** SELECT. Selecting the application anew does not forget the PIN. */
  #select({ data }: Command): Response {
    if (!equalBytes(data.subarray(0, AID.length), AID)) return { status: STATUS.notFound };
    return { status: STATUS.ok, data: tlv('61', tlv('4f', FULL_AID.subarray(5)), tlv('79', tlv('4f', AID))) };
  }

  /** GET DATA: 5C, length, tag of the object. */
  #getData({ data }: Command): Response {
    const object = this.#objects.get(toHex(data.subarray(2, 2 + (data[1] ?? 0))));
    return object === undefined ? { status: STATUS.notFound } : { status: STATUS.ok, data: object };
  }

  /** VERIFY: the PIN, padded with FF to eight bytes; without data it asks whether that is needed. */
  #verify({ data }: Command): Response {
    if (data.length === 0) return { status: this.#verified ? STATUS.ok : STATUS.triesLeft + this.tries };
    if (this.tries === 0) return { status: STATUS.pinLocked };
    const pin = Buffer.from(data.filter((byte) => byte !== 0xff)).toString();
    this.pins.push(pin);
    this.#verified = pin === this.#parts.pin;
    this.#justVerified = this.#verified;
    this.tries = this.#verified ? 3 : this.tries - 1;
    if (this.#verified) return { status: STATUS.ok };
    return { status: this.tries === 0 ? STATUS.pinLocked : STATUS.triesLeft + this.tries };
  }

  /** GENERAL AUTHENTICATE: 7C { 82 empty, 81 digest } is answered with 7C { 82 signature in DER }. */
  async #authenticate({ parameters, data }: Command, justVerified: boolean): Promise<Response> {
    const slot = this.#slots().find(([name]) => name === parameters.slice(2))?.[0];
    if (slot === undefined) return { status: STATUS.keyNotFound };
    if (SLOTS[slot].pinAlways ? !justVerified : !this.#verified) return { status: STATUS.pinNeeded };
    const challenge = Buffer.from(data).indexOf(0x81, 4);
    const digest = data.subarray(challenge + 2, challenge + 2 + (data[challenge + 1] ?? 0));
    this.onSigning();
    await new Promise((resolve) => setTimeout(resolve, this.signingTime));
    return { status: STATUS.ok, data: tlv('7c', tlv('82', await this.#signDigest(slot, digest))) };
  }

  /** Node.js signs no ready digest with ECDSA; openssl does. */
  async #signDigest(slot: Slot, digest: Uint8Array): Promise<Uint8Array> {
    const openssl = spawn(program('openssl'), ['pkeyutl', '-sign', '-inkey', this.#keyFile(slot)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    openssl.stdin.end(digest);
    return await buffer(openssl.stdout);
  }

  /** Up to 256 bytes at a time; 61xx says how much is left, and GET RESPONSE fetches it. */
  #inPieces(data: Uint8Array): Uint8Array {
    this.#rest = data.subarray(256);
    const status = this.#rest.length === 0 ? STATUS.ok : STATUS.moreData + (Math.min(this.#rest.length, 256) & 0xff);
    return concatBytes(data.subarray(0, 256), statusBytes(status));
  }

  #slots(): [Slot, SigningKey][] {
    return Object.entries(this.#parts.keys) as [Slot, SigningKey][];
  }

  #keyFile(slot: Slot): string {
    return join(this.#folder, `${slot}.pem`);
  }
}

/** Card Holder Unique Identifier: the card's number, of which OpenSC makes the serial number, no GUID, an expiry date. */
const holderIdentifier = (serial: string): Uint8Array =>
  concatBytes(
    tlv('30', bytes(serial.padStart(50, '0'))),
    tlv('34', new Uint8Array(16)),
    tlv('35', Buffer.from('20400101')),
    tlv('3e'),
  );

function readCommand(apdu: Uint8Array): Command {
  const [, instruction = 0, first = 0, second = 0, length = 0] = apdu;
  const parameters = toHex(Uint8Array.of(first, second));
  return { instruction, parameters, data: apdu.length > 5 ? apdu.slice(5, 5 + length) : Uint8Array.of() };
}

function tlv(tag: string, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents);
  return concatBytes(bytes(tag), lengthBytes(content.length), content);
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

const statusBytes = (status: number): Uint8Array => Uint8Array.of(status >> 8, status & 0xff);

function bytes(hex: string): Uint8Array {
  return fromHex(hex) ?? Uint8Array.of();
}
