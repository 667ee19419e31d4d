import { equalBytes } from '#core/bytes.ts';
import { formatObis } from '#core/obis.ts';
import type { ParameterAddress, ParameterStore } from '#cosem/parameter-store.ts';
import { SQL } from './sql/statements.ts';
import { dataOfText, dataToText } from './store/data-json.ts';
import { rowHash } from './store/hash-chain.ts';
import { damaged } from './store/journal-errors.ts';
import type { Ledger } from './store/ledger.ts';
import { RowReader } from './store/row.ts';

/**
 * What was written into objects, as it stands today. The history of it is in the books: each change is an event, written
 * before the change.
 */
export const journaledParameters = (ledger: Ledger): ParameterStore => ({
  get(address) {
    const name = nameOf(address);
    const row = ledger.database.get(SQL.parameter, name);
    if (row === undefined) return undefined;
    const reader = new RowReader(row, `parameter ${name}`);
    const value = reader.text('value');
    if (equalBytes(hashOf(name, value), reader.bytes('hash'))) return dataOfText(value);
    throw damaged(`parameter ${name}`, 'it is not what its hash says');
  },
  put(address, data) {
    const name = nameOf(address);
    const value = dataToText(data);
    ledger.commit(() => ledger.database.run(SQL.putParameter, name, value, hashOf(name, value)));
  },
});

/** `1sie0012345678.sm 1-1-0:0.8.4.255 2`: device, class and logical name, attribute. */
const nameOf = ({ ldev, classId, logicalName, attribute }: ParameterAddress): string =>
  `${ldev} ${classId}-${formatObis(logicalName)} ${attribute}`;

const hashOf = (name: string, value: string): Uint8Array => rowHash('parameter', [name, value]);
