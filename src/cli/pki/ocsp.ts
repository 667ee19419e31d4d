import { command } from '#cli/command.ts';
import { endpointOf } from '#cli/endpoint.ts';
import { jsonLog } from '#cli/log.ts';
import { startRevocationServer } from '#cli/revocation-server.ts';
import { untilStopped } from '#cli/until-stopped.ts';
import { systemClock } from '#core/clock.ts';
import { Minutes } from '#core/time.ts';
import { CA_OPTIONS, caFolder, caProfiles, durationOf } from './shared-options.ts';

export const ocsp = command({
  usage: 'pki ocsp',
  summary: 'Answers OCSP for all authorities of a PKI folder, and serves their CRLs below /crl/.',
  notes: [
    'Prints `ready URL` on stdout. What `pki revoke` and `pki crl` write is taken up at once.',
    'Plain HTTP: the answers are signed, and a TLS client would have to check a certificate first.',
  ],
  options: {
    ...CA_OPTIONS,
    listen: { type: 'string', value: 'HOST:PORT', help: 'Where to listen. Default 127.0.0.1:8889.' },
    validity: { type: 'string', value: 'TIME', help: 'How long an answer holds. Default 15 min.' },
  },
  async run({ values }, terminal) {
    await using server = await startRevocationServer({
      folder: caFolder(values),
      profiles: caProfiles(values),
      validity: durationOf('validity', values.validity, Minutes(15)),
      listen: endpointOf('listen', values.listen ?? '127.0.0.1:8889'),
      clock: systemClock,
      log: jsonLog('info'),
    });
    terminal.write(`ready ${server.url}\n`);
    await untilStopped(terminal.stop);
    return 0;
  },
});
