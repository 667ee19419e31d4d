import {
  type FormatName,
  readRegisters,
  registerFormats,
  type WordOrder,
  writeRegisters,
} from '#modbus/register-format.ts';
import type { Field } from './register-map.ts';
import { ModbusRefusal } from './wire/exceptions.ts';

interface NumberSource {
  readonly read: () => number;
  /** Default: big. */
  readonly wordOrder?: WordOrder;
  readonly write?: {
    readonly allows: (value: number) => boolean;
    readonly apply: (value: number) => void;
  };
}

/** A number. A written one that is not allowed is refused with 03. */
export function numberField(at: number, format: FormatName, { read, wordOrder, write }: NumberSource): Field {
  return {
    at,
    registers: registerFormats[format].registers,
    read: () => writeRegisters(format, read(), wordOrder),
    ...(write && {
      write: (words: Uint8Array) => {
        const value = Number(readRegisters(format, words, wordOrder));
        if (!write.allows(value)) throw new ModbusRefusal('illegal data value');
        return () => write.apply(value);
      },
    }),
  };
}

interface TextSource {
  readonly read: () => string;
  readonly write?: (text: string) => void;
}

/** Printable ASCII, two characters per register, filled up with blanks. */
export function textField(at: number, registers: number, { read, write }: TextSource): Field {
  return {
    at,
    registers,
    read: () => Uint8Array.from(read().padEnd(2 * registers), (character) => character.charCodeAt(0)),
    ...(write && {
      write: (words: Uint8Array) => {
        const text = String.fromCharCode(...words).replace(/[ \0]+$/, '');
        if (!isText(text)) throw new ModbusRefusal('illegal data value');
        return () => write(text);
      },
    }),
  };
}

const isText = (text: string): boolean => /^[ -~]*$/.test(text);
