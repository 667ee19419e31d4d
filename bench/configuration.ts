import type { MeterConfiguration } from '#cli/meter-schema.ts';
import { deviceAt, writeMeterConfiguration } from '../test/support/meter-configuration.ts';
import type { Site } from './site.ts';

interface Changes {
  readonly sealAhead?: readonly string[];
  /** The groups of TLS, best first. */
  readonly groups?: MeterConfiguration['tls']['groups'];
  readonly name?: string;
}

/** Writes what `sealmeter meter` reads, for one PAC3200 at `modbus`, and returns the file. */
export const writeConfiguration = (
  { folder }: Site,
  modbus: string,
  { sealAhead = [], groups, name = 'meter' }: Changes = {},
): string =>
  writeMeterConfiguration(
    folder,
    {
      tls: { certificate: 'tls.pem', key: 'tls.key', clientRoots: ['../pki/tls-root.pem'], ...(groups && { groups }) },
      state: `../state-${name}`,
      devices: [deviceAt(modbus)],
      sealAhead: [...sealAhead],
      requests: { perSecond: 1_000_000, burst: 1_000_000 },
      log: 'warn',
    },
    name,
  );
