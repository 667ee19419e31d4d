import { SealmeterError } from '#core/errors.ts';
import { obisGroups } from '#core/obis.ts';
import { AccessRefusal } from './access-result.ts';
import { type CosemData, integerData, octetString, structure } from './data-types.ts';
import type { CosemEvent, EventName, WrittenMember } from './events.ts';
import type { AccessContext, AttributeDefinition, MethodDefinition, ObjectIdentity } from './interface-class.ts';

/** How an attribute is written. */
export interface Writing<Row> {
  readonly event: EventName;
  /** Whether this object takes it: its device may lack what would act. Default: yes. */
  readonly isOffered?: (row: Row) => boolean;
  /**
   * Judges the data now, and gives back what makes them the value.
   * @throws AccessRefusal
   */
  readonly prepare: (row: Row, data: CosemData, context: AccessContext) => Effect<void>;
}

/** How a method is run. */
export interface Running<Row> {
  /** Absent for a part of something that is recorded as a whole. */
  readonly event?: EventName;
  readonly isOffered?: (row: Row) => boolean;
  /** As {@link Writing.prepare}; the effect gives back what the method returns. */
  readonly prepare: (row: Row, parameter: CosemData, context: AccessContext) => Effect<CosemData | void>;
}

type Effect<Result> = () => Result | Promise<Result>;

interface ClassIdentity {
  readonly classId: number;
}

/** @throws AccessRefusal */
export async function writeAttribute<Row extends ObjectIdentity>(
  { classId }: ClassIdentity,
  row: Row,
  attribute: AttributeDefinition<Row> | undefined,
  data: CosemData,
  context: AccessContext,
): Promise<undefined> {
  if (attribute === undefined) throw new AccessRefusal('ATTRIBUTE_UNDEFINED');
  const { id, writing } = attribute;
  if (writing === undefined || writing.isOffered?.(row) === false) throw new AccessRefusal('ATTRIBUTE_READ_ONLY');
  const effect = writing.prepare(row, data, context);
  const before = attribute.read(row, context.device.snapshot());
  const member = { kind: 'attribute', classId, logicalName: row.logicalName, id } as const;
  await recorded({ name: writing.event, member, data: structure(...namesOf(member), before, data) }, context, effect);
  return undefined;
}

/** @throws AccessRefusal */
export async function invokeMethod<Row extends ObjectIdentity>(
  { classId }: ClassIdentity,
  row: Row,
  method: MethodDefinition<Row> | undefined,
  parameter: CosemData,
  context: AccessContext,
): Promise<CosemData | undefined> {
  if (method === undefined) throw new AccessRefusal('METHOD_UNDEFINED');
  const { id, running } = method;
  if (running === undefined || running.isOffered?.(row) === false) throw new AccessRefusal('METHOD_UNAVAILABLE');
  const effect = running.prepare(row, parameter, context);
  const { event: name } = running;
  if (name === undefined) return (await effect()) ?? undefined;
  const member = { kind: 'method', classId, logicalName: row.logicalName, id } as const;
  const told = { name, member, data: structure(...namesOf(member), parameter) };
  return (await recorded(told, context, effect)) ?? undefined;
}

/** `long-unsigned class_id, octet-string logical_name, integer index`: what an event's data begin with. */
const namesOf = ({ classId, logicalName, id }: WrittenMember): readonly CosemData[] => [
  integerData('long-unsigned', BigInt(classId)),
  octetString(Uint8Array.from(obisGroups(logicalName))),
  integerData('integer', BigInt(id)),
];

/** Nothing happens unrecorded: the event comes first, and a second one where what it tells of did not come about. */
async function recorded<Result>(
  told: Pick<CosemEvent, 'name' | 'member' | 'data'>,
  { events, at, device, actor }: AccessContext,
  effect: Effect<Result>,
): Promise<Result> {
  const common = { at, ldev: device.id, actor };
  events.record({ ...common, ...told });
  try {
    return await effect();
  } catch (error) {
    events.record({ ...common, name: 'order-failed', data: { type: 'visible-string', value: told.name } });
    throw asRefusal(error);
  }
}

/** What the device or the way to it did is told as such; anything else is a mistake of ours and stays one. */
function asRefusal(error: unknown): unknown {
  if (error instanceof AccessRefusal || !(error instanceof SealmeterError) || error.fault !== 'device') return error;
  return new AccessRefusal('HARDWARE_FAULT', error.message, error);
}
