import { formatObis, type ObisCode } from '#core/obis.ts';
import { type AccessOutcome, AccessRefusal } from './access-result.ts';
import { type CosemData, dataTypeNames, integerData } from './data-types.ts';
import {
  type AccessContext,
  type ClassDefinition,
  logicalNameAttribute,
  type ObjectIdentity,
  oncePerObject,
} from './interface-class.ts';
import { listOf, logicalNameShape, oneOf, type Shape, small, structureOf, type ValueOf } from './shape.ts';

const WRITE = 1;
const INVOKE = 2;

/**
 * `structure { enum service_id, long-unsigned class_id, octet-string logical_name, integer index, parameter }`:
 * writes an attribute (1) or runs a method (2).
 */
const actionShape = structureOf({
  service: small('enum', { min: BigInt(WRITE), max: BigInt(INVOKE) }),
  classId: small('long-unsigned'),
  logicalName: logicalNameShape,
  index: small('integer'),
  parameter: oneOf(dataTypeNames),
});

export type ScriptAction = ValueOf<typeof actionShape>;

/** `structure { long-unsigned script_identifier, array of actions }` */
const scriptShape = structureOf({
  identifier: small('long-unsigned'),
  actions: listOf(actionShape, { most: 32 }),
});

export type Script = ValueOf<typeof scriptShape>;

const scriptsShape = listOf(scriptShape, { most: 64 });

/** Names a script from elsewhere: `structure { octet-string script_logical_name, long-unsigned script_selector }`. */
export const scriptCallShape: Shape<ScriptCall> = structureOf({
  table: logicalNameShape,
  selector: small('long-unsigned'),
});

export interface ScriptCall {
  readonly table: ObisCode;
  /** 0 is no script: nothing is to be done. */
  readonly selector: number;
}

const SCRIPT_TABLE = 9;
const EXECUTE = 1;

export interface ScriptTableRow extends ObjectIdentity {
  readonly scripts: readonly Script[];
}

/**
 * Sets of actions that a client or the device itself triggers by their number: what schedules and calendars choose from.
 *
 * The scripts come with the device and can only be run. A table that clients could write would lend the rights on every
 * object to whoever may write it.
 * @see IEC 62056-6-2 (Blue Book), Script table (class_id 9, version 0)
 */
export const scriptTable: ClassDefinition<ScriptTableRow> = {
  classId: SCRIPT_TABLE,
  version: 0,
  name: 'Script table',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'scripts',
      types: scriptsShape.types,
      companions: [],
      read: oncePerObject(({ scripts }) => scriptsShape.write(scripts)),
    },
  ],
  methods: [
    {
      id: EXECUTE,
      name: 'execute',
      running: {
        event: 'script-executed',
        prepare({ scripts }, parameter, context) {
          const selector = small('long-unsigned').read(parameter, 'script identifier');
          const script = scripts.find(({ identifier }) => identifier === selector);
          if (script === undefined) throw new AccessRefusal('VALUE_NOT_ALLOWED', `there is no script ${selector}`);
          return () => runAll(script.actions, context);
        },
      },
    },
  ],
};

/** Runs a script by its name. One that names nothing is a refusal, as is one of its actions that is refused. */
export async function runScript({ table, selector }: ScriptCall, context: AccessContext): Promise<AccessOutcome> {
  if (selector === 0) return { kind: 'done', data: undefined };
  const object = context.device.object(SCRIPT_TABLE, table);
  if (object === undefined) {
    return { kind: 'refused', refusal: new AccessRefusal('OBJECT_UNDEFINED', `no script table ${formatObis(table)}`) };
  }
  return object.invoke(EXECUTE, integerData('long-unsigned', BigInt(selector)), context);
}

/** One after the other, up to the first that is refused. */
async function runAll(actions: readonly ScriptAction[], context: AccessContext): Promise<void> {
  for (const action of actions) {
    const outcome = await act(action, context);
    if (outcome.kind === 'refused') throw outcome.refusal;
  }
}

function act(
  { service, classId, logicalName, index, parameter }: ScriptAction,
  context: AccessContext,
): Promise<AccessOutcome> {
  const object = context.device.object(classId, logicalName);
  if (object === undefined) {
    throw new AccessRefusal('OBJECT_UNDEFINED', `the script acts on ${classId}-${formatObis(logicalName)}`);
  }
  return service === WRITE ? object.write(index, parameter, context) : object.invoke(index, parameter, context);
}

/** Runs a method without a parameter. */
export const methodAction = (classId: number, logicalName: ObisCode, index: number): ScriptAction => ({
  service: INVOKE,
  classId,
  logicalName,
  index,
  parameter: integerData('integer', 0n),
});

/** Writes an attribute. */
export const writeAction = (
  classId: number,
  logicalName: ObisCode,
  index: number,
  parameter: CosemData,
): ScriptAction => ({ service: WRITE, classId, logicalName, index, parameter });
