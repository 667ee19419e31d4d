import { concatBytes } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';
import { Connection } from './client/connection.ts';
import { decodeIdentity } from './decode.ts';
import type { Block, IdentityPoint, MeasurePlan } from './measure-plan.ts';
import { writeRegisters } from './register-format.ts';
import { ModbusError, type RegisterWrite } from './transport.ts';

export interface ActuatorOptions {
  readonly plan: MeasurePlan;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** How long a connect and each reply may take. */
  readonly timeout: Duration;
  readonly clock: Clock;
}

/** What can be switched. */
export type SwitchName = 'breaker' | 'tariff';

/**
 * Acts on a device: the only thing in this program that writes to one, and it writes nothing but what the device's
 * description lists under `actuators`.
 *
 * Every order has a connection of its own, on which the device is identified first: an address means something else in
 * another device. Orders are carried out one after the other.
 */
export class Actuator {
  readonly #options: ActuatorOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ActuatorOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the device has confirmed the order.
   * @throws ModbusError; after `timeout` nobody knows whether the order was carried out
   */
  switchTo(name: SwitchName, value: number): Promise<void> {
    const point = this.#options.plan.actuators[name];
    if (point?.values.includes(value) !== true) {
      return refused(`the description lists no value ${value} for an actuator "${name}"`);
    }
    const { functionCode, address } = point;
    return this.#inTurn({ functionCode, address, words: writeRegisters('uint16', value) });
  }

  /** Lines that are not given are cleared. As {@link switchTo}. */
  show(lines: readonly string[]): Promise<void> {
    const point = this.#options.plan.actuators.display;
    if (point === undefined) return refused('the description lists no display');
    const { address, columns } = point;
    if (lines.length > point.lines || !lines.every((line) => isShowable(line, columns))) {
      return refused(`the display has ${point.lines} lines of ${columns} printable characters`);
    }
    const texts = Array.from({ length: point.lines }, (_, index) => (lines[index] ?? '').padEnd(columns));
    return this.#inTurn({ functionCode: 16, address, words: concatBytes(...texts.map(ascii)) });
  }

  /** An order that fails does not keep the next one from being tried. */
  #inTurn(registers: RegisterWrite): Promise<void> {
    const order = this.#last.then(() => this.#order(registers));
    this.#last = order.catch(() => undefined);
    return order;
  }

  async #order(registers: RegisterWrite): Promise<void> {
    const connection = await Connection.open(
      { ...this.#options, connectTimeout: this.#options.timeout, onEnd() {} },
      undefined,
    );
    try {
      await this.#identify(connection);
      await connection.write(registers, undefined);
    } finally {
      connection.end(new ModbusError('stopped', 'the order is over'));
    }
  }

  async #identify(connection: Connection): Promise<void> {
    const telling = this.#options.plan.blocks.filter(({ identity }) => identity.some(isExpected));
    for (const block of telling) {
      const bytes = await connection.read(block, undefined);
      this.#requireExpected(block, bytes);
    }
  }

  #requireExpected(block: Block, bytes: Uint8Array): void {
    const { clock, plan } = this.#options;
    const reading = { address: block.address, bytes, readAt: clock.now() };
    for (const point of block.identity) {
      const found = decodeIdentity(point, reading);
      if (point.expect === undefined || point.expect === found) continue;
      const problem = `${plan.model.id}: ${point.key} is "${found}", not "${point.expect}": nothing was written`;
      throw new ModbusError('identity', problem);
    }
  }
}

const isExpected = ({ expect }: IdentityPoint): boolean => expect !== undefined;

const isShowable = (line: string, columns: number): boolean => line.length <= columns && /^[ -~]*$/.test(line);

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const refused = (problem: string): Promise<never> => Promise.reject(new ModbusError('request', problem));
