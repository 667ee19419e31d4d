import { FileError, type Located } from '#core/located.ts';
import type { Access, IdentityPoint } from '#modbus/measure-plan.ts';
import { formatNames, isFormatName, registerFormats } from '#modbus/register-format.ts';
import { addressAt } from './access.ts';
import { integerAt, invalid, itemsOf, keyAt, need, onlyFields, textAt } from './fields.ts';
import { checkLength, type Point } from './point.ts';

/** What the device says about itself, read once per connection. */
export function readIdentity(identify: Located | undefined, access: Access): readonly Point[] {
  if (identify === undefined) return [];
  const points = itemsOf(identify).map((item) => readIdentityPoint(item, access));
  const keys = points.map(({ identity }) => identity.key);
  points.forEach(({ identity, at }, index) => {
    if (keys.indexOf(identity.key) === index) return;
    throw new FileError('DEVICE_KEY_DUPLICATE', at.place, `the key "${identity.key}" is there twice`, 'another key');
  });
  return points;
}

function readIdentityPoint(item: Located, access: Access): Point & { identity: IdentityPoint } {
  onlyFields(item, ['key', 'at', 'registers', 'format', 'expect']);
  const content = readContent(need(item, 'format'), access);
  const expect = item.get('expect');
  const identity: IdentityPoint = {
    key: keyAt(need(item, 'key')),
    address: addressAt(need(item, 'at'), access),
    expect: expect === undefined ? undefined : expectedAt(expect),
    ...content.meaning,
  };
  checkLength(item, content.text, content.registers);
  return { at: item, address: identity.address, registers: content.registers, reading: content.text, identity };
}

type Meaning = { kind: 'number' } & Pick<IdentityPoint & { kind: 'number' }, 'format' | 'wordOrder'>;
type TextMeaning = { kind: 'text'; characters: number };

/** `uint16` and the like, or `char[20]`. */
function readContent(
  format: Located,
  { wordOrder }: Access,
): { text: string; registers: number; meaning: Meaning | TextMeaning } {
  const text = textAt(format);
  if (isFormatName(text)) {
    return { text, registers: registerFormats[text].registers, meaning: { kind: 'number', format: text, wordOrder } };
  }
  const characters = Number(/^char\[([1-9]\d{0,2})\]$/.exec(text)?.[1]);
  if (characters % 2 === 0) return { text, registers: characters / 2, meaning: { kind: 'text', characters } };
  throw invalid(format, `one of ${formatNames.join(', ')}, or char[n] with an even n`);
}

function expectedAt(expect: Located): string {
  return typeof expect.value === 'number'
    ? String(integerAt(expect, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))
    : textAt(expect);
}
