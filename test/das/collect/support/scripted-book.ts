import type { Instant } from '#core/time.ts';
import { dateTimeOctets } from '#cosem/date-time.ts';
import type { ScriptedMeter } from './scripted-meter.ts';
import { column, type Data, numbersIn, objectOf, octets, profileOf } from './scripted-profile.ts';

export interface ScriptedEntry {
  readonly number: bigint;
  readonly at: Instant;
  readonly code: number;
  readonly text: string;
}

/** The profile of each book, and the object that says its newest number. @see docs/mapping.md § 6 */
const PLACES = {
  system: { profile: '0000636200ff', counter: '0000600f01ff' },
  consumer: { profile: '0000636201ff', counter: '0000600f02ff' },
  calibration: { profile: '0000636202ff', counter: '0000600f03ff' },
} as const;

/** A book of events that a meter hands out, for as long as it is in its parts. */
export class ScriptedBook {
  readonly entries: ScriptedEntry[] = [];
  /** Rows beside the entries that every page has. */
  readonly oddRows: Data[] = [];
  /** The newest number, where it is not that of the last entry here. */
  newest: bigint | undefined;

  constructor(meter: ScriptedMeter, name: keyof typeof PLACES) {
    const { profile, counter } = PLACES[name];
    const columns = [
      column(8, '0000010000ff'),
      column(1, counter),
      column(1, '0000600b00ff'),
      column(1, '0000600b01ff'),
    ];
    meter.parts.set(`1-${counter}/attributes/2`, () => {
      const value = this.newest ?? this.entries.at(-1)?.number ?? 0n;
      const objects = [objectOf(1, counter, { 2: { type: 'double-long-unsigned', value } })];
      return { kind: 'objects', count: 1, objects };
    });
    meter.parts.set(`7-${profile}/attributes/2`, (query) => {
      const { from, to } = numbersIn(query);
      const rows = this.entries.filter(({ number }) => number >= from && number <= to).map(rowOf);
      return profileOf(profile, columns, [...rows, ...this.oddRows]);
    });
  }

  /** The same event again and again, a second after the other. */
  write(count: number, from: Instant, { code, text }: Pick<ScriptedEntry, 'code' | 'text'>): void {
    const known = this.entries.at(-1)?.number ?? 0n;
    for (let index = 1; index <= count; index += 1) {
      this.entries.push({ number: known + BigInt(index), at: (from + index * 1_000) as Instant, code, text });
    }
  }
}

const rowOf = ({ number, at, code, text }: ScriptedEntry): Data => ({
  type: 'structure',
  value: [
    octets(dateTimeOctets(at)),
    { type: 'double-long-unsigned', value: number },
    { type: 'long-unsigned', value: BigInt(code) },
    { type: 'utf8-string', value: text },
  ],
});
