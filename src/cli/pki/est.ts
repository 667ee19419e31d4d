import { join } from 'node:path';
import { command } from '#cli/command.ts';
import { endpointOf } from '#cli/endpoint.ts';
import { certificatesIn } from '#cli/files.ts';
import { jsonLog } from '#cli/log.ts';
import { untilStopped } from '#cli/until-stopped.ts';
import { systemClock } from '#core/clock.ts';
import { EstPasswords } from '#pki/est-passwords.ts';
import { provideEstServerPair, startEstServer } from '#pki/est-server.ts';
import { EstService, estLabels } from '#pki/est-service.ts';
import { CA_OPTIONS, caFolder, caProfiles, passwordFolder } from './shared-options.ts';

export const est = command({
  usage: 'pki est',
  summary: 'An EST server (RFC 7030) for development, on the authorities of a PKI folder.',
  notes: [
    `Labels: ${estLabels.join(', ')}. Prints \`ready URL\` on stdout. \`sealmeter pki est-password\` makes the passwords.`,
  ],
  options: {
    ...CA_OPTIONS,
    listen: { type: 'string', value: 'HOST:PORT', help: 'Where to listen. Default 127.0.0.1:9443.' },
    host: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'A host that new certificates may name; may be repeated.',
    },
    'factory-root': {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'A root of makers whose devices may enrol.',
    },
  },
  async run({ values }, terminal) {
    const folder = caFolder(values);
    const profiles = caProfiles(values);
    const { host, port } = endpointOf('listen', values.listen ?? '127.0.0.1:9443');
    const factoryAnchors = (values['factory-root'] ?? []).flatMap(certificatesIn);
    const service = new EstService({
      folder,
      passwords: new EstPasswords(passwordFolder(folder), systemClock),
      factoryAnchors,
      hosts: values.host ?? [],
      profiles,
      clock: systemClock,
      log: jsonLog('info'),
    });
    await using server = await startEstServer({
      service,
      files: await provideEstServerPair(folder, [host, 'localhost'], profiles, systemClock.now()),
      clientAnchors: [...certificatesIn(join(folder, 'tls-root.pem')), ...factoryAnchors],
      host,
      port,
    });
    terminal.write(`ready ${server.url}\n`);
    await untilStopped(terminal.stop);
    return 0;
  },
});
