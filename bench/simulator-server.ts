// A simulated meter in a process of its own, so that its work is not counted as the service's.
import { startSimulator } from '#modbus/simulator.ts';
import { answerUsage } from './usage.ts';

const { address } = await startSimulator();
process.stdout.write(`ready ${address.host}:${address.port}\n`);
answerUsage();
