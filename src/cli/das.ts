import { systemClock } from '#core/clock.ts';
import { startDas } from '#das/das.ts';
import { type Command, command, required } from './command.ts';
import { readDasConfiguration } from './configuration.ts';
import { dasParts } from './das-parts.ts';
import { followDas } from './follow-das.ts';
import { jsonLog } from './log.ts';
import { untilStopped } from './until-stopped.ts';

const serve = command({
  usage: 'das --config FILE',
  summary: 'Reads many meters, verifies what they say, keeps it, and shows it to people.',
  notes: [
    'Prints `ready URL` on stdout when it serves. SIGTERM stops it in order.',
    'Meters and the server certificate are taken up without a restart: when their files change, and on SIGHUP.',
    'sealmeter das add URL --config FILE adds a meter; sealmeter das add --help tells more.',
    'sealmeter das backup FILE --config FILE copies what it keeps, while it runs.',
  ],
  options: { config: { type: 'string', value: 'FILE', help: 'das.yaml; its schema is schemas/das.schema.json.' } },
  async run({ values }, { environment, write, say, stop }) {
    const path = required(values, 'config');
    const file = readDasConfiguration(path);
    const log = jsonLog(file.configuration.log ?? 'info');
    await using running = await startDas(await dasParts(file, log, environment));
    if (running.firstAdministratorUrl !== undefined) {
      say(`nobody administers this DAS yet; the first administrator is made at\n  ${running.firstAdministratorUrl}\n`);
    }
    using follower = followDas(path, file, running, { clock: systemClock, log });
    using _ = follower.onHangUp();
    write(`ready ${running.url}\n`);
    await untilStopped(stop);
    log.info('das.stopping');
    return 0;
  },
});

/** Serves, unless the first word says what else to do. */
export const das: Command = {
  async run([word, ...rest], terminal) {
    if (word === 'add') return (await import('./das-add.ts')).dasAdd.run(rest, terminal);
    if (word === 'backup') return (await import('./das-backup.ts')).dasBackup.run(rest, terminal);
    return serve.run(word === undefined ? [] : [word, ...rest], terminal);
  },
};
