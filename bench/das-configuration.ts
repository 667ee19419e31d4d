import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { meterName } from './meter-crowd.ts';
import type { Site } from './site.ts';

type Task = 'live' | 'events' | 'captures' | 'profiles';

/** Writes what `sealmeter das` reads, for a crowd of meters at these ports. Twice in a bench: `name` keeps them apart. */
export function writeDasConfiguration(
  { folder }: Site,
  name: string,
  ports: readonly string[],
  schedule: Readonly<Record<Task, string>>,
): string {
  const file = join(folder, 'das', `${name}.yaml`);
  const configuration = {
    listen: { host: '127.0.0.1', port: 0, certificate: 'server.pem', key: 'server.key' },
    tls: { certificate: 'tls.pem', key: 'tls.key', roots: ['../pki/tls-root.pem'] },
    signature: { certificate: 'signature.pem', key: 'signature.key' },
    signatureAuthorities: ['../pki/signature-root.pem', '../pki/signature-sub.pem'],
    revocation: { mode: 'off' },
    state: `state-${name}`,
    schedule,
    requests: { perSecond: 10_000, concurrent: 256 },
    meters: ports.map((port, index) => ({
      id: meterName(index),
      url: `https://127.0.0.1:${port}`,
      signature: ['meter-signature.pem'],
    })),
    demo: true,
    log: 'error',
  };
  writeFileSync(file, stringify(configuration));
  return file;
}
