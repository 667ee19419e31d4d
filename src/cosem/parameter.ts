import type { EventName } from './events.ts';
import type { AttributeDefinition, ObjectIdentity } from './interface-class.ts';
import type { Parameters } from './parameter-store.ts';
import type { Shape } from './shape.ts';

/** What an object with parameters is made from. */
export interface ParameterRow extends ObjectIdentity {
  readonly parameters: Parameters;
}

interface ParameterSpec {
  readonly id: number;
  readonly name: string;
  readonly shape: Shape<unknown>;
  /** What writing it is. Default: a change of a parameter. */
  readonly event?: EventName;
}

/** An attribute that is written and then stays so. */
export function parameter({ event = 'parameter-changed', ...spec }: ParameterSpec): AttributeDefinition<ParameterRow> {
  return {
    ...fixedParameter(spec),
    writing: {
      event,
      prepare({ parameters }, data) {
        spec.shape.read(data, `attribute ${spec.id}`);
        return () => parameters.put(spec.id, data);
      },
    },
  };
}

/** An attribute that only the object itself changes. */
export function fixedParameter({ id, name, shape }: ParameterSpec): AttributeDefinition<ParameterRow> {
  return { id, name, types: shape.types, companions: [], read: ({ parameters }) => parameters.get(id) };
}

/** What a parameter stands for. */
export const valueOfParameter = <Value>(parameters: Parameters, id: number, shape: Shape<Value>): Value =>
  shape.read(parameters.get(id), `attribute ${id}`);
