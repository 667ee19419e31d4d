import type { Clock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import type { Sample } from '#core/sample.ts';
import { type Duration, Seconds } from '#core/time.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import { startPoller } from '#modbus/poller.ts';
import type { MeteredDevice } from './metering.ts';

/** A meter that has not answered by then will not. */
const PATIENCE: Duration = Seconds(5);

interface FirstSample {
  /** `undefined` where none came. */
  readonly sample: Sample | undefined;
  readonly identity: ReadonlyMap<string, string>;
}

/** Reads a meter once, as the service would. */
export async function firstSample(device: MeteredDevice, clock: Clock): Promise<FirstSample> {
  const { host, port, unit, timeout, description } = device;
  const { promise, resolve } = Promise.withResolvers<Sample | undefined>();
  let identity: ReadonlyMap<string, string> = new Map();
  const parts = { clock, log: silentLog };
  await using transport = createGuardedClient({ host, port, unit, timeout, ...parts });
  await using poller = startPoller({
    plan: description.plan,
    transport,
    ...parts,
    onSample: resolve,
    onIdentity(found) {
      identity = found;
    },
  });
  const cancel = clock.after(PATIENCE, () => resolve(undefined));
  const sample = await Promise.race([promise, poller.ended.then(() => undefined)]);
  cancel();
  return { sample, identity };
}
