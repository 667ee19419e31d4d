import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SealmeterError } from '#core/errors.ts';

/** A simulated meter in a process of its own. */
export interface SimulatorProcess extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `host:port` */
  readonly address: string;
  readonly serialNumber: string;
  /** Aborted when the process has ended, whoever ended it. */
  readonly ended: AbortSignal;
}

/** As if it had been in use before: a counter at 0 shows nobody that it counts. */
const COUNTED = '123456'; // Wh

/** @throws SealmeterError (internal) `SIMULATOR_FAILED` where it ends before it is ready; its words are on stderr */
export async function startSimulatorProcess(stateFile: string): Promise<SimulatorProcess> {
  const program = process.argv[1];
  if (program === undefined) throw new TypeError('this process does not know its own program');
  const where = ['--listen', '127.0.0.1:0', '--state', stateFile];
  const args = [program, 'simulate', 'pac3200', ...where, '--counted', COUNTED, '--stop-with-input'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => ['']),
  ])) as [string];
  const [, host, port] = /^ready (.+):(\d+)$/.exec(line) ?? [];
  if (host === undefined) throw new SealmeterError('internal', 'SIMULATOR_FAILED', 'the simulated meter did not start');
  return {
    host,
    port: Number(port),
    address: `${host}:${port}`,
    serialNumber: '0012345678',
    ended: ended.signal,
    async [Symbol.asyncDispose]() {
      if (ended.signal.aborted) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
