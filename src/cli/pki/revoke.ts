import { command, onlyOperand } from '#cli/command.ts';
import { certificatesIn } from '#cli/files.ts';
import { systemClock } from '#core/clock.ts';
import { findIssuer } from '#pki/renewal.ts';
import { revocationReasons } from '#pki/revocation-reasons.ts';
import { CA_OPTIONS, caFolder, oneOf } from './shared-options.ts';

const { dir } = CA_OPTIONS;

export const revoke = command({
  usage: 'pki revoke CERTIFICATE --reason REASON',
  summary: 'Revokes a certificate of this PKI. The OCSP responder says so at once, the next CRL too.',
  notes: ['CERTIFICATE is a file or a serial number in hex.', `REASON is one of: ${revocationReasons.join(', ')}.`],
  options: { dir, reason: { type: 'string', value: 'REASON', help: 'Why; the list is below.' } },
  async run({ values, positionals }, terminal) {
    const certificate = onlyOperand(positionals, 'certificate', 'sealmeter pki revoke CERTIFICATE --reason REASON');
    const reason = oneOf('reason', values.reason, revocationReasons);
    const serial = /^[0-9a-f]{2,40}$/i.test(certificate)
      ? certificate.toLowerCase()
      : certificatesIn(certificate)[0].serial;
    const { authority } = await findIssuer(caFolder(values), serial);
    const { subject } = await authority.revoke(serial, { at: systemClock.now(), reason });
    terminal.say(`revoked ${subject}, serial ${serial}: ${reason}\n`);
    return 0;
  },
});
