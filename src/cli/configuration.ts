import { dirname, resolve } from 'node:path';
import type { Located } from '#core/located.ts';
import { schemaCheck } from '#meter/schema-check.ts';
import { readYamlFile } from '#meter/yaml-file.ts';
import { type MeterConfiguration, meterSchema } from './meter-schema.ts';

const checkMeter = schemaCheck(meterSchema);

/** A configuration that was read once, and how to find the files that it names. */
export interface ConfigurationFile<Configuration> {
  readonly configuration: Configuration;
  /** The same with its places, for faults that only show later. */
  readonly located: Located;
  /** Paths in the file are relative to the file. */
  readonly pathOf: (written: string) => string;
}

/** @throws FileError with file, line, path and what was expected. */
export function readMeterConfiguration(file: string): ConfigurationFile<MeterConfiguration> {
  const located = readYamlFile(file);
  const folder = dirname(resolve(file));
  return {
    configuration: freeze(checkMeter(located) as MeterConfiguration),
    located,
    pathOf: (written) => resolve(folder, written),
  };
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
