import assert from 'node:assert/strict';
import { silentLog } from '#core/log.ts';
import { Instant } from '#core/time.ts';
import { readRegisters, registerFormats, writeRegisters } from '#modbus/register-format.ts';
import { Memory } from '#modbus/simulator/memory.ts';
import { Site } from '#modbus/simulator/model/site.ts';
import { Pac3200 } from '#modbus/simulator/pac3200/meter.ts';

/** Noon of a summer's day: the sun shines, so power flows both ways within a day. */
export const NOON = Instant(Date.UTC(2026, 5, 20, 12));

/** A meter at its site, without a network; the test owns its seconds. */
export class Bench {
  readonly memory: Memory;
  readonly meter: Pac3200;
  readonly #site: Site;

  constructor({ seed = 1, start = NOON, memory = new Memory(undefined, silentLog), hasNeutralCurrent = true } = {}) {
    this.memory = memory;
    this.#site = new Site(start, seed);
    this.meter = new Pac3200({ memory, serialNumber: '0012345678', hasNeutralCurrent });
    this.run(1);
  }

  run(seconds: number): void {
    for (let second = 0; second < seconds; second++) this.meter.step(this.#site.step());
  }

  float32(at: number): number {
    return this.#read(at, 'float32');
  }

  float64(at: number): number {
    return this.#read(at, 'float64');
  }

  uint32(at: number): number {
    return this.#read(at, 'uint32');
  }

  write(at: number, format: 'float32' | 'float64' | 'uint32', value: number): void {
    this.meter.writeRegisters(at, writeRegisters(format, value));
  }

  /** All momentary values, by offset. */
  momentary(): ReadonlyMap<number, number> {
    return this.#floats(1, 73);
  }

  energies(): readonly number[] {
    return Array.from({ length: 10 }, (_, index) => this.float64(801 + 4 * index));
  }

  /** The bytes of the wire. */
  registers(at: number, count: number, functionCode: 3 | 4 = 3): Uint8Array {
    return this.meter.registers.get(functionCode)?.read(at, count) ?? assert.fail(`no function ${functionCode}`);
  }

  bit(offset: number): boolean | undefined {
    return this.meter.bits.get(offset)?.();
  }

  #read(at: number, format: 'float32' | 'float64' | 'uint32'): number {
    return Number(readRegisters(format, this.registers(at, registerFormats[format].registers)));
  }

  #floats(first: number, last: number): ReadonlyMap<number, number> {
    const bytes = this.registers(first, last - first + 2);
    const offsets = Array.from({ length: bytes.length / 4 }, (_, index) => first + 2 * index);
    return new Map(
      offsets.map((at) => [
        at,
        Number(readRegisters('float32', bytes.subarray(2 * (at - first), 2 * (at - first) + 4))),
      ]),
    );
  }
}
