import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Das, startDas } from '#das/das.ts';
import { readYamlFile } from '#meter/yaml-file.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import type { Terminal } from './command.ts';
import { readDasConfiguration } from './configuration.ts';
import { dasParts } from './das-parts.ts';
import type { DasConfiguration } from './das-schema.ts';
import { writeWhole } from './files.ts';
import { jsonLog } from './log.ts';
import type { RevocationServer } from './revocation-server.ts';

const { names } = DEVELOPMENT_DEFAULTS;

/** Where the DAS of a demo is, and whom it reads. */
export interface DemoDasPlaces {
  readonly folder: string;
  readonly port: number;
  /** The meter's URL. */
  readonly meter: string;
  readonly responder: RevocationServer;
}

/** Writes the configuration and starts from it, just as `sealmeter das` does. */
export async function startDemoDas(places: DemoDasPlaces, { environment }: Terminal): Promise<Das> {
  const path = join(places.folder, 'das', 'das.yaml');
  writeWhole(path, HEADER + stringify(configurationOf(places, otherMeters(path))));
  const log = jsonLog('warn');
  return await startDas(await dasParts(readDasConfiguration(path), log, environment));
}

const HEADER = `# Written by \`sealmeter demo\` at each start; meters that were added stay. To read real meters, copy this file, put them under
# \`meters\` (or let \`sealmeter das add\` do it), take out \`demo\`, and run \`sealmeter das --config COPY\`.
# Paths are relative to this file.
`;

type Meters = NonNullable<DasConfiguration['meters']>;

/** What somebody has added beside the meter of the demo. */
function otherMeters(path: string): Meters {
  if (!existsSync(path)) return [];
  const { meters = [] } = readYamlFile(path).value as { readonly meters?: Meters };
  return meters.filter(({ id }) => id !== names.meter);
}

function configurationOf({ port, meter, responder }: DemoDasPlaces, others: Meters): DasConfiguration {
  return {
    listen: { host: '127.0.0.1', port, certificate: 'server.pem', key: 'server.key' },
    tls: { certificate: 'tls.pem', key: 'tls.key', roots: ['../pki/tls-root.pem'] },
    signature: { certificate: 'signature.pem', key: 'signature.key' },
    signatureAuthorities: ['../pki/signature-root.pem', '../pki/signature-sub.pem'],
    revocation: { responder: `${responder.url}/ocsp`, lists: `${responder.url}/crl` },
    state: 'state',
    schedule: { live: '5 s', events: '1 min', captures: '1 min', profiles: '1 h' },
    meters: [
      ...others,
      { id: names.meter, name: 'Simulated household', url: meter, signature: ['meter-signature.pem'] },
    ],
    demo: true,
    log: 'warn',
  };
}
