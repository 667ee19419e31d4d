import { startMeter } from '#meter/meter.ts';
import { command, required } from './command.ts';
import { readMeterConfiguration } from './configuration.ts';
import { jsonLog } from './log.ts';
import { meterParts } from './meter-parts.ts';
import { untilStopped } from './until-stopped.ts';

export const meter = command({
  usage: 'meter --config FILE',
  summary: 'Polls real meters and serves them over mutual TLS.',
  notes: ['Prints `ready URL` on stdout when it serves. SIGTERM stops it in order.'],
  options: { config: { type: 'string', value: 'FILE', help: 'meter.yaml; its schema is schemas/meter.schema.json.' } },
  async run({ values }, terminal) {
    const file = readMeterConfiguration(required(values, 'config'));
    const log = jsonLog(file.configuration.log ?? 'info');
    await using running = await startMeter(await meterParts(file, log, terminal.environment));
    terminal.write(`ready ${running.url}\n`);
    await untilStopped(terminal.stop);
    log.info('meter.stopping');
    return 0;
  },
});
