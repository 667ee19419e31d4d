import { utf8 } from '#core/bytes.ts';
import { AccessRefusal } from './access-result.ts';
import { dataClass } from './data.ts';
import { type CosemData, octetString } from './data-types.ts';
import type { ClassDefinition } from './interface-class.ts';
import type { ParameterRow } from './parameter.ts';

/** A display at the meter. */
export interface Display {
  readonly lines: number;
  /** Characters in a line. */
  readonly columns: number;
  /** Resolves when the device has taken it. @throws SealmeterError (device) */
  show(lines: readonly string[]): Promise<void>;
}

export interface MessageRow extends ParameterRow {
  readonly display: Display;
}

const VALUE = 2;

/** Nothing is shown. */
export const messageDefaults = { [VALUE]: octetString(new Uint8Array()) };

/**
 * A message to the consumer on the meter's display: printable ASCII, lines parted by a line feed.
 * @see IEC 62056-6-1 (OBIS), 0-b:96.13.1: consumer message via the meter display
 */
export const displayMessage: ClassDefinition<MessageRow> = dataClass({
  read: ({ parameters }) => parameters.get(VALUE),
  writing: {
    event: 'message-shown',
    prepare({ display, parameters }, written) {
      const lines = linesOf(written, display);
      return async () => {
        await display.show(lines);
        parameters.put(VALUE, octetString(utf8(lines.join('\n'))));
      };
    },
  },
});

function linesOf(written: CosemData, { lines, columns }: Display): readonly string[] {
  const text = textOf(written);
  if (!/^[ -~\n]*$/.test(text)) throw new AccessRefusal('VALUE_NOT_ALLOWED', 'the display shows printable ASCII only');
  const parts = text.split('\n');
  if (parts.length > lines || parts.some(({ length }) => length > columns)) {
    throw new AccessRefusal('VALUE_NOT_ALLOWED', `the display has ${lines} lines of ${columns} characters`);
  }
  return parts;
}

function textOf(written: CosemData): string {
  switch (written.type) {
    case 'octet-string':
      return String.fromCharCode(...written.value);
    case 'visible-string':
    case 'utf8-string':
      return written.value;
    default:
      throw new AccessRefusal('TYPE_UNMATCHED', `attribute 2: ${written.type} instead of octet-string`);
  }
}
