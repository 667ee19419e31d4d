import { type ObisCode, parseObis } from '#core/obis.ts';
import { type ClassDefinition, type CosemObject, createObject } from '#cosem/interface-class.ts';
import type { ParameterRow } from '#cosem/parameter.ts';
import { type Defaults, type ParameterStore, Parameters } from '#cosem/parameter-store.ts';

/** An object with parameters, and these for whoever acts by them. */
export interface Made<Row> {
  readonly object: CosemObject;
  readonly row: Row;
}

/** Makes the objects of one device that remember something. */
export class ObjectMaker {
  readonly #ldev: string;
  readonly #store: ParameterStore;

  constructor(ldev: string, store: ParameterStore) {
    this.#ldev = ldev;
    this.#store = store;
  }

  /** `more` is what the class needs beside name and parameters. */
  make<More extends object>(
    definition: ClassDefinition<ParameterRow & More>,
    obis: string,
    name: string,
    defaults: Defaults,
    more: More,
  ): Made<ParameterRow & More> {
    const logicalName = parseObis(obis);
    const parameters = this.#parameters(definition.classId, logicalName, defaults);
    const row = { logicalName, name, parameters, ...more };
    return { object: createObject(definition, row), row };
  }

  #parameters(classId: number, logicalName: ObisCode, defaults: Defaults): Parameters {
    return new Parameters(this.#store, { ldev: this.#ldev, classId, logicalName }, defaults);
  }
}
