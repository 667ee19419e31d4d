// The service as `sealmeter meter` runs it, from the same configuration file, in a process that tells its usage.
import { readMeterConfiguration } from '#cli/configuration.ts';
import { meterParts } from '#cli/meter-parts.ts';
import { silentLog } from '#core/log.ts';
import { startMeter } from '#meter/meter.ts';
import { answerUsage } from './usage.ts';

const [file = ''] = process.argv.slice(2);
const meter = await startMeter(await meterParts(readMeterConfiguration(file), silentLog, {}));
process.stdout.write(`ready ${meter.url}\n`);
answerUsage();
