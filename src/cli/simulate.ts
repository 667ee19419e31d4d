import { createInterface } from 'node:readline';
import { reasonOf } from '#core/errors.ts';
import { loadDevice } from '#meter/device-file.ts';
import { modelNames, type Simulator, type SimulatorOptions, startSimulator } from '#modbus/simulator.ts';
import { command, onlyOperand, type Terminal, usageError } from './command.ts';
import { endpointOf } from './endpoint.ts';
import { jsonLog } from './log.ts';
import { untilStopped } from './until-stopped.ts';

const OPTIONS = {
  listen: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'Where to listen; port 0 takes a free one. Default 127.0.0.1:0.',
  },
  state: { type: 'string', value: 'FILE', help: 'Where the meter keeps its counters over a restart.' },
  counted: {
    type: 'string',
    value: 'WH',
    help: 'What a pac3200 has imported before its first start, as one that was in use elsewhere. Default 0.',
  },
  descriptions: {
    type: 'string',
    multiple: true,
    value: 'DIR',
    help: 'A folder with device descriptions of your own; may be repeated.',
  },
  seed: { type: 'string', value: 'N', help: 'The same number and start give the same household. Default 1.' },
  speed: { type: 'string', value: 'N', help: 'Model seconds per second. Default 1.' },
  'stop-with-input': { type: 'boolean', help: 'Stop when standard input ends, as when whoever started this is gone.' },
  fault: {
    type: 'string',
    multiple: true,
    value: 'LINE',
    help: 'A line to obey at the start, as typed on standard input.',
  },
} as const;

export const simulate = command({
  usage: 'simulate DEVICE',
  summary: 'A simulated meter on real Modbus TCP.',
  notes: [
    'DEVICE is a device description: pac3200 (whole, with parameters and commands), pac3200-lab (with a breaker and a display besides), sdm630, or one of your own.',
    'Prints `ready HOST:PORT` on stdout. While it runs, type `help` on its standard input for the faults that it can have.',
  ],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const device = onlyOperand(positionals, 'device', 'sealmeter simulate pac3200');
    await using simulator = await startSimulator({
      listen: endpointOf('listen', values.listen ?? '127.0.0.1:0'),
      seed: positive('seed', values.seed ?? '1'),
      speed: positive('speed', values.speed ?? '1'),
      log: jsonLog('warn'),
      ...simulatedAs(device, values.descriptions ?? []),
      ...(values.state === undefined ? {} : { stateFile: values.state }),
      ...(values.counted === undefined ? {} : { counted: positive('counted', values.counted) }),
    });
    for (const line of values.fault ?? []) await simulator.obey(line);
    terminal.write(`ready ${simulator.address.host}:${simulator.address.port}\n`);
    const inputEnded = obeyStandardInput(simulator, terminal);
    const stop = values['stop-with-input'] === true ? AbortSignal.any([terminal.stop, inputEnded]) : terminal.stop;
    await untilStopped(stop);
    return 0;
  },
});

/** Some are simulated whole, with their parameters, commands and diagnostics; any other as far as its description goes. */
function simulatedAs(device: string, folders: readonly string[]): Pick<SimulatorOptions, 'model' | 'plan'> {
  const model = modelNames.find((known) => known === device);
  return model === undefined ? { plan: loadDevice(device, folders).plan } : { model };
}

/** Obeys what is typed, line by line. The signal tells when there will be no more. */
function obeyStandardInput(simulator: Simulator, terminal: Terminal): AbortSignal {
  const ended = new AbortController();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    simulator.obey(line).then(
      (said) => terminal.say(`${said}\n`),
      (error: unknown) => terminal.say(`${reasonOf(error)}\n`),
    );
  });
  lines.on('close', () => ended.abort());
  terminal.stop.addEventListener('abort', () => lines.close(), { once: true });
  return ended.signal;
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw usageError(`--${name} "${text}" is not a number`, 'give 1 or more');
  return number;
}
