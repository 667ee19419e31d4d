import { dirname, resolve } from 'node:path';
import { SealmeterError } from '#core/errors.ts';
import { FileError, type Located } from '#core/located.ts';
import { type Duration, parseDuration, Seconds } from '#core/time.ts';
import { schemaCheck } from '#meter/schema-check.ts';
import { readYamlFile } from '#meter/yaml-file.ts';
import { type DasConfiguration, dasSchema } from './das-schema.ts';
import { type MeterConfiguration, meterSchema } from './meter-schema.ts';

/** A configuration that was read once, and how to find the files that it names. */
export interface ConfigurationFile<Configuration> {
  readonly configuration: Configuration;
  /** The same with its places, for faults that only show later. */
  readonly located: Located;
  /** Paths in the file are relative to the file. */
  readonly pathOf: (written: string) => string;
}

/** @throws FileError with file, line, path and what was expected. */
export const readMeterConfiguration = configurationReader<MeterConfiguration>(meterSchema);

/** @throws FileError with file, line, path and what was expected. */
export const readDasConfiguration = configurationReader<DasConfiguration>(dasSchema);

/** The type has to be the schema's: `FromSchema` of it. */
function configurationReader<Configuration>(schema: object) {
  const check = schemaCheck(schema);
  return (file: string): ConfigurationFile<Configuration> => {
    const located = readYamlFile(file);
    const folder = dirname(resolve(file));
    return {
      configuration: freeze(check(located) as Configuration),
      located,
      pathOf: (written) => resolve(folder, written),
    };
  };
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** A fault in what an entry names is reported with the line of the entry. */
export function at<Made>(entry: Located | undefined, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (entry === undefined || error instanceof FileError || !(error instanceof SealmeterError)) throw error;
    throw new FileError(error.code, entry.place, error.message, error.mend ?? 'correct this entry', error);
  }
}

/** The schema has checked the form; a length that it cannot name does not get here. */
export function duration(written: string | undefined, otherwise: Duration): Duration {
  return written === undefined ? otherwise : (parseDuration(written) ?? Seconds(0));
}
