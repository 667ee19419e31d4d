import { systemClock } from '#core/clock.ts';
import { startMeter } from '#meter/meter.ts';
import { command, required } from './command.ts';
import { readMeterConfiguration } from './configuration.ts';
import { followMeter } from './follow-meter.ts';
import { jsonLog } from './log.ts';
import { meterParts } from './meter-parts.ts';
import { startMetricsServer } from './metrics-server.ts';
import { untilStopped } from './until-stopped.ts';

export const meter = command({
  usage: 'meter --config FILE',
  summary: 'Polls real meters and serves them over mutual TLS.',
  notes: [
    'Prints `ready URL` on stdout when it serves. SIGTERM stops it in order.',
    'Certificates, keys, roots and clients are taken up without a restart: when their files change, and on SIGHUP.',
  ],
  options: { config: { type: 'string', value: 'FILE', help: 'meter.yaml; its schema is schemas/meter.schema.json.' } },
  async run({ values }, { environment, write, stop }) {
    const path = required(values, 'config');
    const file = readMeterConfiguration(path);
    const log = jsonLog(file.configuration.log ?? 'info');
    await using running = await startMeter(await meterParts(file, log, environment));
    using follower = followMeter(path, file, running, { environment, clock: systemClock, log });
    await using told = new AsyncDisposableStack();
    const { metrics } = file.configuration;
    if (metrics !== undefined) told.use(await startMetricsServer(metrics, () => running.metrics(), log));
    using _ = follower.onHangUp();
    write(`ready ${running.url}\n`);
    await untilStopped(stop);
    log.info('meter.stopping');
    return 0;
  },
});
