import type { ObisCode } from '#core/obis.ts';
import type { CosemData } from './data-types.ts';

/** Names one attribute of one object of one logical device. */
export interface ParameterAddress {
  readonly ldev: string;
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly attribute: number;
}

/** What was written into objects and has to outlive the service. */
export interface ParameterStore {
  /** What was put last, or `undefined` where nothing ever was. */
  get(address: ParameterAddress): CosemData | undefined;
  /** Durable when this returns. */
  put(address: ParameterAddress, value: CosemData): void;
}

/** What one object begins with, by attribute. */
export type Defaults = Readonly<Record<number, CosemData>>;

/** The parameters of one object: read from the store once, then from memory, since they stand in every answer. */
export class Parameters {
  readonly #store: ParameterStore;
  readonly #object: Omit<ParameterAddress, 'attribute'>;
  readonly #defaults: Defaults;
  readonly #values = new Map<number, CosemData>();

  constructor(store: ParameterStore, object: Omit<ParameterAddress, 'attribute'>, defaults: Defaults) {
    this.#store = store;
    this.#object = object;
    this.#defaults = defaults;
  }

  /** @throws TypeError for an attribute that is no parameter of this object */
  get(attribute: number): CosemData {
    const value = this.#values.get(attribute) ?? this.#load(attribute);
    this.#values.set(attribute, value);
    return value;
  }

  put(attribute: number, value: CosemData): void {
    this.#store.put({ ...this.#object, attribute }, value);
    this.#values.set(attribute, value);
  }

  #load(attribute: number): CosemData {
    const value = this.#store.get({ ...this.#object, attribute }) ?? this.#defaults[attribute];
    if (value === undefined)
      throw new TypeError(`attribute ${attribute} of ${this.#object.logicalName} has no default`);
    return value;
  }
}
