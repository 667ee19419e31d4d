import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { MeterConfiguration } from '#cli/meter-schema.ts';

type Device = MeterConfiguration['devices'][number];

/** A PAC3200 at `HOST:PORT`. */
export function deviceAt(modbus: string, { id = '1sie0012345678.sm', ...more }: Partial<Device> = {}): Device {
  const [host = '', port] = modbus.split(':');
  return { id, model: 'pac3200', ...more, modbus: { host, port: Number(port) } };
}

export type MeterConfigurationParts = Pick<MeterConfiguration, 'devices'> & Partial<MeterConfiguration>;

/**
 * Writes what `sealmeter meter` reads beside the development PKI in a folder, where its DAS may do everything.
 * Returns the file, which is `meter/NAME.yaml`.
 */
export function writeMeterConfiguration(folder: string, parts: MeterConfigurationParts, name = 'meter'): string {
  const configuration: MeterConfiguration = {
    listen: { host: '127.0.0.1', port: 0 },
    tls: { certificate: 'tls.pem', key: 'tls.key', clientRoots: ['../pki/tls-root.pem'] },
    revocation: { mode: 'off' },
    signature: { certificate: 'signature.pem', key: 'signature.key' },
    state: '../state',
    management: { id: '1sme0000000001.sm' },
    clients: [{ id: 'das', role: 'administrator', tls: ['../das/tls.pem'], signature: ['das-signature.pem'] }],
    ...parts,
  };
  const file = join(folder, 'meter', `${name}.yaml`);
  writeFileSync(file, stringify(configuration));
  return file;
}
