import { numberField, textField } from '#modbus/simulator/fields.ts';
import type { Memory } from '#modbus/simulator/memory.ts';
import type { Field } from '#modbus/simulator/register-map.ts';
import { membersOf } from '#modbus/simulator/saved-numbers.ts';

/*
 * What the laboratory's meter has and a PAC3200 has not, in a range of registers where a PAC3200 answers with exception 02:
 *
 *   62000     uint16     19521: this is a meter of the laboratory
 *   62001     uint16     state of the breaker: 0 disconnected, 1 connected, 2 ready for reconnection
 *   62002     uint16     order to the breaker, by the same numbers; reads as the last one
 *   62010     char[32]   first line of the display
 *   62026     char[32]   second line of the display
 *
 * Orders and lines are written by function 10h.
 */
const IDENTITY = { at: 62_000, value: 19_521 };
const STATE_AT = 62_001;
const ORDER_AT = 62_002;
const LINES_AT = [62_010, 62_026] as const;
const LINE_REGISTERS = 16;

const DISCONNECTED = 0;
const CONNECTED = 1;
const READY = 2;

const PART = 'panel';

/** A bistable breaker with a button, and a display of two lines. Both keep what they are without power. */
export class Panel {
  readonly fields: readonly Field[];
  readonly #memory: Memory;
  #state = CONNECTED;
  #order = CONNECTED;
  #lines: readonly string[] = LINES_AT.map(() => '');

  constructor(memory: Memory) {
    this.#memory = memory;
    const saved = memory.read(PART, readPanel);
    if (saved !== undefined) ({ state: this.#state, order: this.#order, lines: this.#lines } = saved);
    this.fields = [
      numberField(IDENTITY.at, 'uint16', { read: () => IDENTITY.value }),
      numberField(STATE_AT, 'uint16', { read: () => this.#state }),
      numberField(ORDER_AT, 'uint16', {
        read: () => this.#order,
        write: { allows: (order) => order <= READY, apply: (order) => this.#obey(order) },
      }),
      ...LINES_AT.map((at, line) =>
        textField(at, LINE_REGISTERS, {
          read: () => this.#lines[line] ?? '',
          write: (text) => this.#show(line, text),
        }),
      ),
    ];
  }

  get isConnected(): boolean {
    return this.#state === CONNECTED;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Closes the breaker if it is ready; it never opens it. */
  pressButton(): void {
    if (this.#state === READY) this.#state = CONNECTED;
    this.#save();
  }

  #obey(order: number): void {
    this.#order = order;
    this.#state = order;
    this.#save();
  }

  #show(line: number, text: string): void {
    this.#lines = this.#lines.with(line, text);
    this.#save();
  }

  #save(): void {
    this.#memory.write(PART, { state: this.#state, order: this.#order, lines: this.#lines });
  }
}

function readPanel(content: unknown) {
  const { state, order, lines } = membersOf(content);
  if (!isState(state) || !isState(order)) throw new TypeError('the breaker is in no state that it has');
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) {
    throw new TypeError('lines must be texts');
  }
  return { state, order, lines };
}

const isState = (value: unknown): value is number => value === DISCONNECTED || value === CONNECTED || value === READY;
