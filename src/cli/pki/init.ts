import { command, onlyOperand } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';

const { names, meterHosts, settings } = DEVELOPMENT_DEFAULTS;

export const init = command({
  usage: 'pki init DIR',
  summary: 'Makes two PKIs (TLS and signature) and the certificates of a meter and of a data acquisition system.',
  notes: [
    'What is made where:',
    '  DIR/pki/    tls-root.pem tls-sub.pem signature-root.pem signature-sub.pem, private keys in private/',
    '  DIR/meter/  tls.pem tls.key signature.pem signature.key das-signature.pem',
    '  DIR/das/    tls.pem tls.key signature.pem signature.key meter-signature.pem',
    'Private keys are PKCS#8 PEM without a passphrase, readable by their owner only.',
  ],
  options: {
    meter: { type: 'string', value: 'LDEV', help: `The meter's logical device. Default ${names.meter}.` },
    host: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: `A host name or address of the meter; may be repeated. Default ${meterHosts.join(', ')}.`,
    },
    'ocsp-url': { type: 'string', value: 'URL', help: 'Where certificates say that OCSP is answered.' },
    'crl-url': {
      type: 'string',
      value: 'URL',
      help: 'Where certificates say that the CRLs lie: the part before the file name.',
    },
  },
  async run({ values, positionals }, terminal) {
    const folder = onlyOperand(positionals, 'folder', 'sealmeter pki init DIR');
    await initPki(folder, {
      now: systemClock.now(),
      names: { ...names, meter: values.meter ?? names.meter },
      meterHosts: values.host ?? meterHosts,
      settings: {
        ...settings,
        ocspUrl: values['ocsp-url'] ?? settings.ocspUrl,
        crlBaseUrl: values['crl-url'] ?? settings.crlBaseUrl,
      },
    });
    terminal.say(`made both PKIs and the certificates of a meter and a DAS in ${folder}\n`);
    return 0;
  },
});
