import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { concatBytes } from '#core/bytes.ts';
import { freePort } from '../support/free-port.ts';
import { program } from '../support/programs.ts';
import { ANSWER_TO_RESET, type PivCard } from './piv-card.ts';

/**
 * A smart card reader without hardware: the daemon pcscd with the driver vpcd, which waits at a TCP port for a card.
 * A card is in the reader while it is connected there. (The driver can also connect to the card, but then it ends the
 * daemon where there is none.)
 *
 * Each message is two bytes of length and then an APDU, or one byte that says what to do with the card's power.
 */
const POWER_OFF = 0;
const POWER_ON = 1;
const RESET = 2;
const GET_ANSWER_TO_RESET = 4;

export class VirtualReader implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealmeter-reader-'));
  readonly #port: number;
  #daemon: ChildProcess | undefined;
  #log: Interface | undefined;
  #connection: Socket | undefined;
  #removal: Promise<void> | undefined;

  private constructor(port: number) {
    this.#port = port;
    const channel = `0x${port.toString(16).toUpperCase()}`;
    const reader = ['FRIENDLYNAME "Virtual PCD"', `DEVICENAME /dev/null:${channel}`, `LIBPATH ${program('vpcd')}`];
    writeFileSync(join(this.#folder, 'vpcd'), [...reader, `CHANNELID ${channel}`, ''].join('\n'));
  }

  /** Starts the daemon. PC/SC has one for the whole machine, which only root may start. */
  static async start(): Promise<VirtualReader> {
    const reader = new VirtualReader(await freePort(2));
    await reader.startDaemon();
    return reader;
  }

  async startDaemon(): Promise<void> {
    const daemon = spawn(program('pcscd'), ['--foreground', '--info', '--config', this.#folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', () => daemon.kill());
    this.#daemon = daemon;
    this.#log = createInterface(daemon.stdout);
    await this.#logged('daemon ready');
  }

  async stopDaemon(): Promise<void> {
    if (this.#daemon === undefined) return;
    const exited = once(this.#daemon, 'exit');
    this.#daemon.kill();
    this.#daemon = undefined;
    this.#connection = undefined;
    await exited;
  }

  /** Puts a card in. The daemon looks every 0.4 s, and has seen it then. */
  async insert(card: PivCard): Promise<void> {
    await this.#removal;
    const seen = this.#logged('Card ATR');
    this.#connection = connect(this.#port, '127.0.0.1');
    await once(this.#connection, 'connect');
    converse(this.#connection, card);
    await seen;
  }

  /** Pulls the card at once; the daemon sees that later, or when it talks to the card. */
  takeOut(): void {
    if (this.#connection === undefined) return;
    // A card that is back before the daemon has looked was never away.
    this.#removal = this.#logged('Card Removed').catch(() => undefined);
    this.#connection.destroy();
    this.#connection = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.takeOut();
    await this.stopDaemon();
    rmSync(this.#folder, { recursive: true });
  }

  /** Resolves when the daemon says so, from now on. */
  async #logged(text: string): Promise<void> {
    const log = this.#log ?? assert.fail('the daemon was not started');
    for await (const [line] of on(log, 'line', { close: ['close'] })) {
      if (String(line).includes(text)) return;
    }
    throw new Error(`pcscd ended before it said "${text}"; is another one running?`);
  }
}

/** Answers the reader's messages one after the other until the card is taken out. */
function converse(socket: Socket, card: PivCard): void {
  let received: Uint8Array = Uint8Array.of();
  let turn = Promise.resolve();
  const respond = async (before: Promise<void>, message: Uint8Array): Promise<void> => {
    await before;
    const answer = await answerTo(message, card);
    if (answer !== undefined && !socket.destroyed) socket.write(concatBytes(lengthOf(answer), answer));
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Uint8Array) => {
    received = concatBytes(received, chunk);
    for (let message = firstOf(received); message !== undefined; message = firstOf(received)) {
      received = received.slice(2 + message.length);
      turn = respond(turn, message);
    }
  });
}

async function answerTo(message: Uint8Array, card: PivCard): Promise<Uint8Array | undefined> {
  if (message.length > 1) return await card.answer(message);
  if (message[0] === GET_ANSWER_TO_RESET) return ANSWER_TO_RESET;
  if ([POWER_OFF, POWER_ON, RESET].includes(message[0] ?? -1)) card.reset();
  return undefined;
}

function firstOf(received: Uint8Array): Uint8Array | undefined {
  const length = ((received[0] ?? 0) << 8) + (received[1] ?? 0);
  return received.length >= 2 && received.length >= 2 + length ? received.subarray(2, 2 + length) : undefined;
}

const lengthOf = (message: Uint8Array): Uint8Array => Uint8Array.of(message.length >> 8, message.length & 0xff);
