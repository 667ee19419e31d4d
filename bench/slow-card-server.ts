// The service with a card that needs 240 ms for a signature: SoftHSM behind an artificial delay, which only benches and
// tests can set. Everything else is as `sealmeter meter` has it.
import { readMeterConfiguration } from '#cli/configuration.ts';
import { meterParts } from '#cli/meter-parts.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { Milliseconds } from '#core/time.ts';
import { openPkcs11Signer } from '#crypto/pkcs11-signer.ts';
import { startMeter } from '#meter/meter.ts';
import { SoftHsm } from '../test/support/softhsm.ts';
import { answerUsage } from './usage.ts';

const [, file = ''] = process.argv.slice(2);
const hsm = new SoftHsm();
const token = hsm.addToken('slow');
const key = hsm.addKey(token, '01');
const parts = await meterParts(readMeterConfiguration(file), silentLog, {});
const signer = await openPkcs11Signer({
  module: hsm.module,
  token: { label: token.label },
  key: { id: key.id },
  certificate: key.certificate,
  readPin: () => token.pin,
  clock: systemClock,
  log: silentLog,
  artificialDelay: Milliseconds(240),
});
const meter = await startMeter({ ...parts, signer });
process.stdout.write(`ready ${meter.url}\n`);
process.on('exit', () => hsm[Symbol.dispose]());
answerUsage();
