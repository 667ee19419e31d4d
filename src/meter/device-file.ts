import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SealmeterError } from '#core/errors.ts';
import type { Located } from '#core/located.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { readObjectList } from '#cosem/object-list.ts';
import { type MeasurePlan, readMeasurePlan } from '#modbus/measure-plan.ts';
import { schemaCheck } from './schema-check.ts';
import { readYamlBytes } from './yaml-file.ts';

/** `devices/` beside `src/` (or, in a published package, beside `dist/`). */
const BUILT_IN = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'devices');

const checkDescription = schemaCheck(JSON.parse(readFileSync(join(BUILT_IN, 'device.schema.json'), 'utf8')) as object);

/** All that one file says of a meter model: how it is measured, and what the measurands mean. */
export interface DeviceDescription {
  readonly file: string;
  readonly plan: MeasurePlan;
  readonly objects: readonly ObjectRow[];
}

/** One that lies in a file, and which one that is: a description decides what a register means. */
export interface LoadedDescription extends DeviceDescription {
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
}

/**
 * Finds `<model>.yaml`, in the user's folders first and then among the built-in ones, and reads it.
 * @throws SealmeterError `DEVICE_MODEL_UNKNOWN`, FileError with the line for anything wrong in the file.
 */
export function loadDevice(model: string, userFolders: readonly string[] = []): LoadedDescription {
  const folders = [...userFolders, BUILT_IN];
  const file = /^[a-z0-9-]+$/.test(model)
    ? folders.map((folder) => join(folder, `${model}.yaml`)).find((candidate) => existsSync(candidate))
    : undefined;
  if (file === undefined) {
    throw new SealmeterError('configuration', 'DEVICE_MODEL_UNKNOWN', `there is no description of a "${model}"`, {
      mend: `write ${model}.yaml into one of: ${folders.join(', ')}`,
    });
  }
  const { located, bytes } = readYamlBytes(file);
  return { ...readDescription(located), sha256: hash('sha256', bytes, 'hex') };
}

/**
 * Reads one description as the two halves that its rows have: registers for `modbus/`, meaning for `cosem/`, so that
 * neither has to know the other's.
 */
export function readDescription(file: Located): DeviceDescription {
  checkDescription(file);
  return { file: file.place.file, plan: readMeasurePlan(file), objects: readObjectList(file) };
}
