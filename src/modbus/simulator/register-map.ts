import { concatBytes } from '#core/bytes.ts';
import { ModbusRefusal } from './wire/exceptions.ts';

/** One value and the registers that it fills. */
export interface Field {
  readonly at: number;
  readonly registers: number;
  /** The bytes of the wire, two per register. */
  readonly read: () => Uint8Array;
  /**
   * Judges the bytes (and throws `ModbusRefusal`) now, and gives back what makes them the value. Absent where the
   * field is read only.
   */
  readonly write?: (words: Uint8Array) => () => void;
}

/** Registers that are read and written together or not at all. */
export interface WholeBlock {
  readonly at: number;
  readonly registers: number;
}

interface MapRules {
  readonly wholeBlocks?: readonly WholeBlock[];
  /** Registers in one request. Default: 125, the most that a frame holds. */
  readonly mostRead?: number;
}

/**
 * A meter's registers. A range must begin and end with a field and have no hole; anything else is refused with 02.
 * The PAC3200's manual says so of a start inside a value and of a write's end; of a read's end and of holes it is
 * silent, and a simulator that allows less finds more mistakes.
 */
export class RegisterMap {
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #wholeBlocks: readonly WholeBlock[];
  readonly #mostRead: number;

  constructor(fields: readonly Field[], { wholeBlocks = [], mostRead = 125 }: MapRules = {}) {
    this.#fields = new Map(fields.map((field) => [field.at, field]));
    this.#wholeBlocks = wholeBlocks;
    this.#mostRead = mostRead;
  }

  read(start: number, count: number): Uint8Array {
    if (count > this.#mostRead) throw new ModbusRefusal('illegal data value');
    return concatBytes(...this.#fieldsOf(start, count).map((field) => field.read()));
  }

  /** Writes all of the fields, or none. */
  write(start: number, words: Uint8Array): void {
    const changes = this.#fieldsOf(start, words.length / 2).map((field) => {
      if (field.write === undefined) throw new ModbusRefusal('illegal data address');
      const offset = 2 * (field.at - start);
      return field.write(words.subarray(offset, offset + 2 * field.registers));
    });
    for (const change of changes) change();
  }

  #fieldsOf(start: number, count: number): readonly Field[] {
    this.#respectWholeBlocks(start, count);
    const fields: Field[] = [];
    const end = start + count;
    let at = start;
    while (at < end) {
      const field = this.#fields.get(at);
      if (field === undefined) throw new ModbusRefusal('illegal data address');
      fields.push(field);
      at += field.registers;
    }
    if (at !== end) throw new ModbusRefusal('illegal data address');
    return fields;
  }

  #respectWholeBlocks(start: number, count: number): void {
    const cut = this.#wholeBlocks.some((block) => {
      const touches = start < block.at + block.registers && block.at < start + count;
      return touches && (start !== block.at || count !== block.registers);
    });
    if (cut) throw new ModbusRefusal('illegal data address');
  }
}
