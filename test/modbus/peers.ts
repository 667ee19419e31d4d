import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { program } from '../support/programs.ts';
import type { Memory } from './pac3200-memory.ts';

/** A Modbus TCP server of somebody else, in a process of its own. */
export class Peer implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly port: number;

  private constructor(process: ChildProcessByStdio<Writable, Readable, null>, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts it with its registers on standard input; it says its port when it serves. */
  static async start(command: string, args: readonly string[], input: string): Promise<Peer> {
    const process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    process.stdin.end(input);
    for await (const line of createInterface(process.stdout)) return new Peer(process, Number(line));
    throw new Error(`${command} ${args.join(' ')} ended before it served`);
  }

  stop(): void {
    this.#process.kill('SIGSTOP');
  }

  carryOn(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

const source = (name: string): string => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));

export function startPymodbus(memory: Memory): Promise<Peer> {
  return Peer.start(program('python3'), [source('pymodbus_server.py')], JSON.stringify(Object.fromEntries(memory)));
}

/** The libmodbus server, compiled for the time of a test file. */
export class LibmodbusServer implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealmeter-libmodbus-'));

  constructor() {
    program('libmodbus');
    execFileSync(program('gcc'), ['-Wall', '-Werror', '-o', this.#binary, source('libmodbus_server.c'), '-lmodbus']);
  }

  get #binary(): string {
    return join(this.#folder, 'server');
  }

  /** On a port of its own choice, or on one that an earlier one had. */
  start(memory: Memory, port = 0): Promise<Peer> {
    const lines = [...memory].map(([address, value]) => `${address} ${value}\n`);
    return Peer.start(this.#binary, [String(port)], lines.join(''));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
