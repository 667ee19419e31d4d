import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import type { Site } from './site.ts';

interface Changes {
  readonly sealAhead?: readonly string[];
  /** The groups of TLS, best first. */
  readonly groups?: readonly string[];
  readonly name?: string;
}

/** Writes what `sealmeter meter` reads, for one PAC3200 at `modbus`, and returns the file. */
export function writeConfiguration(
  { folder }: Site,
  modbus: string,
  { sealAhead = [], groups, name = 'meter' }: Changes = {},
): string {
  const [host, port] = modbus.split(':');
  const file = join(folder, 'meter', `${name}.yaml`);
  const configuration = {
    listen: { host: '127.0.0.1', port: 0 },
    tls: { certificate: 'tls.pem', key: 'tls.key', clientRoots: ['../pki/tls-root.pem'], ...(groups && { groups }) },
    revocation: { mode: 'off' },
    signature: { certificate: 'signature.pem', key: 'signature.key' },
    state: `../state-${name}`,
    management: { id: '1sme0000000001.sm' },
    devices: [{ id: DEVELOPMENT_DEFAULTS.names.meter, model: 'pac3200', modbus: { host, port: Number(port) } }],
    clients: [{ id: 'das', role: 'administrator', tls: ['../das/tls.pem'], signature: ['das-signature.pem'] }],
    sealAhead,
    requests: { perSecond: 1_000_000, burst: 1_000_000 },
    log: 'warn',
  };
  writeFileSync(file, stringify(configuration));
  return file;
}
