import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { readDasConfiguration, readMeterConfiguration } from '#cli/configuration.ts';
import { dasParts } from '#cli/das-parts.ts';
import type { DasConfiguration } from '#cli/das-schema.ts';
import { partsBesideSigner } from '#cli/meter-parts.ts';
import type { MeterConfiguration } from '#cli/meter-schema.ts';
import { silentLog } from '#core/log.ts';
import { Days, Hours, Minutes } from '#core/time.ts';
import type { KeepLimits } from '#das/reading-store.ts';
import type { RetentionLimits } from '#journal/retention.ts';
import { sealmeter } from '../support/in-process.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('what a configuration says of how long things are kept is what holds', () => {
  const folder = temporaryFolder();
  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
  });

  async function retentionOf(retention?: MeterConfiguration['retention']): Promise<RetentionLimits> {
    const devices = [deviceAt('127.0.0.1:502')];
    const file = writeMeterConfiguration(folder, { devices, ...(retention && { retention }) });
    return (await partsBesideSigner(readMeterConfiguration(file), silentLog)).retention;
  }

  it('a meter keeps everything, unless it is told otherwise', async () => {
    assert.deepEqual(await retentionOf(), {});
    assert.deepEqual(await retentionOf({ captures: '90 d', events: '36 h', megabytes: 500 }), {
      captures: Days(90),
      events: Hours(36),
      bytes: 500_000_000,
    });
  });

  async function keepOf(keep?: DasConfiguration['keep']): Promise<KeepLimits> {
    const configuration: DasConfiguration = {
      listen: { host: '127.0.0.1', port: 0, certificate: 'tls.pem', key: 'tls.key' },
      tls: { certificate: 'tls.pem', key: 'tls.key', roots: ['../pki/tls-root.pem'] },
      revocation: { mode: 'off' },
      signature: { certificate: 'signature.pem', key: 'signature.key' },
      state: 'state',
      ...(keep && { keep }),
    };
    const file = join(folder, 'das', 'das.yaml');
    writeFileSync(file, stringify(configuration));
    const parts = await dasParts(readDasConfiguration(file), silentLog, {});
    await parts.store[Symbol.asyncDispose]();
    return parts.keep;
  }

  it('a DAS keeps live readings for 31 days and all else, unless it is told otherwise', async () => {
    assert.deepEqual(await keepOf(), { live: Days(31) });
    const keep = {
      live: '12 h',
      capture: '3650 d',
      profile: '90 d',
      events: '2 d',
      quarantine: '1 d',
      alarms: '30 min',
    };
    assert.deepEqual(await keepOf({ ...keep, audit: '365 d' }), {
      live: Hours(12),
      capture: Days(3_650),
      profile: Days(90),
      events: Days(2),
      quarantine: Days(1),
      alarms: Minutes(30),
      audit: Days(365),
    });
  });
});
