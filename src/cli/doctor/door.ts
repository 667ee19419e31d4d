import { once } from 'node:events';
import { connect } from 'node:tls';
import { reasonOf } from '#core/errors.ts';
import { type Duration, Seconds } from '#core/time.ts';
import { certificateId } from '#crypto/node-crypto.ts';
import { type Certificate, type CertificateList } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

const PATIENCE: Duration = Seconds(5);

export interface Door {
  readonly host: string;
  readonly port: number;
  readonly certificates: CertificateList;
  readonly privateKeyPem: string;
  readonly roots: readonly Certificate[];
  /** Whether it is wrong that nobody listens. */
  readonly mustRun: boolean;
}

/**
 * Shakes hands with the service as one of its clients would, with the service's own certificate, and looks at which
 * certificate it shows. Whether it then lets us in does not matter.
 */
export async function examineDoor({ host, port, certificates, privateKeyPem, roots, mustRun }: Door): Promise<Finding> {
  const subject = 'door';
  if (port === 0) return unknown(subject, 'the port is chosen anew at each start', 'set listen.port');
  const socket = connect({
    host: reachable(host),
    port,
    cert: certificatesToPem(certificates),
    key: privateKeyPem,
    ca: certificatesToPem(roots),
    // A name is not what is looked at here: the very certificate is.
    checkServerIdentity: () => undefined,
    timeout: PATIENCE,
  });
  socket.on('timeout', () => socket.destroy(new Error(`no handshake within ${PATIENCE} ms`)));
  try {
    await once(socket, 'secureConnect');
    const shown = socket.getPeerX509Certificate();
    const [own] = certificates;
    if (shown === undefined || certificateId(shown.raw) !== own.id) {
      return wrong(
        subject,
        `${host}:${port} shows another certificate`,
        'restart the service, or look who has its port',
      );
    }
    return well(subject, `${host}:${port} shakes hands by ${socket.getProtocol()}, ${socket.getCipher().name}`);
  } catch (error) {
    const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return refused
      ? (mustRun ? wrong : unknown)(subject, `nobody listens at ${host}:${port}`, 'start the service')
      : wrong(subject, `${host}:${port}: ${reasonOf(error)}`, 'see the log of the service');
  } finally {
    socket.destroy();
  }
}

/** Who listens everywhere is asked at home. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);
