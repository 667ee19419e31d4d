import { systemClock } from '#core/clock.ts';
import { ModuleProcess, startModuleWorker } from '#crypto/pkcs11/module-process.ts';

// A process of its own for pkcs11-signer.test.ts: opens a session on the token of its arguments (module, label) and
// holds it until it is killed.

const [, , modulePath = '', label = ''] = process.argv;
const module = new ModuleProcess(() => startModuleWorker(modulePath), systemClock);
await module.open({ token: { label } });
process.stdout.write('holding\n');
